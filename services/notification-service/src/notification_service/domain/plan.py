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
from uuid import UUID, uuid5

from recurrence_rules import RecurrenceError, resolve

from notification_service.domain.heads import SeriesHead, TaskHead, UserHead
from notification_service.domain.preferences import Preferences
from notification_service.domain.snooze import Snooze, snooze_id

_FIRST, _LAST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(9998, 12, 31, tzinfo=dt.UTC)
STALE_DAYS = 30
"""What is longer past is not planned any more: less than attempts are remembered, so it cannot be sent again."""
MOST_REPEATS = 20
"""Whatever a task says: each repetition is a row of the due-queue."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder to come. `revision` changes with whatever `fire_at` (UTC) is derived from.

    `origin` is the reminder as its task names it, which `reminder_id` is but for repetitions and snoozes; `number`
    counts repetitions (0: the first time).
    """

    user_id: UUID
    task_id: UUID
    reminder_id: UUID
    revision: int
    fire_at: dt.datetime
    origin: UUID
    number: int = 0


def plan(
    task: TaskHead,
    user: UserHead | None,
    series: SeriesHead | None = None,
    preferences: Preferences | None = None,
    snooze: Snooze | None = None,
) -> list[Planned]:
    """Return the reminders of a task, one per reminder id, sorted by it.

    There are none for a task that is closed, deleted or withdrawn, whose series is paused, or whose user is gone. A
    date without a time counts as the person's default hour in the user's zone: that of the user's head, before there
    is one that of the task's event. A reminder is left out when both its instant and what it reminds of had passed
    before the task was made. One that was put off comes at that instant besides, and its repetitions only after it.
    """
    found: dict[UUID, Planned] = {}
    for one in _to_come(task, user, series, preferences, snooze):
        found.setdefault(one.reminder_id, one)
    return [found[reminder_id] for reminder_id in sorted(found)]


def planned_one(
    reminder_id: UUID,
    task: TaskHead,
    user: UserHead | None,
    series: SeriesHead | None = None,
    preferences: Preferences | None = None,
    snooze: Snooze | None = None,
) -> Planned | None:
    """Return what `plan` says of one reminder, None when it is not planned; the task's others cost nothing."""
    to_come = _to_come(task, user, series, preferences, snooze, only=reminder_id)
    return next((one for one in to_come if one.reminder_id == reminder_id), None)


def _to_come(
    task: TaskHead,
    user: UserHead | None,
    series: SeriesHead | None,
    preferences: Preferences | None,
    snooze: Snooze | None,
    only: UUID | None = None,
) -> Iterator[Planned]:
    """Yield what is planned, of one reminder id the first counts; with `only` what cannot have that id is left out."""
    if task.status != "open" or task.deleted_at or task.withdrawn_at or (user and user.deleted_at):
        return
    if series and series.paused:
        return
    if snooze:
        reminder_id = snooze_id(task.task_id)
        revision = revision_of(task.task_id, {"id": reminder_id}, snooze.until)
        yield Planned(task.user_id, task.task_id, reminder_id, revision, snooze.until, snooze.reminder_id)
    zone = user.time_zone if user else task.user_time_zone
    wanted = preferences or Preferences(task.user_id)
    born = task.created_at or _FIRST
    named = None if only is None else str(only)
    for reminder in reminders_of(task, wanted):
        if named not in (None, reminder["id"]) and reminder.get("repeat_minutes") is None:
            continue
        origin = UUID(reminder["id"])
        for first, target in instants_of(reminder, task, zone, wanted.default_hour):
            revision = revision_of(task.task_id, reminder, target)
            for number, fire_at in _times(reminder, first, wanted.nag_most):
                if not (_FIRST <= fire_at <= _LAST and max(fire_at, target) >= born):
                    continue
                if number and snooze and snooze.reminder_id == origin and fire_at <= snooze.until:
                    continue
                reminder_id = uuid5(origin, f"again {number}") if number else origin
                yield Planned(task.user_id, task.task_id, reminder_id, revision, fire_at, origin, number)


def reminders_of(task: TaskHead, preferences: Preferences) -> list[dict[str, Any]]:
    """Return the reminders of a task; where it names none, the one that the person wants of all with a time."""
    if task.reminders:
        return task.reminders
    lead, since = preferences.default_lead_minutes, preferences.lead_since
    if lead is None or task.due_time is None or (since and task.created_at and task.created_at < since):
        return []
    return [{"id": str(default_reminder(task.task_id)), "minutes_before": lead, "relative_to": "due"}]


def default_reminder(task_id: UUID) -> UUID:
    """Return the id of the reminder that a task has because its person wants one of all."""
    return uuid5(task_id, "default lead time")


def revision_of(task_id: UUID, reminder: dict[str, Any], target: dt.datetime) -> int:
    """Return a number that changes when the reminder's definition or the instant that it reminds of does.

    48 bits, so that JavaScript reads it exactly.
    """
    definition = (task_id, *(reminder.get(name) for name in ("id", "minutes_before", "relative_to", "at")), target)
    digest = hashlib.sha256(repr([str(part) for part in definition]).encode()).digest()
    return int.from_bytes(digest[:6], "big")


def _times(reminder: dict[str, Any], first: dt.datetime, usual_most: int) -> Iterator[tuple[int, dt.datetime]]:
    """Yield when a reminder comes, and when it comes again until its task is done."""
    yield 0, first
    every = reminder.get("repeat_minutes")
    if every is None:
        return
    for number in range(1, min(reminder.get("repeat_most") or usual_most, MOST_REPEATS) + 1):
        try:
            yield number, first + dt.timedelta(minutes=every * number)
        except OverflowError:
            return


def instants_of(
    reminder: dict[str, Any], task: TaskHead, zone: str, hour: dt.time
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Yield when a reminder fires and what it reminds of, in UTC; nothing when the task has no such date."""
    if reminder.get("at") is not None:
        at = dt.datetime.fromisoformat(reminder["at"])
        yield at, at
        return
    if reminder.get("relative_to") == "start":
        target = None if task.start_date is None else _on_day(task.start_date, hour, zone)
    elif task.due_time is None and task.due_date is not None:
        target = _on_day(task.due_date, hour, zone)
    else:
        target = task.due_at
    if target is not None:
        try:
            yield target - dt.timedelta(minutes=reminder.get("minutes_before") or 0), target
        except OverflowError:
            return


def _on_day(date: dt.date, hour: dt.time, zone: str) -> dt.datetime | None:
    try:
        return resolve(date, hour, zone)
    except RecurrenceError:
        pass
    try:
        return resolve(date, hour, "UTC")
    except RecurrenceError:
        return None
