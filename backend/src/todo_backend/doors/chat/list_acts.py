"""What is done with lists, and what is said about it."""

from __future__ import annotations

from uuid import UUID

from task_language import DeleteList, MakeList, MoveToList, RenameList

from todo_backend.application.shapes import Json, list_json
from todo_backend.conversations.domain import Memory, Question
from todo_backend.doors.chat.acting import Turn, which
from todo_backend.doors.chat.wording import named
from todo_backend.lists.domain import NAME_LIMIT
from todo_backend.lists.use_cases.change import ChangeList
from todo_backend.tasks.reading import Found


async def make(turn: Turn, intent: MakeList) -> Memory:
    """Make a list."""
    name = intent.name.strip()[:NAME_LIMIT]
    output = await turn.reply.tool("make_list", {"name": name}, turn.tools.make_list(name))
    turn.tell("list_made", title=named(name), name=name)
    return turn.memory.model_copy(update={"undo": UUID(output["undo"])})


async def move(turn: Turn, intent: MoveToList, found: Found) -> Memory:
    """Put a task into a list; what follows it in its series is born there."""
    task, series = found
    into = None if intent.list_name is None else await turn.tools.list_named(intent.list_name)
    given = {**which(found), "list_id": into and str(into.id), "list": into and into.name}
    output = await turn.reply.tool("move_to_list", given, turn.tools.move_to_list(task.id, into and into.id))
    place = "in_no_list" if into is None else "in_list"
    names = {"title": named(task.title)} if into is None else {"title": named(task.title), "name": named(into.name)}
    if output["undo"] is None:
        turn.tell(f"{place}_already", **names)
        return turn.memory
    along = "_series" if series is not None and series.status != "ended" else ""
    turn.tell(f"{place}{along}", **names)
    return turn.after(output)


async def rename(turn: Turn, intent: RenameList) -> Memory:
    """Give a list another name."""
    one = await turn.tools.list_named(intent.name)
    name = intent.new_name.strip()[:NAME_LIMIT]
    given = {"list_id": str(one.id), "list": one.name, "name": name}
    output = await turn.reply.tool("rename_list", given, turn.tools.change_list(ChangeList(one.id, name)))
    turn.tell("list_renamed", name=named(one.name), new=named(name))
    return _after(turn, output)


async def delete(turn: Turn, intent: DeleteList) -> Memory:
    """Name the list and ask: nothing is deleted yet. Raises ListNotFound."""
    one = await turn.tools.list_named(intent.name)
    shown = {"list_id": str(one.id), "title": one.name}
    turn.reply.data("question", {"kind": "sure", "act": "delete_list", "tasks": [shown], "repeats": False})
    turn.tell("list_sure", name=named(one.name))
    question = Question(kind="sure", line=turn.line, said_at=turn.said_at, tasks=(), version=one.version)
    return turn.memory.model_copy(update={"question": question})


async def deleted(turn: Turn, intent: DeleteList, version: int | None) -> Memory:
    """Delete what was asked about, as it was then. Raises ListNotFound, StaleEtag."""
    one = await turn.tools.list_named(intent.name)
    given = {"list_id": str(one.id), "list": one.name}
    output = await turn.reply.tool("delete_list", given, turn.tools.delete_list(one.id, version))
    turn.tell("list_deleted", name=named(one.name))
    return _after(turn, output)


async def show(turn: Turn) -> Memory:
    """Name the lists."""
    found: list[str] = []

    async def read() -> Json:
        lists = await turn.tools.lists()
        found.extend(one.name for one in lists)
        return {"lists": [list_json(one) for one in lists]}

    await turn.reply.tool("list_lists", {}, read())
    turn.tell("lists" if found else "no_lists", names=", ".join(named(name) for name in found))
    return turn.memory


def _after(turn: Turn, output: Json) -> Memory:
    undo = output["undo"]
    return turn.memory.model_copy(update={"undo": UUID(undo) if undo else turn.memory.undo})
