"""Changing a list: its name, and where it stands among the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.lists.use_cases.checks import present, require_free_name


@dataclass(frozen=True, slots=True)
class ChangeList:
    """What is None stays as it is."""

    list_id: UUID
    name: str | None = None
    position: float | None = None
    expected_version: int | None = None


def change_list(command: ChangeList, loaded: Loaded, context: Context) -> Change:
    """Return the changed list; an empty change when it is so already. Raises ListNameTaken."""
    before = present(loaded, command.list_id, command.expected_version)
    after = replace(
        before,
        name=before.name if command.name is None else command.name,
        position=before.position if command.position is None else command.position,
    )
    if after == before:
        return Change()
    require_free_name(loaded, after.name, after.id)
    return Change(lists=(Write(before, after, "todo.list.updated.v1", context.new_id()),), act="update")
