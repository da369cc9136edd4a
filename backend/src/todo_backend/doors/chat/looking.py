"""What is shown to somebody who asks: tasks that are due, found, or were done, and what undo brought back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from recurrence_rules import resolve
from task_language import Listed, Search, WasDone

from todo_backend.application.shapes import Json, task_answer
from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat import wording
from todo_backend.doors.chat.acting import Turn
from todo_backend.tasks.reading import Found

SHOWN = 20


async def listed(turn: Turn, intent: Listed) -> Memory:
    """List open tasks. Raises ListNotFound."""
    filters: Json = {"status": ("open",), "sort": "due", "limit": SHOWN}
    given: Json = {"name": intent.name, "overdue": intent.overdue}
    if intent.first is not None:
        filters |= {"due_from": intent.first, "due_to": intent.last}
        given |= {"due_from": str(intent.first), "due_to": str(intent.last)}
    if intent.tag is not None:
        filters["tag"] = (intent.tag,)
    if intent.overdue:
        filters["overdue"] = True
    if intent.list_name is not None:
        meant = await turn.tools.list_named(intent.list_name)
        filters["list_id"] = meant.id
        given |= {"list_id": str(meant.id)}
        intent = replace(intent, name=turn.words("named_list", name=wording.named(meant.name)))
    found, more = await _page(turn, "list_tasks", given, filters)
    memory = _say_list(turn, _heading(turn, intent, bool(found)), found, more)
    if intent.name == "today":
        await _say_late(turn, intent)
    return memory


async def searched(turn: Turn, intent: Search) -> Memory:
    """Find tasks by words, closed ones too."""
    filters: Json = {"q": intent.words, "limit": SHOWN, "sort": "-updated"}
    found, more = await _page(turn, "search_tasks", {"words": intent.words}, filters)
    words = turn.words("found") if found else turn.words("not_found", words=wording.named(intent.words))
    return _say_list(turn, words, found, more)


async def was_done(turn: Turn, intent: WasDone) -> Memory:
    """List what was completed within days of the person's zone."""
    zone = turn.asked.moment.zone
    first = resolve(intent.first, dt.time(), zone)
    past = resolve(intent.last + dt.timedelta(days=1), dt.time(), zone)
    filters: Json = {"status": ("done",), "closed_from": first, "closed_before": past, "limit": SHOWN}
    given = {"name": intent.name, "from": str(intent.first), "to": str(intent.last)}
    found, more = await _page(turn, "what_was_done", given, filters)
    name = wording.period(intent.first, intent.last, intent.name, turn.asked.moment)
    return _say_list(turn, turn.words("was_done" if found else "nothing_done", name=name), found, more)


async def taken_back(turn: Turn) -> Memory:
    """Undo the last act, and say what is there again. Raises what undoing refuses."""
    handle = turn.memory.undo
    if handle is None:
        turn.tell("nothing_to_undo")
        return turn.memory
    output = await turn.reply.tool("undo", {"handle": str(handle)}, turn.tools.undo(handle))
    turn.reply.changed = True
    told = [_restored(task, turn) for task in output["tasks"]]
    told += [_list_restored(one, turn) for one in output["lists"]]
    turn.tell("taken_back", told=" ".join(told))
    return turn.memory.model_copy(update={"undo": None})


async def _page(turn: Turn, name: str, given: Json, filters: Json) -> tuple[list[Found], bool]:
    found: list[Found] = []
    more = False

    async def read() -> Json:
        nonlocal found, more
        found, more = await turn.tools.page(**filters)
        return {"tasks": [task_answer(*each) for each in found], "more": more}

    await turn.reply.tool(name, given, read())
    return found, more


def _say_list(turn: Turn, words: str, found: list[Found], more: bool) -> Memory:
    lines = f"\n{wording.numbered(found, turn.asked.moment)}" if found else ""
    turn.reply.text(f"{words}{lines}{chr(10) + turn.words('more') if more else ''}")
    if not found:
        return turn.memory
    ids = tuple(task.id for task, _ in found)
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
    late, _ = await turn.tools.page(status=("open",), overdue=True, due_to=intent.first, limit=SHOWN)
    count = sum(1 for task, _ in late if task.due is not None and task.due.date < turn.asked.moment.today)
    if count:
        turn.tell("one_late" if count == 1 else "some_late", count=count)


def _restored(task: Json, turn: Turn) -> str:
    name = wording.named(task["title"])
    if task["deleted_at"] is not None:
        return turn.words("task_gone", title=name)
    due = wording.said_due(task["due"], turn.asked.moment)
    status = turn.words(f"status_{task['status']}")
    return turn.words("task_back", title=name, status=status, due=f", {due}" if due else "")


def _list_restored(one: Json, turn: Turn) -> str:
    return turn.words("list_gone" if one["deleted_at"] is not None else "list_back", name=wording.named(one["name"]))
