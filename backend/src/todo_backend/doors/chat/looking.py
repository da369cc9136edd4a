"""What is shown to somebody who asks: tasks that are due, found, or were done, and what undo brought back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from task_language import Listed, Search, Undo, WasDone

from todo_backend.application.shapes import Json
from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat import wording
from todo_backend.doors.chat.acting import Turn
from todo_backend.doors.said import named, said_due

SHOWN = 20


async def listed(turn: Turn, intent: Listed) -> Memory:
    """List open tasks. Raises ListNotFound."""
    given: Json = {"limit": SHOWN}
    if intent.first is not None:
        given |= {"due_from": str(intent.first), "due_to": str(intent.last)}
    if intent.tag is not None:
        given["tags"] = [intent.tag]
    if intent.overdue:
        given["view"] = "overdue"
    if intent.list_name is not None:
        meant = await turn.tools.list_named(intent.list_name)
        given["list_name"] = str(meant.id)
        intent = replace(intent, name=turn.words("named_list", name=named(meant.name)))
    output = await turn.call("list_tasks", given)
    memory = _say_list(turn, _heading(turn, intent, bool(output["tasks"])), output)
    if intent.name == "today":
        await _say_late(turn, intent)
    return memory


async def searched(turn: Turn, intent: Search) -> Memory:
    """Find tasks by words, closed ones too."""
    output = await turn.call("search_tasks", {"words": intent.words, "limit": SHOWN})
    words = turn.words("found") if output["tasks"] else turn.words("not_found", words=named(intent.words))
    return _say_list(turn, words, output)


async def was_done(turn: Turn, intent: WasDone) -> Memory:
    """List what was completed within days of the person's zone, and is still done."""
    given: Json = {"status": ["done"], "sort": "created", "limit": SHOWN}
    given |= {"closed_from": str(intent.first), "closed_to": str(intent.last)}
    output = await turn.call("list_tasks", given)
    name = wording.period(intent.first, intent.last, intent.name, turn.asked.moment)
    return _say_list(turn, turn.words("was_done" if output["tasks"] else "nothing_done", name=name), output)


async def taken_back(turn: Turn, intent: Undo) -> Memory:  # noqa: ARG001 - all intents are called alike
    """Undo the last act, and say what is there again. Raises what undoing refuses."""
    handle = turn.memory.undo
    if handle is None:
        turn.tell("nothing_to_undo")
        return turn.memory
    output = await turn.call("undo", {"handle": str(handle)})
    turn.reply.changed = True
    told = [_restored(task, turn) for task in output["tasks"]]
    told += [turn.words("task_gone", title=named(task["title"])) for task in output["gone"]]
    told += [_list_restored(one, turn) for one in output["lists"]]
    turn.tell("taken_back", told=" ".join(told))
    return turn.memory.model_copy(update={"undo": None})


def _say_list(turn: Turn, words: str, output: Json) -> Memory:
    tasks: list[Json] = output["tasks"]
    lines = f"\n{wording.numbered(tasks, turn.asked.moment)}" if tasks else ""
    turn.reply.text(f"{words}{lines}{chr(10) + turn.words('more') if output['next_cursor'] else ''}")
    if not tasks:
        return turn.memory
    ids = tuple(UUID(task["id"]) for task in tasks)
    return turn.memory.model_copy(update={"offered": ids, "focus": ids[0] if len(ids) == 1 else None})


def _heading(turn: Turn, intent: Listed, is_any: bool) -> str:
    if intent.overdue:
        return turn.words("overdue" if is_any else "nothing_overdue")
    if intent.tag is not None or intent.list_name is not None:
        name = intent.name if intent.tag is None or turn.asked.moment.language == "en" else f"#{intent.tag}"
        return turn.words("open_in" if is_any else "nothing_open_in", name=name)
    if intent.first is None or intent.last is None:
        return turn.words("open" if is_any else "nothing_open")
    name = wording.period(intent.first, intent.last, intent.name, turn.asked.moment)
    return turn.words("due" if is_any else "nothing_due", name=name)


async def _say_late(turn: Turn, intent: Listed) -> None:
    given: Json = {"view": "overdue", "due_to": str(intent.first), "limit": SHOWN}
    late = (await turn.look("list_tasks", given))["tasks"]
    count = sum(1 for task in late if task["due"]["date"] < turn.asked.moment.today.isoformat())
    if count:
        turn.tell("one_late" if count == 1 else "some_late", count=count)


def _restored(task: Json, turn: Turn) -> str:
    due = said_due(task["due"], turn.asked.moment)
    status = turn.words(f"status_{task['status']}")
    return turn.words("task_back", title=named(task["title"]), status=status, due=f", {due}" if due else "")


def _list_restored(one: Json, turn: Turn) -> str:
    return turn.words("list_gone" if one["deleted_at"] is not None else "list_back", name=named(one["name"]))
