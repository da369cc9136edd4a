"""What becomes of each reminder of a task: when it comes, that it was told, or why nobody is told. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from event_contracts.reminders import Becomes

from notification_service.domain.heads import TaskHead
from notification_service.domain.inputs import Inputs
from notification_service.domain.plan import STALE_DAYS, Planned, default_reminder, instants_of, reminders_of
from notification_service.domain.preferences import Preferences
from notification_service.domain.snooze import snooze_id

_STALE = dt.timedelta(days=STALE_DAYS)
Kind = Literal["own", "default", "snooze"]


@dataclass(frozen=True, slots=True)
class Tried:
    """One instant of a reminder that came, and what was done about it."""

    reminder_id: UUID
    fire_at: dt.datetime
    state: str
    late: bool
    settled_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One reminder; see `event_contracts.reminders.ReminderStanding`."""

    reminder_id: UUID
    kind: Kind
    state: Becomes
    at: dt.datetime | None
    told_at: dt.datetime | None = None
    late: bool = False


def standings(task: TaskHead, inputs: Inputs, tried: Sequence[Tried], now: dt.datetime) -> list[Standing]:
    """Return what becomes of each reminder of a task, in its order, and of what was put off."""
    planned = inputs.planned(task)
    wanted = inputs.preferences.get(task.user_id) or Preferences(task.user_id)
    put_off = snooze_id(task.task_id)
    found: list[Standing] = []
    for reminder in reminders_of(task, wanted):
        origin = UUID(reminder["id"])
        kind: Kind = "default" if origin == default_reminder(task.task_id) else "own"
        if own := [one for one in planned if one.origin == origin and one.reminder_id != put_off]:
            found.append(_planned(origin, kind, own, tried, now))
            continue
        instants = [fire_at for fire_at, _ in instants_of(reminder, task, inputs.zone_of(task), wanted.default_hour)]
        at = instants[0] if instants else None
        if told := _last_told(tried, {origin: at}):
            found.append(Standing(origin, kind, "told", at, told.settled_at, told.late))
        else:
            found.append(Standing(origin, kind, _why_not(task, inputs, at), at))
    snoozed = [one for one in planned if one.reminder_id == put_off]
    return found + ([_planned(put_off, "snooze", snoozed, tried, now)] if snoozed else [])


def _planned(
    origin: UUID, kind: Kind, planned: Sequence[Planned], tried: Sequence[Tried], now: dt.datetime
) -> Standing:
    """Return what becomes of a reminder with its repetitions: the first that is still to come, else the last told."""
    ordered = sorted(planned, key=lambda one: one.fire_at)
    states = {(one.reminder_id, one.fire_at): one.state for one in tried}
    ever = _last_told(tried, dict.fromkeys(one.reminder_id for one in ordered))
    told_at, late = (ever.settled_at, ever.late) if ever else (None, False)
    for one in ordered:
        state = states.get((one.reminder_id, one.fire_at))
        if state == "queued" or (state in (None, "dropped") and one.fire_at > now - _STALE):
            return Standing(origin, kind, "planned" if one.fire_at > now else "due", one.fire_at, told_at, late)
    ended = {states.get((one.reminder_id, one.fire_at)) for one in ordered}
    if "sent" in ended:
        return Standing(origin, kind, "told", ordered[-1].fire_at, told_at, late)
    return Standing(origin, kind, "failed" if "dead" in ended else "passed", ordered[-1].fire_at, told_at, late)


def _why_not(task: TaskHead, inputs: Inputs, at: dt.datetime | None) -> Becomes:
    """Return why a reminder is not planned."""
    user, series = inputs.users.get(task.user_id), inputs.series_of(task)
    if task.status != "open" or task.deleted_at or task.withdrawn_at or (user and user.deleted_at):
        return "closed"
    if series and series.paused:
        return "paused"
    return "undated" if at is None else "passed"


def _last_told(tried: Sequence[Tried], wanted: Mapping[UUID, dt.datetime | None]) -> Tried | None:
    """Return what was told last of some reminders, each at the instant that is named for it (None: at any)."""
    sent = [
        one
        for one in tried
        if one.state == "sent" and one.reminder_id in wanted and wanted[one.reminder_id] in (None, one.fire_at)
    ]
    return max(sent, key=lambda one: one.fire_at, default=None)
