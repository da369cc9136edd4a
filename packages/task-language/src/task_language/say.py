"""Dates in words, as people say them: "today 17:00", "Sun 28 Feb 17:00", "Sun 28 Feb 2027"."""

from __future__ import annotations

import datetime as dt

from task_language.moment import Moment

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def say_date(date: dt.date, time: dt.time | None, today: dt.date, *, near: bool = True) -> str:
    """Return a wall date with its time; the year only where it is not this one. `near` allows today and tomorrow."""
    distance = date.toordinal() - today.toordinal()
    words = _NEAR.get(distance) if near else None
    if words is None:
        words = f"{_DAYS[date.weekday()]} {date.day} {_MONTHS[date.month - 1]}"
        if date.year != today.year:
            words += f" {date.year}"
    return words if time is None else f"{words} {time:%H:%M}"


def say_due(date: dt.date, time: dt.time | None, zone: str, moment: Moment, *, near: bool = True) -> str:
    """Return a due as say_date() does, with its place where that is not the speaker's: "tomorrow 09:00 Tokyo time"."""
    words = say_date(date, time, moment.today, near=near)
    if time is None or zone == moment.zone:
        return words
    return f"{words} {zone.rpartition('/')[2].replace('_', ' ')} time"


def say_reminder(minutes_before: int) -> str:
    """Return how long before the due a reminder comes."""
    if minutes_before == 0:
        return "when it is due"
    for size, unit in ((10080, "week"), (1440, "day"), (60, "hour")):
        if minutes_before % size == 0:
            return _before(minutes_before // size, unit)
    return _before(minutes_before, "minute")


def _before(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'} before"
