"""What each intent does to the task that it means, and what is said about it. One function per intent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from task_language import (
    Add,
    Complete,
    Draft,
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
from task_language import Delete as DeleteTask

from todo_backend.application.shapes import Json, instant
from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat import deleting, list_acts, series_acts, snooze_acts, wording
from todo_backend.doors.chat.acting import OnTask, Turn, which
from todo_backend.doors.said import named, reminded, said_due, said_rule
from todo_backend.tasks.domain import REMINDERS_LIMIT, TITLE_LIMIT, Due
from todo_backend.tasks.reading import Found


async def add(turn: Turn, intent: Add) -> Memory:
    """Create a task."""
    output = await turn.call("add_task", _added(intent.draft))
    turn.reply.text(wording.added(output["task"], turn.asked))
    return turn.after(output)


async def complete(turn: Turn, intent: Complete, found: Found) -> Memory:  # noqa: ARG001 - all acts are called alike
    """Complete a task and say when the next one is."""
    task, series = found
    output = await turn.call("complete_task", which(found))
    closed_at = dt.datetime.fromisoformat(output["task"]["completed_at"])
    following = wording.following(task, series, closed_at, turn.asked)
    turn.tell("done", title=named(task.title), next=following)
    return turn.after(output)


async def skip(turn: Turn, intent: Skip, found: Found) -> Memory:
    """Skip a task and say when the next one is."""
    task, series = found
    if intent.of_series and (series is None or series.status == "ended"):
        turn.tell("repeats_not", title=named(task.title))
        return turn.memory
    output = await turn.call("skip_task", which(found))
    following = wording.following(task, series, turn.asked.moment.now, turn.asked)
    turn.tell("skipped", title=named(task.title), next=following)
    return turn.after(output)


async def reopen(turn: Turn, intent: Reopen, found: Found) -> Memory:  # noqa: ARG001
    """Open a closed task again."""
    output = await turn.call("reopen_task", which(found))
    turn.tell("reopened", title=named(found[0].title), due=_due_of(output, turn))
    return turn.after(output)


async def move(turn: Turn, intent: Move, found: Found) -> Memory:
    """Give a task another due, its start and reminders with it; of a series only this occurrence."""
    task, series = found
    output = await turn.call("move_task", {**which(found), **_moved(task.due, intent, turn)})
    said = said_due(output["task"]["due"], turn.asked.moment)
    turn.tell("moved" if series is None else "moved_once", title=named(task.title), due=said)
    return turn.after(output)


async def repeat(turn: Turn, intent: RepeatTask, found: Found) -> Memory:
    """Let a task repeat, from its due on."""
    task, _ = found
    moment, said = turn.asked.moment, intent.repeat
    date, time = (task.due.date, task.due.time) if task.due else (None, None)
    first = said.first(moment, date, said.time or time)
    if first is None:
        turn.tell("rule_without_date")
        return turn.memory
    given: Json = {**which(found), "rrule": said.rrule(first.date), "anchor": said.anchor}
    given |= {"on_holiday": said.on_holiday, "due_date": str(first.date), "due_time": _clock(first.time)}
    given["time_zone"] = task.due.time_zone if task.due else moment.zone
    output = await turn.call("repeat_task", given)
    due = said_due(output["task"]["due"], moment, near=False)
    rule = said_rule(output["task"], turn.asked.account, moment.language)
    turn.tell("repeats", title=named(task.title), rule=rule, due=due)
    return turn.after(output)


async def remind(turn: Turn, intent: Remind, found: Found) -> Memory:
    """Add a reminder to a task."""
    task, series = found
    moment = turn.asked.moment
    if task.due is None and intent.reminding.when is None:
        turn.tell("no_due", title=named(task.title))
        return turn.memory
    if len(task.reminders) >= REMINDERS_LIMIT:
        turn.tell("many_reminders", limit=REMINDERS_LIMIT)
        return turn.memory
    date, time = (task.due.date, task.due.time) if task.due else (None, None)
    there = replace(moment, zone=task.due.time_zone) if task.due else moment
    wish = intent.reminding.wish(date, time, series is not None, there)
    given = {"minutes_before": wish.minutes_before} if wish.at is None else {"at": instant(wish.at)}
    output = await turn.call("remind_task", {**which(found), **given})
    turn.reply.text(f"{named(task.title)}{_due_of(output, turn)}.{reminded(output['task'], moment)}")
    return turn.after(output)


async def rename(turn: Turn, intent: Rename, found: Found) -> Memory:
    """Give a task another title."""
    task, _ = found
    output = await turn.call("change_task", {**which(found), "title": intent.title.strip()[:TITLE_LIMIT]})
    turn.tell("renamed", title=named(task.title), name=named(output["task"]["title"]))
    return turn.after(output)


ON_TASK: Mapping[type[Intent], OnTask] = {
    Complete: OnTask(complete, ("complete_task",)),
    Skip: OnTask(skip, ("skip_task",)),
    Reopen: OnTask(reopen, ("reopen_task",)),
    DeleteTask: OnTask(deleting.ask, ("delete_task",)),
    Move: OnTask(move, ("move_task",)),
    MoveToList: OnTask(list_acts.move, ("move_to_list", "add_task")),
    RepeatTask: OnTask(repeat, ("repeat_task",)),
    Remind: OnTask(remind, ("remind_task",)),
    Rename: OnTask(rename, ("change_task",)),
    Snooze: OnTask(
        snooze_acts.snooze, ("snooze_reminder",), ("list_notifications", "reminders_of_task", "get_preferences")
    ),
    Pause: OnTask(series_acts.pause, ("pause_series",)),
    Resume: OnTask(series_acts.resume, ("resume_series",)),
    StopRepeating: OnTask(series_acts.stop, ("end_series",)),
    SkipMissed: OnTask(series_acts.skip_missed, ("skip_missed",)),
    ToNextDate: OnTask(series_acts.to_next_date, ("postpone_to_next_date",)),
}
"""What is done with the one task that an intent means."""


def _added(draft: Draft) -> Json:
    """Return a draft as add_task takes it."""
    given: Json = {"title": draft.title, "priority": draft.priority, "tags": list(draft.tags)}
    given |= {"list_name": draft.list_name} if draft.list_name is not None else {}
    if draft.date is not None:
        given |= {"due_date": str(draft.date), "due_time": _clock(draft.time), "time_zone": draft.zone}
        if draft.repeat is not None:
            rule = draft.repeat
            given |= {"rrule": rule.rrule(draft.date), "anchor": rule.anchor, "on_holiday": rule.on_holiday}
    given["remind_minutes_before"] = [wish.minutes_before for wish in draft.reminders if wish.at is None]
    given["remind_at"] = [instant(wish.at) for wish in draft.reminders if wish.at is not None]
    return given


def _due_of(output: Json, turn: Turn) -> str:
    due = said_due(output["task"]["due"], turn.asked.moment)
    return f", {due}" if due else ""


def _moved(due: Due | None, intent: Move, turn: Turn) -> Json:
    """Return where to, as move_task takes it: what was not said stays as it is."""
    moment = turn.asked.moment
    if intent.days_later is not None:
        base = due.date if due else moment.today
        return {"date": str(base + dt.timedelta(days=intent.days_later))}
    said_date, said_time = (intent.when.date, intent.when.time) if intent.when else (None, None)
    if said_time is None:
        return {"date": str(said_date)}
    if said_date is not None:
        return {"date": str(said_date), "time": _clock(said_time), "time_zone": moment.zone}
    day = due.date if due else moment.today
    if due is None and said_time <= moment.wall.time():
        day += dt.timedelta(days=1)
    return {"date": str(day), "time": _clock(said_time)}


def _clock(time: dt.time | None) -> str | None:
    return None if time is None else time.isoformat()
