"""What is done with lists, and what is said about it."""

from __future__ import annotations

from task_language import Lists, MakeList, MoveToList, RenameList

from todo_backend.application.shapes import Json
from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.acting import Turn, which
from todo_backend.doors.said import named
from todo_backend.lists.domain import NAME_LIMIT
from todo_backend.tasks.reading import Found


async def make(turn: Turn, intent: MakeList) -> Memory:
    """Make a list."""
    name = intent.name.strip()[:NAME_LIMIT]
    output = await turn.call("make_list", {"name": name})
    turn.tell("list_made", title=named(name), name=name)
    return turn.after_list(output)


async def move(turn: Turn, intent: MoveToList, found: Found) -> Memory:
    """Put a task into a list; what follows it in its series is born there. Raises ListNotFound."""
    task, series = found
    into = None if intent.list_name is None else await turn.tools.list_named(intent.list_name)
    given: Json = {**which(found), "list_name": into and str(into.id)}
    output = await turn.call("move_to_list", given)
    place = "in_no_list" if into is None else "in_list"
    names = {"title": named(task.title)} if into is None else {"title": named(task.title), "name": named(into.name)}
    if output["undo"] is None:
        turn.tell(f"{place}_already", **names)
        return turn.memory
    along = "_series" if series is not None and series.status != "ended" else ""
    turn.tell(f"{place}{along}", **names)
    return turn.after(output)


async def rename(turn: Turn, intent: RenameList) -> Memory:
    """Give a list another name. Raises ListNotFound."""
    one = await turn.tools.list_named(intent.name)
    name = intent.new_name.strip()[:NAME_LIMIT]
    output = await turn.call("rename_list", {"list_name": str(one.id), "name": name})
    turn.tell("list_renamed", name=named(one.name), new=named(name))
    return turn.after_list(output)


async def show(turn: Turn, intent: Lists) -> Memory:  # noqa: ARG001 - all intents are called alike
    """Name the lists."""
    found = (await turn.call("list_lists", {}))["lists"]
    turn.tell("lists" if found else "no_lists", names=", ".join(named(one["name"]) for one in found))
    return turn.memory
