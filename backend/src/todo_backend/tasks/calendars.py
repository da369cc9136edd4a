"""Tasks and series as items of a calendar, and items as what creates tasks. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any, Final

import orjson
from task_calendar import Alarm, Item, Moved, Repeats, When

from todo_backend.application.shapes import Json
from todo_backend.series.domain import Series
from todo_backend.series.use_cases.rules import stands_on_its_date
from todo_backend.tasks.domain import Due, Reminder, Task

PRIORITIES: Final = {"none": 0, "urgent": 1, "high": 3, "medium": 5, "low": 9}
_DEFAULTS: Final = {"anchor": "schedule", "missed": "next", "trigger": "on_completion", "on_holiday": "ignore"}
_MORNING: Final = dt.time(9)


def item_of(task: Task, series: Series | None) -> Item:
    """Return a task; an open one of a series that goes on stands for its series, with where it was postponed to."""
    if series is None or series.status == "ended" or not task.is_open:
        uid = task.uid if series is None and task.uid is not None else str(task.id)
        return _item(task, uid, task.version - 1, task.due, task.start_date)
    return series_item(task, series)


def series_item(task: Task, series: Series) -> Item:
    """Return a series with what its newest occurrence says; that may be closed, and the next one not made yet."""
    start = series.start
    days = None if task.due is None or task.start_date is None else task.due.date - task.start_date
    begin = None if days is None else start.date - days
    item = _item(task, task.uid or str(series.id), series.version - 1, start, begin)
    rule = series.recurrence
    said = {name: getattr(rule, name) for name in _DEFAULTS}
    policies = tuple((name, value) for name, value in said.items() if value != _DEFAULTS[name])
    moved = None
    if (
        task.is_open
        and task.due is not None
        and task.occurrence_key is not None
        and not stands_on_its_date(task, series, None)
    ):
        moved = Moved(task.occurrence_key, _when(task.due))
    repeats = Repeats(rule.rrule, rule.exdates, rule.rdates, policies)
    item = replace(item, status="open", completed_at=None)
    return replace(item, repeats=repeats, moved=moved, alarms=_shifting(item.alarms, task.due))


def digest_of(item: Item) -> str:
    """Return what stands for all that a component says of a task: the same for the same words, whoever wrote them."""
    said = orjson.dumps(fields_of(item), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).hexdigest()


def fields_of(item: Item) -> Json:
    """Return an item as the body of a new task."""
    fields: dict[str, Any] = {
        "title": item.title,
        "notes": item.notes,
        "priority": next(name for name, number in _NEAREST if item.priority <= number),
        "tags": list(dict.fromkeys(item.tags)),
        "start_date": item.start_date and item.start_date.isoformat(),
        "due": item.due
        and {
            "date": item.due.date.isoformat(),
            "time": item.due.time and item.due.time.isoformat(),
            "time_zone": item.due.zone,
        },
        "reminders": [
            {"at": a.at.isoformat()} if a.at else {"minutes_before": a.minutes_before, "relative_to": a.relative_to}
            for a in item.alarms
        ],
    }
    if item.repeats is not None:
        exdates, rdates = list(item.repeats.exdates), list(item.repeats.rdates)
        if item.moved is not None:
            # The new task has no occurrence that could be postponed yet: its date is taken out and another put in.
            exdates.append(item.moved.key)
            at = item.moved.due
            rdates.append(at.date.isoformat() + (f"T{at.time.isoformat()}" if at.time else ""))
        fields["recurrence"] = {
            "rrule": item.repeats.rrule,
            "exdates": exdates,
            "rdates": rdates,
            **dict(item.repeats.policies),
        }
    return fields


_NEAREST: Final = (("none", 0), ("urgent", 1), ("high", 4), ("medium", 5), ("low", 9))


def _item(task: Task, uid: str, sequence: int, due: Due | None, start: dt.date | None) -> Item:
    return Item(
        uid=uid,
        title=task.title,
        sequence=max(0, sequence),
        notes=task.notes,
        status="open" if task.status == "open" else "done" if task.status == "done" else "cancelled",
        priority=PRIORITIES[task.priority],
        tags=task.tags,
        due=None if due is None else _when(due),
        start_date=start,
        alarms=tuple(map(_alarm, task.reminders)),
        stamp=task.updated_at,
        completed_at=task.completed_at,
    )


def _alarm(reminder: Reminder) -> Alarm:
    if reminder.at is not None:
        return Alarm(at=reminder.at)
    return Alarm(reminder.minutes_before, reminder.relative_to or "due")


def _shifting(alarms: tuple[Alarm, ...], due: Due | None) -> tuple[Alarm, ...]:
    """Return the alarms of a series: an instant before this due lies as long before each other due."""
    if due is None:
        return alarms
    instant = replace(due, time=due.time or _MORNING).instant()
    found: list[Alarm] = []
    for alarm in alarms:
        before = None if alarm.at is None else int((instant - alarm.at).total_seconds() // 60)
        found.append(alarm if before is None or before < 0 else Alarm(before))
    return tuple(found)


def _when(due: Due) -> When:
    return When(due.date, due.time, due.time_zone)
