"""Deleting and restoring a list. Its tasks are not touched: they go on naming it, and are in no list meanwhile.

So nothing of them is lost, no completion in flight meets a changed task, and whatever follows in a series is back in
the list, too, when that is restored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import ListNotDeleted
from todo_backend.lists.use_cases.checks import found, require_free_name, require_room


@dataclass(frozen=True, slots=True)
class DeleteList:
    """Let there be no such list."""

    list_id: UUID
    expected_version: int | None = None


def delete_list(command: DeleteList, loaded: Loaded, context: Context) -> Change:
    """Return the deleted list; an empty change when it is deleted already."""
    before = found(loaded, command.list_id, command.expected_version)
    if before.deleted_at is not None:
        return Change()
    after = replace(before, deleted_at=context.now)
    return Change(lists=(Write(before, after, "todo.list.deleted.v1", context.new_id()),), act="delete")


@dataclass(frozen=True, slots=True)
class RestoreList:
    """Take a deletion back."""

    list_id: UUID
    expected_version: int | None = None


def restore_list(command: RestoreList, loaded: Loaded, context: Context) -> Change:
    """Return the restored list. Raises ListNotDeleted; ListNameTaken and TooManyLists where others took its place."""
    before = found(loaded, command.list_id, command.expected_version)
    if before.deleted_at is None:
        raise ListNotDeleted
    require_free_name(loaded, before.name, before.id)
    require_room(loaded)
    after = replace(before, deleted_at=None)
    return Change(lists=(Write(before, after, "todo.list.restored.v1", context.new_id()),), act="restore")
