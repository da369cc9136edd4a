"""What a rule says, as facts in the order in which every language here says them; and the rule of such facts.

A fact is a name and a value. Each language has a phrase for each name (languages/), and so the same facts are written
and read in all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

from recurrence_rules.combinations import refuse_combinations
from recurrence_rules.days_off import OnHoliday
from recurrence_rules.errors import DateImpossible, WallTimeMalformed
from recurrence_rules.rule import Frequency, Rule, Skip, Until, Weekday
from recurrence_rules.spelled import WORKDAYS, needs_skip
from recurrence_rules.vocabulary import ANY_DAY, WEEKEND_DAY, WORKDAY
from recurrence_rules.zones import resolve, wall_of

Anchor = Literal["schedule", "completion"]
Fact = tuple[str, Any]

_SETS = {
    WORKDAYS: WORKDAY,
    (Weekday(5), Weekday(6)): WEEKEND_DAY,
    tuple(Weekday(day) for day in range(7)): ANY_DAY,
}
_DAYS_OF = {name: weekdays for weekdays, name in _SETS.items()}


@dataclass(frozen=True, slots=True)
class Said:
    """What words about a rule say. `time` and `zone` are those of the start; None where nothing was said of them."""

    rule: Rule
    anchor: Anchor = "schedule"
    time: dt.time | None = None
    zone: str | None = None
    on_holiday: OnHoliday | None = None


def facts_of(said: Said) -> Iterator[Fact]:
    """Yield what there is to say of a rule that spelled() has completed."""
    rule = said.rule
    if is_every_workday(rule):
        yield "every_workday", None
    else:
        yield "every", (rule.frequency, rule.interval)
        if (
            rule.frequency is Frequency.DAILY
            and rule.interval > 1
            and (rule.weekdays or rule.month_days or rule.months)
        ):
            yield "only", None
    yield from _days(rule)
    if skip := _skip(rule):
        yield "skip", skip
    if rule.week_start:
        yield "weeks_begin", rule.week_start
    if said.anchor == "completion":
        yield "after_done", None
    hourly = rule.frequency is Frequency.HOURLY
    if said.time is not None and said.zone is not None and not (hourly and said.anchor == "completion"):
        yield "from" if hourly else "at", (said.time, said.zone)
    if rule.count is not None:
        yield "times", rule.count
    if rule.until is not None:
        yield _until(rule.until, said.zone or "UTC")
    if said.on_holiday is not None:
        yield "on_holiday", said.on_holiday


def is_every_workday(rule: Rule) -> bool:
    """Say whether a rule is "every workday": a week's days from Monday to Friday."""
    plain = rule.interval == 1 and not rule.month_days and not rule.positions
    return rule.frequency is Frequency.WEEKLY and rule.weekdays == WORKDAYS and plain


def _days(rule: Rule) -> Iterator[Fact]:
    numbered = bool(rule.month_days or rule.year_days)
    weekdays = () if is_every_workday(rule) else rule.weekdays
    if rule.positions:
        if _is_one_set(rule):
            counts = _in_order(rule.positions)
            if weekdays in _SETS:
                yield "set_positions", (_SETS[weekdays], counts)
            else:
                yield "day_positions", (counts, tuple(day.weekday for day in weekdays))
            weekdays = ()
        else:
            yield "positions", _in_order(rule.positions)
    if rule.week_numbers:
        yield ("weeks" if min(rule.week_numbers) > 0 else "counted_weeks"), _in_order(rule.week_numbers)
    yield from _weekdays(rule, weekdays, numbered)
    condition = "if_" if weekdays else ""
    if rule.year_days:
        yield condition + "year_days", _in_order(rule.year_days)
        condition = "if_"
    if rule.month_days and rule.months and min(rule.month_days) > 0:
        yield condition + "dates", (rule.month_days, rule.months)
        return
    if rule.month_days:
        yield condition + "month_days", _in_order(rule.month_days)
        if not rule.months and rule.frequency is not Frequency.MONTHLY:
            yield "of_month", None
    if rule.months:
        in_set = bool(rule.positions) and _is_one_set(rule) and rule.frequency is not Frequency.WEEKLY
        counted = in_set or any(day.nth for day in rule.weekdays)
        yield "months_of_days" if rule.month_days else "months_of" if counted else "months_in", rule.months


def _is_one_set(rule: Rule) -> bool:
    """Say whether BYSETPOS counts weekdays within one week, month or year: "the last workday"."""
    plain = len(rule.weekdays) > 1 and not any(day.nth for day in rule.weekdays)
    apart = rule.month_days or rule.year_days or rule.week_numbers
    several = rule.frequency is Frequency.YEARLY and len(rule.months) > 1
    return plain and not apart and not several


def _weekdays(rule: Rule, weekdays: tuple[Weekday, ...], numbered: bool) -> Iterator[Fact]:
    plain = tuple(day.weekday for day in weekdays if not day.nth)
    counted = [day for day in weekdays if day.nth]
    longer = rule.frequency in (Frequency.MONTHLY, Frequency.YEARLY) and not rule.week_numbers and not numbered
    if weekdays == WORKDAYS and not numbered:
        yield "workdays", None
    elif plain:
        yield ("each_weekday" if longer or counted else "weekdays"), plain
    if counted:
        yield ("and_counted_weekdays" if plain else "counted_weekdays"), tuple(_groups(counted))


