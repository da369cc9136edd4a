"""Tasks, series, lists and accounts as JSON values: the fields of events, of undo, and of answers.

Plain dictionaries on purpose: orjson writes them at once, and a test compares them with `event_contracts`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson

from todo_backend.accounts.domain import Account
from todo_backend.lists.domain import TaskList
from todo_backend.series.domain import Recurrence, Series
from todo_backend.tasks.domain import Due, Reminder, Subtask, Task, wall_time

Json = dict[str, Any]

BOOKKEEPING = frozenset(
    {"id", "stream_key", "version", "created_at", "updated_at", "series", "occurrences", "passed_over"}
)
"""Fields that say nothing about what an act changed."""


def encode(value: Any) -> bytes:
    """Return JSON bytes; instants are RFC 3339 in UTC with a Z."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def due_json(due: Due | None) -> Json | None:
    """Return a due as `{date, time, time_zone}`; a null time means the whole day."""
    if due is None:
        return None
    return {
        "date": due.date.isoformat(),
        "time": None if due.time is None else wall_time(due.time),
        "time_zone": due.time_zone,
    }


def subtask_json(subtask: Subtask) -> Json:
    """Return one line of a checklist."""
    return {"id": str(subtask.id), "title": subtask.title, "done": subtask.done}


def reminder_json(reminder: Reminder) -> Json:
    """Return a reminder: `{id, at}` or `{id, minutes_before, relative_to}`, and how it repeats if it does."""
    repeats = {"repeat_minutes": reminder.repeat_minutes, "repeat_most": reminder.repeat_most}
    said = {name: value for name, value in repeats.items() if value is not None}
    if reminder.at is not None:
        return {"id": str(reminder.id), "at": instant(reminder.at), **said}
    return {
        "id": str(reminder.id),
        "minutes_before": reminder.minutes_before,
        "relative_to": reminder.relative_to,
        **said,
    }


def recurrence_json(recurrence: Recurrence) -> Json:
    """Return how a series repeats."""
    return {
        "rrule": recurrence.rrule,
        "anchor": recurrence.anchor,
        "missed": recurrence.missed,
        "trigger": recurrence.trigger,
        "exdates": list(recurrence.exdates),
        "rdates": list(recurrence.rdates),
        "on_holiday": recurrence.on_holiday,
    }


def task_json(task: Task) -> Json:
    """Return a task without its series: what events, undo and answers have in common."""
    return {
        "id": str(task.id),
        "title": task.title,
        "notes": task.notes,
        "list_id": None if task.list_id is None else str(task.list_id),
        "status": task.status,
        "priority": task.priority,
        "tags": list(task.tags),
        "due": due_json(task.due),
        "due_at": instant(task.due_at),
        "start_date": None if task.start_date is None else task.start_date.isoformat(),
        "subtasks": [subtask_json(s) for s in task.subtasks],
        "reminders": [reminder_json(r) for r in task.reminders],
        "series_id": None if task.series_id is None else str(task.series_id),
        "occurrence_key": task.occurrence_key,
        "occurrence_number": task.occurrence_number,
        "predecessor_id": None if task.predecessor_id is None else str(task.predecessor_id),
        "stream_key": str(task.stream_key),
        "position": task.position,
        "version": task.version,
        "created_at": instant(task.created_at),
        "updated_at": instant(task.updated_at),
        "completed_at": instant(task.completed_at),
        "deleted_at": instant(task.deleted_at),
        "withdrawn_at": instant(task.withdrawn_at),
    }


def series_json(series: Series) -> Json:
    """Return a series as events and answers show it."""
    return {
        "id": str(series.id),
        "stream_key": str(series.stream_key),
        "status": series.status,
        "recurrence": recurrence_json(series.recurrence),
        "start": due_json(series.start),
        "version": series.version,
        "end_reason": series.end_reason,
        "split_from": None if series.split_from is None else str(series.split_from),
        "resume_on": None if series.resume_on is None else series.resume_on.isoformat(),
        "resumed_at": instant(series.resumed_at),
        "occurrences": series.occurrences,
        "passed_over": series.passed_over,
        "created_at": instant(series.created_at),
        "updated_at": instant(series.updated_at),
    }


def list_json(one: TaskList) -> Json:
    """Return a list as events and answers show it."""
    return {
        "id": str(one.id),
        "name": one.name,
        "position": one.position,
        "version": one.version,
        "created_at": instant(one.created_at),
        "updated_at": instant(one.updated_at),
        "deleted_at": instant(one.deleted_at),
    }


def account_json(account: Account) -> Json:
    """Return an account as its events show it; never the password's hash."""
    return {
        "id": str(account.id),
        "email": account.email,
        "name": account.name,
        "time_zone": account.time_zone,
        "locale": account.locale,
        "week_start": account.week_start,
        "country": account.country,
        "region": account.region,
        "version": account.version,
        "deleted_at": instant(account.deleted_at),
    }


def task_answer(task: Task, series: Series | None) -> Json:
    """Return a task as the REST doors and live pages show it: with how it repeats, without the stream key."""
    shape = task_json(task)
    del shape["stream_key"]
    del shape["withdrawn_at"]
    shape["recurrence"] = None if series is None else recurrence_json(series.recurrence)
    return shape


def series_answer(series: Series) -> Json:
    """Return a series as the REST doors and live pages show it."""
    shape = series_json(series)
    del shape["stream_key"]
    return shape


def differences(before: Json, after: Json) -> dict[str, Json]:
    """Return field → {before, after} for every field that an act changed."""
    return {
        name: {"before": before[name], "after": value}
        for name, value in after.items()
        if name not in BOOKKEEPING and before[name] != value
    }


def instant(moment: dt.datetime | None) -> str | None:
    """Return an instant in RFC 3339, UTC, microseconds kept."""
    if moment is None:
        return None
    text = moment.astimezone(dt.UTC).isoformat()
    return f"{text[:-6]}Z"
