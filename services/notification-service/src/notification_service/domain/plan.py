"""From heads to reminders: what is to fire when. Pure, and a function of the newest heads alone.

Whatever the order in which events came, the same heads give the same plan. Whether something has fired already is not
known here; see `storage.due_queue`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from recurrence_rules import MORNING, RecurrenceError, resolve

from notification_service.domain.heads import SeriesHead, TaskHead, UserHead

_FIRST, _LAST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(9998, 12, 31, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder to come. `revision` changes with whatever `fire_at` (UTC) is derived from."""

    user_id: UUID
    task_id: UUID
    reminder_id: UUID
    revision: int
    fire_at: dt.datetime


def plan(task: TaskHead, user: UserHead | None, series: SeriesHead | None = None) -> list[Planned]:
    """Return the reminders of a task, one per reminder id, sorted by it.

    There are none for a task that is closed, deleted or withdrawn, whose series is paused, or whose user is gone. A
    date without a time counts as 09:00 in the user's zone: that of the user's head, before there is one that of the
    task's event. A reminder is left out when both its instant and what it reminds of had passed before the task was
    made.
    """
    if task.status != "open" or task.deleted_at or task.withdrawn_at or (user and user.deleted_at):
        return []
    if series and series.paused:
        return []
    found: dict[UUID, Planned] = {}
    zone = user.time_zone if user else task.user_time_zone
    for reminder in task.reminders:
        reminder_id = UUID(reminder["id"])
        for fire_at, target in _instants(reminder, task, zone):
            born = task.created_at or _FIRST
            if reminder_id not in found and _FIRST <= fire_at <= _LAST and max(fire_at, target) >= born:
                revision = revision_of(task.task_id, reminder, target)
                found[reminder_id] = Planned(task.user_id, task.task_id, reminder_id, revision, fire_at)
    return [found[reminder_id] for reminder_id in sorted(found)]


def revision_of(task_id: UUID, reminder: dict[str, Any], target: dt.datetime) -> int:
    """Return a number that changes when the reminder's definition or the instant that it reminds of does.

    48 bits, so that JavaScript reads it exactly.
    """
    definition = (task_id, *(reminder.get(name) for name in ("id", "minutes_before", "relative_to", "at")), target)
    digest = hashlib.sha256(repr([str(part) for part in definition]).encode()).digest()
    return int.from_bytes(digest[:6], "big")


def is_date_bound(task: TaskHead) -> bool:
    """Say whether a reminder of this task may move when the user's zone does."""
    return bool(task.reminders) and (task.start_date is not None or (task.due_at is not None and task.due_time is None))


def _instants(reminder: dict[str, Any], task: TaskHead, zone: str) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Yield when a reminder fires and what it reminds of, in UTC; nothing when the task has no such date."""
    if reminder.get("at") is not None:
        at = dt.datetime.fromisoformat(reminder["at"])
        yield at, at
        return
    if reminder.get("relative_to") == "start":
        target = None if task.start_date is None else _morning(task.start_date, zone)
    elif task.due_time is None and task.due_date is not None:
        target = _morning(task.due_date, zone)
    else:
        target = task.due_at
    if target is not None:
        try:
            yield target - dt.timedelta(minutes=reminder.get("minutes_before") or 0), target
        except OverflowError:
            return


def _morning(date: dt.date, zone: str) -> dt.datetime | None:
    try:
        return resolve(date, MORNING, zone)
    except RecurrenceError:
        pass
    try:
        return resolve(date, MORNING, "UTC")
    except RecurrenceError:
        return None
