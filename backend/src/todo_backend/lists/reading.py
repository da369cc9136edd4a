"""Reading lists."""

from __future__ import annotations

from uuid import UUID

from service_kit.database import Pool

from todo_backend.application.columns import LISTS
from todo_backend.application.reading import row, rows
from todo_backend.application.rows import list_of
from todo_backend.application.table import SCHEMA
from todo_backend.lists.domain import LISTS_LIMIT, TaskList, named

_SELECT = f"SELECT {LISTS.select_list} FROM {SCHEMA}.lists WHERE user_id = %s"
_ONE = f"{_SELECT} AND id = %s"
_ALL = f"{_SELECT} AND deleted_at IS NULL ORDER BY position, id"
_DELETED = f"{_SELECT} AND deleted_at IS NOT NULL ORDER BY deleted_at DESC, id LIMIT {LISTS_LIMIT}"
_AFTER = f"{_SELECT} AND change > %s ORDER BY change LIMIT %s"


async def one(pool: Pool, user_id: UUID, list_id: UUID) -> TaskList | None:
    """Return a list, a deleted one too."""
    found = await row(pool, _ONE, (user_id, list_id))
    return None if found is None else list_of(found)


async def every(pool: Pool, user_id: UUID, *, deleted: bool = False) -> list[TaskList]:
    """Return the lists of a person in their order; with `deleted` those instead that were deleted last."""
    return [list_of(found) for found in await rows(pool, _DELETED if deleted else _ALL, (user_id,))]


async def by_name(pool: Pool, user_id: UUID, name: str) -> TaskList | None:
    """Return the list that a person means by a name; "my shopping list" may be called so, or "Shopping"."""
    found = await every(pool, user_id)
    return named(found, name) or named(found, f"{name} list")


async def changed_after(pool: Pool, user_id: UUID, change: int, limit: int) -> list[TaskList]:
    """Return the lists that changed after a change number, deleted ones too, in order of change."""
    return [list_of(found) for found in await rows(pool, _AFTER, (user_id, change, limit))]
