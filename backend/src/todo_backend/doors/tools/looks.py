"""What can be looked at on one person's behalf: their tasks and lists. Nothing here changes anything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from todo_backend.doors.services import Services
from todo_backend.errors import ListMissing, ListNotFound
from todo_backend.lists import reading as lists
from todo_backend.lists.domain import TaskList
from todo_backend.tasks import reading
from todo_backend.tasks.listing import Listing
from todo_backend.tasks.reading import Found


class Looks:
    """The reads of one person."""

    def __init__(self, services: Services, user_id: UUID) -> None:
        self._services = services
        self._user_id = user_id

    async def page(self, **filters: Any) -> tuple[list[Found], bool]:
        """Return tasks that match and whether there are more."""
        found, cursor = await self.page_from(**filters)
        return found, cursor is not None

    async def page_from(self, **filters: Any) -> tuple[list[Found], str | None]:
        """Return tasks that match, and the cursor of the next page. Raises CursorInvalid."""
        return await reading.page(self._services.pool, Listing(user_id=self._user_id, **filters))

    async def one(self, task_id: UUID) -> Found | None:
        """Return a live task with its series."""
        found = await self.even_deleted(task_id)
        return found if found is not None and found[0].is_live else None

    async def even_deleted(self, task_id: UUID) -> Found | None:
        """Return a task with its series, a deleted one too."""
        return await reading.one(self._services.pool, self._user_id, task_id)

    async def list_named(self, name: str) -> TaskList:
        """Return the list that is meant. Raises ListNotFound with its name."""
        found = await lists.by_name(self._services.pool, self._user_id, name)
        if found is None:
            raise ListNotFound(name)
        return found

    async def list_of(self, list_id: UUID) -> TaskList:
        """Return a list, a deleted one too. Raises ListMissing."""
        found = await lists.one(self._services.pool, self._user_id, list_id)
        if found is None:
            raise ListMissing
        return found

    async def lists(self, *, deleted: bool = False) -> list[TaskList]:
        """Return all lists in their order, or those that were deleted last."""
        return await lists.every(self._services.pool, self._user_id, deleted=deleted)
