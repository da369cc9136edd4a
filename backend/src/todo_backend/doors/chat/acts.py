"""What each intent does to the task that it means, and what is said about it. One function per intent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

from task_language import (
    Add,
    Complete,
    Delete,
    Intent,
    Move,
    MoveToList,
    Pause,
    Remind,
    Rename,
    Reopen,
    RepeatTask,
    Resume,
    Skip,
    SkipMissed,
    Snooze,
    StopRepeating,
    ToNextDate,
)

from todo_backend.application.shapes import Json, due_json
from todo_backend.conversations.domain import Memory, Question
from todo_backend.doors.chat import list_acts, series_acts, snooze_acts, wording
from todo_backend.doors.chat.acting import Turn, which
from todo_backend.errors import RecurrenceOfSeries
from todo_backend.tasks.domain import REMINDERS_LIMIT, TITLE_LIMIT, Due
from todo_backend.tasks.lines import recurrence_said
from todo_backend.tasks.reading import Found
from todo_backend.tasks.use_cases.drafts import DueDraft, ReminderDraft, reminder_draft


async def add(turn: Turn, intent: Add) -> Memory:
    """Create a task."""
    draft = intent.draft
    given = {"title": draft.title, "line": turn.line}
    output = await turn.reply.tool("add_task", given, turn.tools.add(draft))
    turn.reply.text(wording.added(output["task"], turn.asked))
    return turn.after(output)


async def complete(turn: Turn, intent: Complete, found: Found) -> Memory:  # noqa: ARG001 - all acts are called alike
    """Complete a task and say when the next one is."""
    task, series = found
    output = await turn.reply.tool("complete_task", which(found), turn.tools.complete(task.id))
    closed_at = dt.datetime.fromisoformat(output["task"]["completed_at"])
    following = wording.following(task, series, closed_at, turn.asked)
    turn.tell("done", title=wording.named(task.title), next=following)
    return turn.after(output)


async def skip(turn: Turn, intent: Skip, found: Found) -> Memory:
    """Skip a task and say when the next one is."""
    task, series = found
    if intent.of_series and (series is None or series.status == "ended"):
        turn.tell("repeats_not", title=wording.named(task.title))
        return turn.memory
    output = await turn.reply.tool("skip_task", which(found), turn.tools.skip(task.id))
    following = wording.following(task, series, turn.asked.moment.now, turn.asked)
    turn.tell("skipped", title=wording.named(task.title), next=following)
    return turn.after(output)


async def reopen(turn: Turn, intent: Reopen, found: Found) -> Memory:  # noqa: ARG001
    """Open a closed task again."""
    output = await turn.reply.tool("reopen_task", which(found), turn.tools.reopen(found[0].id))
    turn.tell("reopened", title=wording.named(found[0].title), due=_due_of(output, turn))
    return turn.after(output)


async def delete(turn: Turn, intent: Delete, found: Found) -> Memory:
    """Name the real target and ask: nothing is deleted yet."""
    task, series = found
    due = wording.said_due(due_json(task.due), turn.asked.moment)
    repeats = series is not None and series.status != "ended" and task.status == "open"
    asked = ("skip_sure" if intent.only_this else "delete_series_sure") if repeats else "delete_sure"
    turn.reply.data("question", {"kind": "sure", "act": "delete", "tasks": [which(found)], "repeats": repeats})
    turn.tell(asked, title=wording.named(task.title), due=f", {due}" if due else "")
    question = Question(kind="sure", line=turn.line, said_at=turn.said_at, tasks=(task.id,), version=task.version)
    return turn.memory.model_copy(update={"question": question, "focus": task.id})


async def deleted(turn: Turn, found: Found, version: int | None, only_this: bool) -> Memory:
    """Delete what was asked about, as it was then."""
    task, series = found
    call = turn.tools.delete(task.id, version, only_this)
    output = await turn.reply.tool("delete_task", {**which(found), "only_this": only_this}, call)
    if output["task"]["deleted_at"] is None:
        following = wording.following(task, series, turn.asked.moment.now, turn.asked)
        turn.tell("skipped", title=wording.named(task.title), next=following)
    else:
        turn.tell("deleted", title=wording.named(task.title))
    return turn.after(output)


async def move(turn: Turn, intent: Move, found: Found) -> Memory:
    """Give a task another due; of a series only this occurrence."""
    task, series = found
    due = _moved(task.due, intent, turn)
    given = {**which(found), "due": due_json(due.in_zone(turn.asked.moment.zone))}
    output = await turn.reply.tool("move_task", given, turn.tools.change(task.id, {"due": due}))
    said = wording.said_due(output["task"]["due"], turn.asked.moment)
    turn.tell("moved" if series is None else "moved_once", title=wording.named(task.title), due=said)
    return turn.after(output)


async def repeat(turn: Turn, intent: RepeatTask, found: Found) -> Memory:
    """Let a task repeat, from its due on."""
    task, series = found
    moment = turn.asked.moment
    if series is not None and series.status != "ended":
        raise RecurrenceOfSeries
    date, time = (task.due.date, task.due.time) if task.due else (None, None)
    first = intent.repeat.first(moment, date, intent.repeat.time or time)
    if first is None:
        turn.tell("rule_without_date")
        return turn.memory
    zone = task.due.time_zone if task.due else moment.zone
    recurrence = recurrence_said(intent.repeat, first.date)
    fields = {"due": DueDraft(first.date, first.time, zone), "recurrence": recurrence}
    given = {**which(found), "rrule": recurrence.rrule, "anchor": recurrence.anchor}
    output = await turn.reply.tool("repeat_task", given, turn.tools.change(task.id, fields))
    due = wording.said_due(output["task"]["due"], moment, near=False)
    rule = wording.said_rule(output["task"], turn.asked.account, moment.language)
    turn.tell("repeats", title=wording.named(task.title), rule=rule, due=due)
    return turn.after(output)


async def remind(turn: Turn, intent: Remind, found: Found) -> Memory:
    """Add a reminder to a task."""
    task, series = found
    moment = turn.asked.moment
    if task.due is None and intent.reminding.when is None:
        turn.tell("no_due", title=wording.named(task.title))
        return turn.memory
    if len(task.reminders) >= REMINDERS_LIMIT:
        turn.tell("many_reminders", limit=REMINDERS_LIMIT)
        return turn.memory
    date, time = (task.due.date, task.due.time) if task.due else (None, None)
    there = replace(moment, zone=task.due.time_zone) if task.due else moment
    wish = intent.reminding.wish(date, time, series is not None, there)
    kept = [reminder_draft(r) for r in task.reminders]
    new = ReminderDraft(wish.minutes_before, None if wish.at else "due", wish.at)
    output = await turn.reply.tool("remind_task", which(found), turn.tools.change(task.id, {"reminders": (*kept, new)}))
    turn.reply.text(f"{wording.named(task.title)}{_due_of(output, turn)}.{wording.reminded(output['task'], moment)}")
    return turn.after(output)


async def rename(turn: Turn, intent: Rename, found: Found) -> Memory:
    """Give a task another title."""
    task, _ = found
    title = intent.title.strip()[:TITLE_LIMIT]
    call = turn.tools.change(task.id, {"title": title})
    output = await turn.reply.tool("change_task", {"task": str(task.id), "title": title}, call)
    turn.tell("renamed", title=wording.named(task.title), name=wording.named(output["task"]["title"]))
    return turn.after(output)


_Act = Callable[[Turn, Any, Found], Awaitable[Memory]]
ACTS: dict[type[Intent], _Act] = {
    Complete: cast("_Act", complete),
    Skip: cast("_Act", skip),
    Reopen: cast("_Act", reopen),
    Delete: cast("_Act", delete),
    Move: cast("_Act", move),
    MoveToList: cast("_Act", list_acts.move),
    RepeatTask: cast("_Act", repeat),
    Remind: cast("_Act", remind),
    Rename: cast("_Act", rename),
    Snooze: cast("_Act", snooze_acts.snooze),
    Pause: cast("_Act", series_acts.pause),
    Resume: cast("_Act", series_acts.resume),
    StopRepeating: cast("_Act", series_acts.stop),
    SkipMissed: cast("_Act", series_acts.skip_missed),
    ToNextDate: cast("_Act", series_acts.to_next_date),
}
"""What is done with the one task that an intent means."""


def _due_of(output: Json, turn: Turn) -> str:
    due = wording.said_due(output["task"]["due"], turn.asked.moment)
    return f", {due}" if due else ""


def _moved(due: Due | None, intent: Move, turn: Turn) -> DueDraft:
    """Return the new due: what was not said stays as it is."""
    moment = turn.asked.moment
    zone = due.time_zone if due else None
    if intent.days_later is not None:
        base = due.date if due else moment.today
        return DueDraft(base + dt.timedelta(days=intent.days_later), due.time if due else None, zone)
    said_date, said_time = (intent.when.date, intent.when.time) if intent.when else (None, None)
    if said_date is None:
        base = due.date if due else moment.today
        if due is None and said_time is not None and said_time <= moment.wall.time():
            base += dt.timedelta(days=1)
        return DueDraft(base, said_time, zone)
    if said_time is not None:
        return DueDraft(said_date, said_time, moment.zone)
    return DueDraft(said_date, due.time if due else None, zone)
