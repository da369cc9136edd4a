"""Dates in words, as people say them: "today 17:00", "Sun 28 Feb 17:00", "Sun 28 Feb 2027"; in five languages."""

from __future__ import annotations

import datetime as dt

from recurrence_rules import Language

from task_language.moment import Moment
from task_language.said_dates import DATES


def say_date(
    date: dt.date, time: dt.time | None, today: dt.date, *, near: bool = True, language: Language = "en"
) -> str:
    """Return a wall date with its time; the year only where it is not this one. `near` allows today and tomorrow."""
    table = DATES[language]
    words = table.near.get(date.toordinal() - today.toordinal()) if near else None
    if words is None:
        weekday, month = table.days[date.weekday()], table.months[date.month - 1]
        words = table.date.format(weekday=weekday, day=date.day, month=month)
        if date.year != today.year:
            words = table.year.format(date=words, year=date.year)
    return words if time is None else f"{words} {time:%H:%M}"


def say_due(date: dt.date, time: dt.time | None, zone: str, moment: Moment, *, near: bool = True) -> str:
    """Return a due as say_date() does, with its place where that is not the speaker's: "tomorrow 09:00 Tokyo time"."""
    words = say_date(date, time, moment.today, near=near, language=moment.language)
    if time is None or zone == moment.zone:
        return words
    return DATES[moment.language].place.format(words=words, place=zone.rpartition("/")[2].replace("_", " "))


def say_reminder(minutes_before: int, language: Language = "en") -> str:
    """Return how long before the due a reminder comes."""
    table = DATES[language]
    if minutes_before == 0:
        return table.due
    size, unit = next(
        (each for each in ((10080, "week"), (1440, "day"), (60, "hour")) if minutes_before % each[0] == 0),
        (1, "minute"),
    )
    count = minutes_before // size
    return table.before.format(count=count, unit=table.units[unit][count != 1])


def say_weekday(day: int, language: Language = "en") -> str:
    """Return a weekday, 0 is Monday, as dates say it."""
    return DATES[language].days[day]
