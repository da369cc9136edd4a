"""Putting a reminder off: until an instant, or until what people call one. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid5

from event_contracts.reminders import SnoozePreset
from recurrence_rules import resolve
from recurrence_rules.zones import wall_of

from notification_service.domain.preferences import Preferences
from notification_service.domain.zones import known

EVENING = dt.time(18)
SATURDAY = 5
LONGEST = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Snooze:
    """A task is to be reminded of again, at `until`; there is one per task. `reminder_id`: what was put off."""

    user_id: UUID
    task_id: UUID
    reminder_id: UUID
    until: dt.datetime
    made_at: dt.datetime


class SnoozeRefused(Exception):
    """It cannot be put off so; `code` is stable, the message is a sentence for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def snooze_id(task_id: UUID) -> UUID:
    """Return the id of the reminder that a task has because one of its reminders was put off."""
    return uuid5(task_id, "snooze")


def until_of(
    preset: SnoozePreset, now: dt.datetime, zone: str, week_start: int, preferences: Preferences
) -> dt.datetime:
    """Return what people mean: of a day, their default hour in their zone. Raises SnoozeRefused."""
    zone = known(zone)
    match preset:
        case "10m":
            return now + dt.timedelta(minutes=10)
        case "1h":
            return now + dt.timedelta(hours=1)
        case "this_evening":
            evening = resolve(wall_of(now, zone).date(), EVENING, zone)
            if evening <= now:
                raise SnoozeRefused("snooze_in_past", "This evening has begun already. Take another time.")
            return evening
        case "tomorrow":
            days = 1
        case "next_week":
            days = _days_to(week_start, now, zone)
        case "weekend":
            days = _days_to(SATURDAY, now, zone)
    return resolve(wall_of(now, zone).date() + dt.timedelta(days=days), preferences.default_hour, zone)


def checked(until: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return an instant to which a reminder may be put off. Raises SnoozeRefused."""
    if until <= now:
        raise SnoozeRefused("snooze_in_past", "This time has passed already. Take a later one.")
    if until > now + LONGEST:
        raise SnoozeRefused("snooze_too_far", "A reminder can be put off by a year at most. Take an earlier time.")
    return until.astimezone(dt.UTC)


def _days_to(weekday: int, now: dt.datetime, zone: str) -> int:
    """Return in how many days a weekday comes next: at least one."""
    return (weekday - wall_of(now, zone).weekday() - 1) % 7 + 1
