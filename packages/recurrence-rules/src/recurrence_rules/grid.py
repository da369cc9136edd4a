"""The dates of a rule on the calendar: no time, no zone, no end, and a cost that does not grow with age.

Each search jumps to the period (day, week, month, year) that it asks about and steps from there; what a month
holds depends only on its first weekday and length, so 28 patterns are worked out once per rule and start.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from recurrence_rules.rule import Frequency, Rule, Skip, Weekday
from recurrence_rules.zones import LAST_YEAR

STEP_BUDGET = 1000
"""Periods looked at without a match before a search gives up: nothing a person means is rarer."""

_LAST = dt.date(LAST_YEAR, 12, 31).toordinal()


@dataclass(slots=True)
class Steps:
    """Counts the periods that a search looked at; tests bound it instead of time."""

    taken: int = 0


@lru_cache(maxsize=4096)
def grid_of(rule: Rule, start: dt.date) -> Grid:
    """Return the grid of a rule that starts at a date."""
    return Grid(rule, start)


class Grid:
    """The dates of one rule from one start, as proleptic Gregorian ordinals."""

    def __init__(self, rule: Rule, start: dt.date) -> None:
        rule = bind(rule, start)
        self._rule = rule
        self._start = start.toordinal()
        self._start_month = start.year * 12 + start.month - 1
        self._start_year = start.year
        self._start_week = (self._start - 1 - rule.week_start) // 7
        self._months = frozenset(rule.months)
        self._offsets = tuple(sorted((day.weekday - rule.week_start) % 7 for day in rule.weekdays))
        self._in_year: dict[int, int] = {}
        self._patterns: dict[tuple[int, int], tuple[int, ...]] = {}

    def dates(self, first: int, steps: Steps | None = None) -> Iterator[int]:
        """Yield the dates at or after ordinal `first` (and the start), rising; ends when there are no more."""
        first = max(first, self._start)
        fruitless = 0
        for period in self._periods(first):
            fruitless += 1
            if steps is not None:
                steps.taken += 1
            for day in period:
                if day > _LAST:
                    return
                if day >= first:
                    yield day
                    fruitless = 0
            if fruitless >= STEP_BUDGET:
                return

    def count(self, first: int, last: int) -> int:
        """Return how many dates lie between two ordinals, both inclusive."""
        first = max(first, self._start)
        if last < first:
            return 0
        if not self._months:
            if self._rule.frequency is Frequency.DAILY:
                return self._count_daily(first, last)
            if self._rule.frequency is Frequency.WEEKLY:
                return self._count_weekly(first, last)
        return self._count_by_years(first, last)

    def __contains__(self, day: int) -> bool:
        """Return whether an ordinal is one of the dates."""
        return next(self.dates(day), None) == day

    def _periods(self, first: int) -> Iterator[tuple[int, ...]]:
        match self._rule.frequency:
            case Frequency.DAILY:
                return self._days(first)
            case Frequency.WEEKLY:
                return self._weeks(first)
            case Frequency.MONTHLY:
                return self._each_month(first)
            case Frequency.YEARLY:
                return self._years(first)

    def _days(self, first: int) -> Iterator[tuple[int, ...]]:
        step = self._rule.interval
        day = self._start + -(-(first - self._start) // step) * step
        while day <= _LAST:
            jump = self._next_month_start(day)
            if jump > day:
                day = self._start + -(-(jump - self._start) // step) * step
                yield ()
                continue
            yield (day,)
            day += step

    def _weeks(self, first: int) -> Iterator[tuple[int, ...]]:
        step = self._rule.interval
        week = self._align((first - 1 - self._rule.week_start) // 7, self._start_week)
        while (monday := week * 7 + 1 + self._rule.week_start) <= _LAST:
            days = tuple(monday + offset for offset in self._offsets)
            week += step
            if self._months:
                days = tuple(day for day in days if dt.date.fromordinal(min(day, _LAST)).month in self._months)
                jump = self._next_month_start(monday + 6)
                if not days and jump > monday + 6:
                    week = max(week, self._align((jump - 1 - self._rule.week_start) // 7, self._start_week))
            yield days

    def _each_month(self, first: int) -> Iterator[tuple[int, ...]]:
        date = dt.date.fromordinal(first)
        month = self._align(date.year * 12 + date.month - 1, self._start_month)
        while month < (LAST_YEAR + 1) * 12:
            yield () if self._months and month % 12 + 1 not in self._months else self._in_month(month)
            month += self._rule.interval

    def _years(self, first: int) -> Iterator[tuple[int, ...]]:
        year = self._align(dt.date.fromordinal(first).year, self._start_year)
        while year <= LAST_YEAR:
            yield tuple(day for month in self._rule.months for day in self._in_month(year * 12 + month - 1))
            year += self._rule.interval

    def _align(self, period: int, origin: int) -> int:
        """Return the first period at or after one that INTERVAL, counted from the origin, does not leave out."""
        return period + (origin - period) % self._rule.interval

    def _next_month_start(self, day: int) -> int:
        """Return `day` when BYMONTH allows its month, else the first day of the next month that it allows."""
        if not self._months:
            return day
        date = dt.date.fromordinal(min(day, _LAST))
        if date.month in self._months:
            return day
        ahead = next(n for n in range(1, 13) if (date.month - 1 + n) % 12 + 1 in self._months)
        year, month = divmod(date.year * 12 + date.month - 1 + ahead, 12)
        return dt.date(year, month + 1, 1).toordinal()

    def _count_daily(self, first: int, last: int) -> int:
        step = self._rule.interval
        return (last - self._start) // step - (first - 1 - self._start) // step

    def _count_weekly(self, first: int, last: int) -> int:
        return self._through_weekly(last) - self._through_weekly(first - 1)

    def _through_weekly(self, last: int) -> int:
        """Return how many dates a weekly rule has from its start through an ordinal, whatever BYMONTH says."""
        if last < self._start:
            return 0
        week = (last - 1 - self._rule.week_start) // 7
        whole, rest = divmod(week - self._start_week, self._rule.interval)
        in_last = (last - 1 - self._rule.week_start) % 7
        before_start = sum(o < (self._start - 1 - self._rule.week_start) % 7 for o in self._offsets)
        partial = sum(o <= in_last for o in self._offsets) if rest == 0 else len(self._offsets)
        return whole * len(self._offsets) + partial - before_start

    def _count_by_years(self, first: int, last: int) -> int:
        """Count to the end of a year, whole years (each once, then remembered), and from the beginning of one."""
        first_year, last_year = dt.date.fromordinal(first).year, dt.date.fromordinal(last).year
        if first_year == last_year:
            return self._count_by_months(first_year, first, last)
        total = self._count_by_months(first_year, first, _LAST) + self._count_by_months(last_year, 1, last)
        for year in range(first_year + 1, last_year):
            number = self._in_year.get(year)
            if number is None:
                number = self._in_year[year] = self._count_by_months(year, 1, _LAST)
            total += number
        return total

    def _count_by_months(self, year: int, first: int, last: int) -> int:
        """Count the dates of one year that lie between two ordinals, from the shapes of its months."""
        total = 0
        for month in self._months_of(year):
            begins, weekday, length = _shape(month)
            low, high = max(first, begins), min(last, begins + length - 1)
            if high < low:
                continue
            if self._rule.frequency is Frequency.DAILY:
                total += self._count_daily(low, high)
            elif self._rule.frequency is Frequency.WEEKLY:
                total += self._count_weekly(low, high)
            elif high - low + 1 == length:
                total += len(self._pattern(weekday, length))
            else:
                total += sum(low <= day <= high for day in self._in_month(month))
        return total

    def _months_of(self, year: int) -> Iterable[int]:
        """Return the months of a year (counted from year 0) that can hold dates."""
        january = year * 12
        if self._rule.frequency is Frequency.YEARLY and (year - self._start_year) % self._rule.interval:
            return ()
        monthly = self._rule.frequency is Frequency.MONTHLY
        months = range(self._align(january, self._start_month) if monthly else january, january + 12,
                       self._rule.interval if monthly else 1)  # fmt: skip
        return [month for month in months if month % 12 + 1 in self._months] if self._months else months

    def _in_month(self, month: int) -> tuple[int, ...]:
        first, weekday, length = _shape(month)
        return tuple(first + day for day in self._pattern(weekday, length))

    def _pattern(self, weekday: int, length: int) -> tuple[int, ...]:
        pattern = self._patterns.get((weekday, length))
        if pattern is None:
            pattern = self._patterns[weekday, length] = _pattern(self._rule, weekday, length)
        return pattern


@lru_cache(maxsize=8192)
def _shape(month: int) -> tuple[int, int, int]:
    """Return the ordinal of a month's first day, its weekday (0 is Monday) and the month's length in days."""
    first = dt.date(month // 12, month % 12 + 1, 1).toordinal()
    following = dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1).toordinal()
    return first, (first - 1) % 7, following - first


def bind(rule: Rule, start: dt.date) -> Rule:
    """Return the rule with what it leaves out taken from its start, in the form that costs least to step."""
    if rule.frequency is Frequency.DAILY and rule.interval == 1:
        if rule.month_days:
            rule = replace(rule, frequency=Frequency.MONTHLY)
        elif rule.weekdays:
            rule = replace(rule, frequency=Frequency.WEEKLY)
    match rule.frequency:
        case Frequency.WEEKLY if not rule.weekdays:
            return replace(rule, weekdays=(Weekday(start.weekday()),))
        case Frequency.MONTHLY if not rule.weekdays and not rule.month_days:
            return replace(rule, month_days=(start.day,))
        case Frequency.YEARLY:
            months = rule.months or (start.month,)
            days = rule.month_days if rule.weekdays or rule.month_days else (start.day,)
            return replace(rule, months=months, month_days=days)
        case _:
            return rule


def _pattern(rule: Rule, first_weekday: int, length: int) -> tuple[int, ...]:
    """Return the days (0 is the first) of a month of some shape that BYMONTHDAY, SKIP and BYDAY leave."""
    days = set(range(length))
    if rule.month_days:
        backward = rule.skip is Skip.BACKWARD
        named = (min(day, length) - 1 if day > 0 and backward else day - 1 if day > 0 else length + day
                 for day in rule.month_days)  # fmt: skip
        days &= set(named)
    if rule.weekdays:
        days &= {day for weekday in rule.weekdays for day in _weekday_in_month(weekday, first_weekday, length)}
    return tuple(sorted(days))


def _weekday_in_month(weekday: Weekday, first_weekday: int, length: int) -> list[int]:
    every = list(range((weekday.weekday - first_weekday) % 7, length, 7))
    if weekday.nth == 0:
        return every
    index = weekday.nth - 1 if weekday.nth > 0 else len(every) + weekday.nth
    return every[index : index + 1] if index >= 0 else []
