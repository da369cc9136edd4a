"""What every use case of a list asks first."""

from __future__ import annotations

from uuid import UUID

from todo_backend.application.change import Loaded
from todo_backend.application.expected import as_expected
from todo_backend.errors import ListDeleted, ListMissing, ListNameTaken, TooManyLists
from todo_backend.lists.domain import LISTS_LIMIT, TaskList, same_name


def found(loaded: Loaded, list_id: UUID, expected_version: int | None) -> TaskList:
    """Return the list. Raises ListMissing, and StaleEtag when its version is not the expected one."""
    return as_expected(loaded.lists.get(list_id), expected_version, ListMissing)


def present(loaded: Loaded, list_id: UUID, expected_version: int | None) -> TaskList:
    """Return the list as `found`, if it is not deleted. Raises ListDeleted."""
    one = found(loaded, list_id, expected_version)
    if one.deleted_at is not None:
        raise ListDeleted
    return one


def require_room(loaded: Loaded) -> None:
    """Refuse one more list than a person may have. Raises TooManyLists."""
    if sum(one.deleted_at is None for one in loaded.lists.values()) >= LISTS_LIMIT:
        raise TooManyLists(f"You have {LISTS_LIMIT} of them.")


def require_free_name(loaded: Loaded, name: str, own_id: UUID) -> None:
    """Refuse a name by which another list is known: a line names one list. Raises ListNameTaken."""
    others = (one for one in loaded.lists.values() if one.id != own_id and one.deleted_at is None)
    if taken := next((one for one in others if same_name(one.name, name)), None):
        raise ListNameTaken(list_id=str(taken.id))
