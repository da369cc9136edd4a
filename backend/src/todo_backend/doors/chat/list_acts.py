"""What is done with lists, and what is said about it."""

from __future__ import annotations

from uuid import UUID

from task_language import MakeList, MoveToList

from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.acting import Turn, which
from todo_backend.doors.chat.wording import named
from todo_backend.lists.domain import NAME_LIMIT
from todo_backend.tasks.reading import Found


async def make(turn: Turn, intent: MakeList) -> Memory:
    """Make a list."""
    name = intent.name.strip()[:NAME_LIMIT]
    output = await turn.reply.tool("make_list", {"name": name}, turn.tools.make_list(name))
    turn.reply.text(f"Made the list {named(name)}. Say for example “move it to {name}” or “show list {name}”.")
    return turn.memory.model_copy(update={"undo": UUID(output["undo"])})


async def move(turn: Turn, intent: MoveToList, found: Found) -> Memory:
    """Put a task into a list; what follows it in its series is born there."""
    task, series = found
    into = None if intent.list_name is None else await turn.tools.list_named(intent.list_name)
    given = {**which(found), "list_id": into and str(into.id), "list": into and into.name}
    output = await turn.reply.tool("move_to_list", given, turn.tools.move_to_list(task.id, into and into.id))
    place = "no list" if into is None else f"the list {named(into.name)}"
    if output["undo"] is None:
        turn.reply.text(f"{named(task.title)} is in {place} already; nothing was changed.")
        return turn.memory
    along = ", and what follows it" if series is not None and series.status != "ended" else ""
    turn.reply.text(f"Moved {named(task.title)} to {place}{along}.")
    return turn.after(output)
