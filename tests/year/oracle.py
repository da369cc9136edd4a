"""What a calendar and a clock say: python-dateutil for dates, zoneinfo, the `holidays` package; none of our code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from tests.year.plans import ALIKE, Plan

DAY = dt.timedelta(days=1)
MORNING = dt.time(9)
UNITS = {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}


@dataclass(frozen=True, slots=True)
class Date:
    """One date that must come: its key, what clocks show then, and the instant at which it is due."""

    key: str
    day: dt.date
    time: dt.time | None
    at: dt.datetime


def dates(plan: Plan, until: dt.date) -> list[Date]:
    """Return every date of a plan before a day, in the order of their keys."""
    if plan.hourly:
        return list(_hours(plan, until))
    begin, end = (dt.datetime.combine(day, dt.time()) for day in (plan.start, until))
    rules = [rrulestr(text, dtstart=begin) for text in ALIKE.get(plan.rule, [plan.rule])]
    grid = sorted({wall.date() for rule in rules for wall in rule.between(begin, end - DAY, inc=True)})
    gone = {wall[:10] for wall in plan.exdates}
    extra = [day for day in map(dt.date.fromisoformat, plan.rdates) if day < until and day.isoformat() not in gone]
    serving = {*grid, *extra}
    kept = {day: _kept(plan, day, serving) for day in grid}
    kept |= {day: day for day in extra if kept.get(day) is None}
    return [date_at(plan, day, on) for day, on in sorted(kept.items()) if on and day.isoformat() not in gone]


def date_at(plan: Plan, day: dt.date, kept: dt.date) -> Date:
    """Return the date of a day of the rule, kept on another where a holiday moved it."""
    at = due_instant(kept, plan.time, plan.zone)
    shown = at.astimezone(ZoneInfo(plan.zone))
    time = None if plan.time is None else shown.time()
    key = day.isoformat() if plan.time is None else f"{day.isoformat()}T{plan.time.isoformat('seconds')}"
    return Date(key, shown.date(), time, at)


def is_to_come(plan: Plan, date: Date, closed_at: dt.datetime, resumed: dt.datetime | None) -> bool:
    """Say whether a date is still to come when something was closed (and, after a pause, when the series went on)."""
    if plan.time is not None:
        return date.at > max(closed_at, resumed or closed_at)
    went_on = resumed is None or date.day >= local_day(resumed, plan.day_zone)
    return went_on and date.day > local_day(closed_at, plan.day_zone)


def opening(plan: Plan, date: Date) -> dt.datetime:
    """Return when a date opens by schedule: with its day or at its time, or with its first reminder."""
    begin = instant(date.day, date.time or dt.time(), plan.zone)
    due = instant(date.day, date.time or MORNING, plan.zone)
    return min([begin, *(due - dt.timedelta(minutes=minutes) for minutes in plan.reminders)])


def after_completion(
    plan: Plan, key: dt.date, due: dt.date, closed_at: dt.datetime, resumed: dt.datetime | None, number: int
) -> tuple[Date, int] | None:
    """Return what comes INTERVAL after a completion, and how many intervals a pause passed over; None: COUNT is had."""
    parts = dict(part.split("=") for part in plan.rule.split(";"))
    most = int(parts.get("COUNT", 10**9))
    base = max(local_day(closed_at, plan.day_zone), key, due)
    went_on = base + DAY
    if resumed is not None and plan.missed == "next":
        went_on = max(went_on, local_day(resumed, plan.day_zone))
    gone, passed = {wall[:10] for wall in plan.exdates}, 0
    single = min((day for day in map(dt.date.fromisoformat, plan.rdates) if day >= went_on), default=dt.date.max)
    if number >= most:
        return None
    for day in _candidates(parts, local_day(closed_at, plan.day_zone), base):
        landed = None if day.isoformat() in gone else _lands(plan, day)
        if landed is None or landed <= base:
            continue
        if number + passed >= most:
            return None
        if landed >= went_on:
            return date_at(plan, day, landed) if day <= single else date_at(plan, single, single), passed
        passed += 1
    raise AssertionError("rules of plans do not end but by COUNT")


def instant(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """Return when clocks show a wall time first; where they skip it, as long after the gap as it lies in it."""
    return dt.datetime.combine(day, time, ZoneInfo(zone)).astimezone(dt.UTC)


def due_instant(day: dt.date, time: dt.time | None, zone: str) -> dt.datetime:
    """Return when something is overdue: at its time, or with the last second of its day."""
    if time is not None:
        return instant(day, time, zone)
    while _was_left_out(day, zone):
        day += DAY
    return instant(day + DAY, dt.time(), zone) - dt.timedelta(seconds=1)


def local_day(at: dt.datetime, zone: str) -> dt.date:
    """Return the day that calendars show at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def _hours(plan: Plan, until: dt.date) -> Iterator[Date]:
    assert plan.time is not None
    step = dt.timedelta(hours=int(plan.rule.rsplit("=", 1)[1]))
    wall, first = dt.datetime.combine(plan.start, plan.time), instant(plan.start, plan.time, plan.zone)
    for number in count():
        shown = (at := first + number * step).astimezone(ZoneInfo(plan.zone))
        if shown.date() >= until:
            return
        if plan.on_holiday == "ignore" or not _is_holiday(plan, shown.date()):
            yield Date((wall + number * step).isoformat(timespec="seconds"), shown.date(), shown.time(), at)


