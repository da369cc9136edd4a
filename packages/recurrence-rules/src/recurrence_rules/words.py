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
_UNITS = {
    Frequency.HOURLY: "hour",
    Frequency.DAILY: "day",
    Frequency.WEEKLY: "week",
    Frequency.MONTHLY: "month",
    Frequency.YEARLY: "year",
}
_WORKDAYS = tuple(Weekday(day) for day in range(5))
_SETS = {
    _WORKDAYS: "workday",
    (Weekday(5), Weekday(6)): "weekend day",
    tuple(Weekday(day) for day in range(7)): "day",
}
_SHORTEST_LONG_DAY = 29


def describe(rule: Rule, start: Start, *, anchor: str = "schedule") -> str:
    """Return what a rule that starts at a wall time means, in one phrase without a full stop."""
    words = _period(rule) + _days(bind(rule, start.date) if anchor == "schedule" else rule)
    if anchor == "completion":
        words += " after it was done"
    if start.time is not None and (rule.frequency is not Frequency.HOURLY or anchor == "schedule"):
        clock = start.time.isoformat("seconds" if start.time.second else "minutes")
        begins = "from" if rule.frequency is Frequency.HOURLY else "at"
        words += f", {begins} {clock} {_place(start.zone)} time"
    if rule.count is not None:
        words += ", once" if rule.count == 1 else f", {rule.count} times"
    if rule.until is not None:
        words += f", until {_date(_last_day(rule.until, start.zone))}"
    return words


def _period(rule: Rule) -> str:
    unit = _UNITS[rule.frequency]
    if _is_every_workday(rule):
        return "every workday"
    return f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"


def _is_every_workday(rule: Rule) -> bool:
    picked = rule.month_days or (rule.positions and rule.frequency is not Frequency.DAILY)
    short = rule.frequency in (Frequency.DAILY, Frequency.WEEKLY) and rule.interval == 1
    return short and rule.weekdays == _WORKDAYS and not picked


def _days(rule: Rule) -> str:
    parts: list[str] = []
    weekdays = () if _is_every_workday(rule) or (rule.month_days and rule.weekdays in _SETS_OF_ALL) else rule.weekdays
    if weekdays and rule.positions and not _numbered(rule):
        return f" on the {_counts(rule.positions)} {_one_of(weekdays)}{_in_months(rule)}"
    if rule.positions:
        parts.append(f" on the {_counts(rule.positions)} of the days")
    if rule.week_numbers:
        parts.append(_in_weeks(rule))
    if weekdays:
        counted = any(day.nth for day in weekdays)
        parts.append(" on " + ("the " if counted else "") + _list([_weekday(day) for day in weekdays]))
    if _numbered(rule):
        # A weekday beside it is a second condition: Friday, and the 13th.
        that_is = " that is the " if weekdays else " on the "
        if rule.year_days:
            parts.append(f"{that_is}{_counts(rule.year_days)} day of the year")
        if rule.month_days:
            parts.append((" and the " if rule.year_days else that_is) + _list([_day(day) for day in rule.month_days]))
        parts.append(_skipped(rule))
    return "".join(parts) + _in_months(rule)


_SETS_OF_ALL = {weekdays for weekdays, name in _SETS.items() if name == "day"}


def _numbered(rule: Rule) -> bool:
    return bool(rule.month_days or rule.year_days)


def _in_months(rule: Rule) -> str:
    if not rule.months:
        return ""
    return (" of " if rule.month_days else " in ") + _list([MONTHS[month - 1] for month in rule.months])


def _in_weeks(rule: Rule) -> str:
    if min(rule.week_numbers) < 0:
        words = f" in the {_counts(rule.week_numbers)} week"
    else:
        numbers = [str(number) for number in rule.week_numbers]
        words = f" in week{'s' if len(numbers) > 1 else ''} {_list(numbers)}"
    if rule.skip is Skip.OMIT or max(map(abs, rule.week_numbers)) < 53:
        return words
    return f"{words} ({_moved(rule, max(rule.week_numbers) == 53, 'year')})"


def _skipped(rule: Rule) -> str:
    """Return what SKIP makes of a day that a month or a year lacks, empty where every one has it."""
    if rule.skip is Skip.OMIT:
        return ""
    days, unit = (rule.year_days, "year") if rule.year_days else (rule.month_days, "month")
    least = 366 if rule.year_days else _SHORTEST_LONG_DAY
    if max(days) >= least:
        return f" ({_moved(rule, True, unit)})"
    return f" ({_moved(rule, False, unit)})" if min(days) <= -least else ""


def _moved(rule: Rule, at_end: bool, unit: str) -> str:
    backward = rule.skip is Skip.BACKWARD
    if at_end:
        return f"the last day of shorter {unit}s" if backward else f"the first day after shorter {unit}s"
    return f"the day before shorter {unit}s" if backward else f"the first day of shorter {unit}s"


def _one_of(weekdays: tuple[Weekday, ...]) -> str:
    return _SETS.get(weekdays) or _list([_weekday(day) for day in weekdays], "or")


def _weekday(day: Weekday) -> str:
    name = WEEKDAYS[day.weekday]
    return name if day.nth == 0 else f"{_count(day.nth)} {name}"


def _day(day: int) -> str:
    return f"{_count(day)} day" if day < 0 else _ordinal(day)


def _counts(numbers: Sequence[int]) -> str:
    """Return numbers from the beginning, then those from the end: "1st, 2nd and last"."""
    return _list([_count(nth) for nth in sorted(numbers, key=lambda nth: (nth < 0, nth))])


def _count(nth: int) -> str:
    if nth == -1:
        return "last"
    return f"{_ordinal(-nth)} last" if nth < 0 else _ordinal(nth)


def _ordinal(number: int) -> str:
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _list(items: Sequence[str], last: str = "and") -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def _place(zone_name: str) -> str:
    return zone_name.rpartition("/")[2].replace("_", " ")


def _last_day(until: Until, zone_name: str) -> dt.date:
    if not isinstance(until, dt.datetime):
        return until
    return until.date() if until.tzinfo is None else wall_of(until, zone_name).date()


def _date(date: dt.date) -> str:
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"