def _groups(counted: list[Weekday]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield weekdays with the places at which they are counted; far ones from the end stand alone."""
    for weekday, days in groupby(counted, lambda day: day.weekday):
        nths = [day.nth for day in days]
        if together := _in_order(tuple(nth for nth in nths if nth >= -2)):
            yield weekday, together
        yield from ((weekday, (nth,)) for nth in nths if nth < -2)


def _in_order(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return numbers from the beginning, then those from the end: 1, 2, -1."""
    return tuple(sorted(numbers, key=lambda nth: (nth < 0, nth)))


def _skip(rule: Rule) -> tuple[Skip, bool, str] | None:
    """Return what SKIP does, whether a day at the end is missing, and in what; None where nothing can be missing."""
    if not needs_skip(rule):
        return None
    if rule.year_days:
        return rule.skip, max(rule.year_days) == 366, "year"
    if rule.week_numbers:
        return rule.skip, max(rule.week_numbers) == 53, "year"
    return rule.skip, max(rule.month_days) > 28, "month"


def _until(until: Until, zone_name: str) -> Fact:
    if not isinstance(until, dt.datetime):
        return "until_day", until
    if until.tzinfo is None:
        return "until_wall", (until.date(), until.time())
    try:
        wall = wall_of(until, zone_name)
        if resolve(wall.date(), wall.time(), zone_name) == until:
            return "until_instant", (wall.date(), wall.time(), zone_name)
    except (OverflowError, WallTimeMalformed):
        pass
    # Clocks show this time twice, or no calendar has it: only UTC says it for certain.
    return "until_instant", (until.date(), until.time(), "UTC")


def said_by(facts: list[Fact]) -> Said:
    """Return what facts say. Raises ValueError (RecurrenceError among them) where they make no accepted rule."""
    parts: dict[str, Any] = {}
    weekdays: set[Weekday] = set()
    for name, value in facts:
        for part, found in _parts(name, value, parts.get("zone")).items():
            if part == "weekdays":
                weekdays |= set(found)
            elif parts.setdefault(part, found) != found:
                raise ValueError(f"{part} is said twice")
    of_rule = {name: parts.pop(name) for name in tuple(parts) if name in _OF_RULE}
    if weekdays:
        of_rule["weekdays"] = tuple(sorted(weekdays))
    rule = Rule(**of_rule)
    # A start's weekday is written into week 53, where SKIP would refuse one that was named.
    of_start = rule.week_numbers and rule.skip is not Skip.OMIT and len(rule.weekdays) == 1
    with suppress(DateImpossible):
        # What never comes can be said, too: a start on the 30th makes FREQ=YEARLY;BYMONTH=2 a 30 February.
        refuse_combinations(replace(rule, weekdays=()) if of_start else rule)
    return Said(rule, **parts)


_OF_RULE = frozenset(Rule.__dataclass_fields__)


def _parts(name: str, value: Any, zone_name: str | None) -> Mapping[str, Any]:
    match name.removeprefix("if_"):
        case "every":
            return {"frequency": value[0], "interval": value[1]}
        case "every_workday":
            return {"frequency": Frequency.WEEKLY, "weekdays": WORKDAYS}
        case "workdays":
            return {"weekdays": WORKDAYS}
        case "set_positions":
            return {"positions": _rising(value[1]), "weekdays": _DAYS_OF[value[0]]}
        case "day_positions":
            return {"positions": _rising(value[0]), "weekdays": tuple(map(Weekday, value[1]))}
        case "positions":
            return {"positions": _rising(value)}
        case "weeks" | "counted_weeks":
            return {"week_numbers": _rising(value)}
        case "weekdays" | "each_weekday":
            return {"weekdays": tuple(map(Weekday, value))}
        case "counted_weekdays" | "and_counted_weekdays":
            return {"weekdays": tuple(Weekday(day, nth) for day, nths in value for nth in nths)}
        case "year_days":
            return {"year_days": _rising(value)}
        case "dates":
            return {"month_days": _rising(value[0]), "months": _rising(value[1])}
        case "month_days":
            return {"month_days": _rising(value)}
        case "months_of_days" | "months_of" | "months_in":
            return {"months": _rising(value)}
        case "skip":
            return {"skip": value[0]}
        case "weeks_begin":
            return {"week_start": value}
        case "after_done":
            return {"anchor": "completion"}
        case "at" | "from":
            return {"time": value[0], "zone": value[1]}
        case "on_holiday":
            return {"on_holiday": value}
        case "times":
            return {"count": value}
        case "until_day":
            return {"until": value}
        case "until_wall":
            return {"until": dt.datetime.combine(*value)}
        case "until_instant":
            return _instant(value[0], value[1], value[2], zone_name)
        case _:
            return {}


def _rising(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers)))


def _instant(date: dt.date, time: dt.time, zone_name: str, known: str | None) -> Mapping[str, Any]:
    if zone_name == "UTC":
        return {"until": dt.datetime.combine(date, time, dt.UTC)}
    found = {"until": resolve(date, time, zone_name)}
    return found if known else {**found, "zone": zone_name}
