"""Weeks, months, quarters and years as a whole: "next month", "october 2027", "the previous week"; and days in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from task_language.amounts import shifted
from task_language.lexicon import MONTHS, begins, first_of, ordinal
from task_language.moment import Moment
from task_language.numbers import day_number_at, year_at
from task_language.scene import Scene

SIDES = {"this": 0, "next": 1, "following": 1, "coming": 1, "upcoming": 1, "last": -1, "previous": -1, "past": -1}
_NAMES = ("week", "month", "quarter", "year")
_WORKDAY = ("workday", "weekday", "working day", "business day")
_ENDS = ("last day of", "the last day of", "end of", "the end of")
_BEGINNINGS = ("beginning of", "the beginning of", "start of", "the start of", "first day of", "the first day of",
               "early")  # fmt: skip
_MIDDLES = ("mid", "mid-", "middle of", "the middle of")


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both in it."""

    first: dt.date
    last: dt.date


def period_of(name: str, side: int, moment: Moment) -> Period:
    """Return this (0), the next (1) or the last (-1) week, month, quarter or year."""
    today = moment.today
    if name == "week":
        first = moment.week_of(today) + dt.timedelta(days=7 * side)
        return Period(first, first + dt.timedelta(days=6))
    start = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1, "year": 1}[name]
    first = shifted(dt.date(today.year, start, 1), side, name + "s")
    return Period(first, shifted(first, 1, name + "s") - dt.timedelta(days=1))


def side_at(scene: Scene, at: int) -> tuple[int, int] | None:
    """Return where "this", "next", "the previous" … ends, and how many periods away it is."""
    at += begins(scene.words, at, "the")
    side = SIDES.get(scene.word(at))
    return None if side is None else (at + 1, side)


def period_at(scene: Scene, at: int, *names: str) -> tuple[int, Period] | None:
    """Return where "next month" or "the previous week" ends, and from when to when it is."""
    side = side_at(scene, at)
    name = scene.word(side[0]) if side else ""
    if side is None or name not in (names or _NAMES):
        return None
    return side[0] + 1, period_of(name, side[1], scene.moment)


def month_at(scene: Scene, at: int) -> tuple[int, Period, bool] | None:
    """Return where "october 2014", "next month", "next march", "the month" ends, its days, and if its year was said."""
    if found := period_at(scene, at, "month", "year", "quarter"):
        return *found, True
    the = begins(scene.words, at, "the")
    if the and scene.word(at + 1) in ("month", "year", "quarter"):
        return at + 2, period_of(scene.word(at + 1), 0, scene.moment), True
    side = side_at(scene, at)
    at = side[0] if side and side[1] >= 0 else at
    month = MONTHS.get(scene.word(at))
    if month is None:
        found_year = year_at(scene.words, at)
        if found_year is None or not 1900 <= found_year[1] <= 9000:
            return None
        return found_year[0], Period(dt.date(found_year[1], 1, 1), dt.date(found_year[1], 12, 31)), True
    year = year_at(scene.words, at + 1 + begins(scene.words, at + 1, "of"))
    today = scene.moment.today
    first = dt.date(year[1] if year else today.year, month, 1)
    last = shifted(first, 1, "months") - dt.timedelta(days=1)
    if year is None and last < today:
        first, last = shifted(first, 1, "years"), shifted(first, 13, "months") - dt.timedelta(days=1)
    return year[0] if year else at + 1, Period(first, last), year is not None


def day_in_period_at(scene: Scene, at: int) -> tuple[int, dt.date] | None:
    """Read "first monday of may", "last day of october 2027", "20th of next month", "mid january", "end of week"."""
    for phrases, pick in ((_ENDS, "last"), (_BEGINNINGS, "first"), (_MIDDLES, "middle")):
        if taken := first_of(scene.words, at, phrases):
            return _edge_at(scene, at + taken, pick)
    the = at + begins(scene.words, at, "the")
    nth = ordinal(scene.word(the))
    end = the + 1
    chosen = _WEEKDAY_PICKS.get(scene.word(end).removesuffix("."))
    if nth is not None and abs(nth) <= 5 and scene.word(the)[:1] != "0":
        back = first_of(scene.words, end, ("to last", "last")) if nth > 0 else 0
        chosen = _WEEKDAY_PICKS.get(scene.word(end + back))
        taken = first_of(scene.words, end + back, _WORKDAY)
        if back and begins(scene.words, end + back, "day"):
            return _from_end_at(scene, end + back + 1, nth)
        if chosen is not None or taken:
            return _nth_at(scene, end + back + (taken or 1), -nth if back else nth, chosen)
    number = day_number_at(scene.words, the)
    if number is None:
        return None
    end = number[0] + begins(scene.words, number[0], "day")
    of = first_of(scene.words, end, ("of", "in"))
    found = period_at(scene, end + of, "month") if of else None
    if found is None or number[1] > found[1].last.day:
        return None
    return found[0], found[1].first.replace(day=number[1])


_WEEKDAY_PICKS = {name: number for number, name in enumerate(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))}  # fmt: skip


def _edge_at(scene: Scene, at: int, pick: str) -> tuple[int, dt.date] | None:
    if pick == "last" and (taken := first_of(scene.words, at, ("the week", "week", "this week"))):
        return at + taken, period_of("week", 0, scene.moment).last
    if pick == "last" and scene.word(at) in ("month", "year", "quarter"):
        return at + 1, period_of(scene.word(at), 0, scene.moment).last
    found = month_at(scene, at) or ((*week, True) if (week := period_at(scene, at, "week")) else None)
    if found is None:
        return None
    end, period, dated = found
    first, last, today = period.first, period.last, scene.moment.today

    def picked(first: dt.date, last: dt.date) -> dt.date:
        return {"first": first, "last": last, "middle": first + dt.timedelta(days=((last - first).days) // 2)}[pick]

    day = picked(first, last)
    if pick == "middle" and first.month == last.month:
        day = first.replace(day=15)
    return end, shifted(day, 1, "years") if not dated and day < today else day


def _from_end_at(scene: Scene, at: int, nth: int) -> tuple[int, dt.date] | None:
    of = first_of(scene.words, at, ("of", "in"))
    found = month_at(scene, at + of) if of else None
    return found and (found[0], found[1].last - dt.timedelta(days=nth - 1))


def _nth_at(scene: Scene, at: int, nth: int, weekday: int | None) -> tuple[int, dt.date] | None:
    of = first_of(scene.words, at, ("of", "in"))
    found = month_at(scene, at + of) if of else None
    if found is None:
        return None
    end, period, dated = found
    for years in (0, 1):
        first = shifted(period.first, years, "years")
        last = shifted(period.last + dt.timedelta(days=1), years, "years") - dt.timedelta(days=1)
        day = _nth(first, last, nth, weekday)
        if day is not None and (dated or day >= scene.moment.today):
            return end, day
    return None


def _nth(first: dt.date, last: dt.date, nth: int, weekday: int | None) -> dt.date | None:
    step = 1 if nth > 0 else -1
    day, left = (first if nth > 0 else last), abs(nth)
    while first <= day <= last:
        left -= (day.weekday() < 5) if weekday is None else (day.weekday() == weekday)
        if not left:
            return day
        day += dt.timedelta(days=step)
    return None