def _was_left_out(day: dt.date, zone: str) -> bool:
    return local_day(instant(day, dt.time(12), zone), zone) != day


def _kept(plan: Plan, day: dt.date, grid: set[dt.date]) -> dt.date | None:
    """Return where a date is kept, None where another one serves for both.

    That one lies on the way to the workday, or on the day after one that a zone left out.
    """
    landed = _lands(plan, day)
    if landed == day:
        return None if _was_left_out(day, plan.zone) and day + DAY in grid else day
    if landed is None:
        return None
    step = DAY if landed > day else -DAY
    way = (day + n * step for n in range(1, abs((landed - day).days) + 1))
    return None if any(one in grid for one in way) else landed


def _lands(plan: Plan, day: dt.date) -> dt.date | None:
    if plan.on_holiday == "ignore" or not _is_holiday(plan, day):
        return day
    if plan.on_holiday == "skip":
        return None
    step = DAY if plan.on_holiday == "after" else -DAY
    return next(one for n in count(1) if _calendar(plan, one := day + n * step).is_working_day(one))


def _is_holiday(plan: Plan, day: dt.date) -> bool:
    return day in _calendar(plan, day)


def _calendar(plan: Plan, day: dt.date) -> Any:
    assert plan.country is not None
    return _year_of(*plan.country, day.year)


@lru_cache(maxsize=256)
def _year_of(country: str, region: str | None, year: int) -> Any:
    return holidays.country_holidays(country, subdiv=region, years=year, expand=False)


def _candidates(parts: dict[str, str], day: dt.date, base: dt.date) -> Iterator[dt.date]:
    """Yield days after `base`: whole intervals from the closing day, or what the rule names from then on."""
    interval, unit = int(parts.get("INTERVAL", 1)), UNITS[parts["FREQ"]]
    if not any(name.startswith("BY") for name in parts):
        found = (day + relativedelta(**{unit: number * interval}) for number in count(1))
        yield from (one for one in found if one > base)
        return
    earliest = max(day + relativedelta(**{unit: interval - 1}), base + DAY)
    text = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("INTERVAL", "COUNT"))
    yield from (wall.date() for wall in rrulestr(text, dtstart=dt.datetime.combine(earliest, dt.time())))


def moved(date: Date, day: dt.date, plan: Plan) -> Date:
    """Return a date postponed to another day, at its own time by the clock."""
    at = due_instant(day, date.time, plan.zone)
    shown = at.astimezone(ZoneInfo(plan.zone))
    return replace(date, day=day, time=date.time and shown.time(), at=at)
