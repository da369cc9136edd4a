"""Deleting by talking: the tool's first call shows what would go, the person's yes makes the second."""

from __future__ import annotations

from task_language import Delete, DeleteList

from todo_backend.application.shapes import Json
from todo_backend.conversations.domain import Call, Memory, Question
from todo_backend.doors.chat import wording
from todo_backend.doors.chat.acting import Turn, target, which
from todo_backend.doors.said import named, said_due
from todo_backend.errors import StaleEtag
from todo_backend.tasks.reading import Found


async def ask(turn: Turn, intent: Delete, found: Found) -> Memory:
    """Name the real target and ask: nothing is deleted yet."""
    task, series = found
    given: Json = {**which(found), "only_this": intent.only_this}
    output = await turn.look("delete_task", given)
    due = said_due(output["task"]["due"], turn.asked.moment)
    repeats = series is not None and series.status != "ended" and task.status == "open"
    asked = ("skip_sure" if intent.only_this else "delete_series_sure") if repeats else "delete_sure"
    turn.reply.data("question", {"kind": "sure", "act": "delete", "tasks": [target(found)], "repeats": repeats})
    turn.tell(asked, title=named(task.title), due=f", {due}" if due else "")
    question = _question(turn, "delete_task", given, output, output["task"]["version"]).model_copy(
        update={"tasks": (task.id,)}
    )
    return turn.memory.model_copy(update={"question": question, "focus": task.id})


async def ask_for_list(turn: Turn, intent: DeleteList) -> Memory:
    """Name the list and ask: nothing is deleted yet. Raises ListNotFound."""
    one = await turn.tools.list_named(intent.name)
    given: Json = {"list_name": str(one.id)}
    output = await turn.look("delete_list", given)
    shown = {"list_id": str(one.id), "title": one.name}
    turn.reply.data("question", {"kind": "sure", "act": "delete_list", "tasks": [shown], "repeats": False})
    turn.tell("list_sure", name=named(one.name))
    question = _question(turn, "delete_list", given, output, one.version)
    return turn.memory.model_copy(update={"question": question})


async def confirmed(turn: Turn, question: Question, *, only_this: bool) -> Memory:
    """Delete what was asked about, as it was then. Raises StaleEtag when it has changed since."""
    [call] = question.calls
    given = call.arguments
    if call.name == "delete_list":
        output = await turn.call(call.name, given)
        turn.tell("list_deleted", name=named(output["list"]["name"]))
        return turn.after_list(output)
    if only_this and not given.get("only_this"):
        # It was shown as the end of its series; what is confirmed now is less, and has a confirmation of its own.
        less = {"task": given["task"], "only_this": True}
        shown = await turn.look(call.name, less)
        if shown["task"]["version"] != question.version:
            raise StaleEtag
        given = {**less, "confirm": shown["confirm"]}
    found = await turn.tools.one(question.tasks[0]) if question.tasks else None
    output = await turn.call(call.name, given)
    title = named(output["task"]["title"])
    if output["task"]["deleted_at"] is None and found is not None:
        turn.tell("skipped", title=title, next=wording.following(*found, turn.asked.moment.now, turn.asked))
    else:
        turn.tell("deleted", title=title)
    return turn.after(output)


def _question(turn: Turn, name: str, given: Json, output: Json, version: int) -> Question:
    call = Call(name=name, arguments={**given, "confirm": output["confirm"]})
    return Question(kind="sure", line=turn.line, said_at=turn.said_at, tasks=(), version=version, calls=(call,))
