"""A rule in English words, as people would say it: "every month on the last Friday, at 17:00 Berlin time"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from recurrence_rules.grid import bind
from recurrence_rules.rule import Frequency, Rule, Skip, Until, Weekday
from recurrence_rules.wall import Start
from recurrence_rules.zones import wall_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_UNITS = {Frequency.DAILY: "day", Frequency.WEEKLY: "week", Frequency.MONTHLY: "month", Frequency.YEARLY: "year"}
_WORKDAYS = tuple(Weekday(day) for day in range(5))
_SHORTEST_LONG_DAY = 29


def describe(rule: Rule, start: Start, *, anchor: str = "schedule") -> str:
    """Return what a rule that starts at a wall time means, in one phrase without a full stop."""
    words = _period(rule) + _days(bind(rule, start.date) if anchor == "schedule" else rule)
    if anchor == "completion":
        words += " after it was done"
    if start.time is not None:
        clock = start.time.isoformat("seconds" if start.time.second else "minutes")
        words += f", at {clock} {_place(start.zone)} time"
    if rule.count is not None:
        words += ", once" if rule.count == 1 else f", {rule.count} times"
    if rule.until is not None:
        words += f", until {_date(_last_day(rule.until, start.zone))}"
    return words


def _period(rule: Rule) -> str:
    unit = _UNITS[rule.frequency]
    if rule.frequency in (Frequency.DAILY, Frequency.WEEKLY) and rule.interval == 1 and rule.weekdays == _WORKDAYS:
        return "every workday"
    return f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"


def _days(rule: Rule) -> str:
    parts: list[str] = []
    is_workday = rule.interval == 1 and rule.weekdays == _WORKDAYS and not rule.month_days
    if rule.weekdays and not (is_workday and rule.frequency in (Frequency.DAILY, Frequency.WEEKLY)):
        counted = any(day.nth for day in rule.weekdays)
        parts.append(" on " + ("the " if counted else "") + _list([_weekday(day) for day in rule.weekdays]))
    if rule.month_days:
        # A weekday beside it is a second condition: Friday, and the 13th.
        parts.append((" that is the " if rule.weekdays else " on the ") + _list([_day(day) for day in rule.month_days]))
        if rule.skip is Skip.BACKWARD and max(rule.month_days) >= _SHORTEST_LONG_DAY:
            parts.append(" (the last day of shorter months)")
    if rule.months:
        parts.append((" of " if rule.month_days else " in ") + _list([MONTHS[month - 1] for month in rule.months]))
    return "".join(parts)


def _weekday(day: Weekday) -> str:
    name = WEEKDAYS[day.weekday]
    return name if day.nth == 0 else f"{_count(day.nth)} {name}"


def _day(day: int) -> str:
    return f"{_count(day)} day" if day < 0 else _ordinal(day)


def _count(nth: int) -> str:
    if nth == -1:
        return "last"
    return f"{_ordinal(-nth)} last" if nth < 0 else _ordinal(nth)


def _ordinal(number: int) -> str:
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _list(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _place(zone_name: str) -> str:
    return zone_name.rpartition("/")[2].replace("_", " ")


def _last_day(until: Until, zone_name: str) -> dt.date:
    if not isinstance(until, dt.datetime):
        return until
    return until.date() if until.tzinfo is None else wall_of(until, zone_name).date()


def _date(date: dt.date) -> str:
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"
