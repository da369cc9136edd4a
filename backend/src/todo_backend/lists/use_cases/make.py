"""Making a list."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.lists.domain import TaskList
from todo_backend.lists.use_cases.checks import require_free_name, require_room


@dataclass(frozen=True, slots=True)
class MakeList:
    """A new list; without a position it comes last."""

    id: UUID
    name: str
    position: float | None = None


def make_list(command: MakeList, loaded: Loaded, context: Context) -> Change:
    """Return the new list. Raises ListNameTaken, TooManyLists."""
    require_free_name(loaded, command.name, command.id)
    require_room(loaded)
    position = context.now.timestamp() if command.position is None else command.position
    one = TaskList(context.origin.user_id, command.id, command.name, position)
    return Change(lists=(Write(None, one, "todo.list.created.v1", context.new_id()),), act="create")
