"""The dates of a rule on the calendar: no time, no zone, no end, and a cost that does not grow with age.

A search jumps to the year that it asks about and goes on from there; what a year holds is worked out once for all
years of its shape (see year.py). HOURLY is not of this kind: see hours.py.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from recurrence_rules.rule import Frequency, Rule, Skip, Weekday
from recurrence_rules.year import january, years_of
from recurrence_rules.zones import LAST_DAY

STEP_BUDGET = 1000
"""Years looked at without a date before a search gives up; those that INTERVAL leaves out are not looked at.

The calendar repeats after 400 years, so yearly rules have none after that, and what is left of the others comes less
often than once in a thousand years.
"""
YEARS_REMEMBERED = 64

_LAST = LAST_DAY.toordinal()


@dataclass(slots=True)
class Steps:
    """Counts the years that a search looked at; tests bound it instead of time."""

    taken: int = 0


@lru_cache(maxsize=1024)
def grid_of(rule: Rule, start: dt.date) -> Grid:
    """Return the grid of a rule that starts at a date."""
    return Grid(rule, start)


class Grid:
    """The dates of one rule from one start, as proleptic Gregorian ordinals."""

    def __init__(self, rule: Rule, start: dt.date) -> None:
        self._rule = rule = bind(rule, start)
        self._start = start.toordinal()
        self._start_year = start.year
        self._start_month = start.year * 12 + start.month - 1
        self._start_week = (self._start - 1 - rule.week_start) // 7
        self._tables = years_of(replace(rule, count=None, until=None))
        self._remembered: dict[int, tuple[int, Sequence[int]]] = {}
        begin, days = self._year(start.year)
        self._through = [-bisect_left(days, self._start - begin)]

    def dates(self, first: int, steps: Steps | None = None, budget: int = STEP_BUDGET) -> Iterator[int]:
        """Yield the dates at or after ordinal `first` (and the start), rising; ends when there are no more."""
        first = max(first, self._start)
        if first > _LAST:
            return
        year = dt.date.fromordinal(first).year
        fruitless = 0
        while year <= LAST_DAY.year and fruitless < budget:
            if ahead := self._years_without(year):
                year += ahead
                continue
            fruitless += 1
            if steps is not None:
                steps.taken += 1
            begin, days = self._year(year)
            for place in range(bisect_left(days, first - begin), len(days)):
                day = begin + days[place]
                if day > _LAST:
                    return
                yield day
                fruitless = 0
            year += 1

    def count(self, first: int, last: int) -> int:
        """Return how many dates lie between two ordinals, both inclusive."""
        return max(0, self._count_through(min(last, _LAST)) - self._count_through(first - 1))

    def __contains__(self, day: int) -> bool:
        """Return whether an ordinal is one of the dates."""
        if not self._start <= day <= _LAST:
            return False
        begin, days = self._year(dt.date.fromordinal(day).year)
        place = bisect_left(days, day - begin)
        return place < len(days) and days[place] == day - begin

    def _count_through(self, day: int) -> int:
        """Return how many dates there are from the start through an ordinal; whole years are added up once."""
        if day < self._start:
            return 0
        year = dt.date.fromordinal(day).year
        whole = self._through
        earlier = self._start_year + len(whole) - 1
        while earlier < year:
            without = min(self._years_without(earlier), year - earlier)
            whole += [whole[-1]] * without or [whole[-1] + len(self._days(earlier))]
            earlier += without or 1
        begin, days = self._year(year)
        return whole[year - self._start_year] + bisect_right(days, day - begin)

    def _year(self, year: int) -> tuple[int, Sequence[int]]:
        """Return the ordinal of a year's first day, and the rule's days in it, counted from that day."""
        found = self._remembered.get(year)
        if found is None:
            if len(self._remembered) >= YEARS_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[year] = january(year), self._days(year)
        return found

    def _days(self, year: int) -> Sequence[int]:
        days = self._period(year)
        if not self._tables.crosses:
            return days
        length = january(year + 1) - january(year)
        own = {day for day in days if 0 <= day < length}
        if year > self._start_year and january(year) - january(year - 1) in self._period(year - 1):
            own.add(0)
        if -1 in self._period(year + 1):
            own.add(length - 1)
        return sorted(own)

    def _period(self, year: int) -> Sequence[int]:
        return self._tables.days(year, self._phase(year))

    def _phase(self, year: int) -> int:
        """Return how many periods after the year's first one the next is that INTERVAL, from the start, counts."""
        if self._rule.interval == 1:
            return 0
        match self._rule.frequency:
            case Frequency.YEARLY:
                ahead = self._start_year - year
            case Frequency.MONTHLY:
                ahead = self._start_month - year * 12
            case Frequency.WEEKLY:
                ahead = self._start_week - (january(year) - 1 - self._rule.week_start) // 7
            case _:
                ahead = self._start - january(year)
        return ahead % self._rule.interval

    def _years_without(self, year: int) -> int:
        """Return how many years from this one on INTERVAL leaves out as a whole."""
        if self._rule.interval == 1 or self._tables.crosses:
            return 0
        phase = self._phase(year)
        match self._rule.frequency:
            case Frequency.YEARLY:
                return phase
            case Frequency.MONTHLY:
                return phase // 12
            case Frequency.WEEKLY:
                return max(0, phase - 1) * 7 // 366
            case _:
                return phase // 366


def bind(rule: Rule, start: dt.date) -> Rule:
    """Return the rule with what it leaves out taken from its start, in the form that costs least to step."""
    if rule.frequency is Frequency.DAILY:
        rule = _bind_daily(rule)
    match rule.frequency:
        case Frequency.WEEKLY if not rule.weekdays:
            days = range(7) if rule.month_days else (start.weekday(),)
            return replace(rule, weekdays=tuple(map(Weekday, days)))
        case Frequency.MONTHLY if not rule.weekdays and not rule.month_days:
            return replace(rule, month_days=(start.day,))
        case Frequency.YEARLY:
            return _bind_yearly(rule, start)
        case _:
            return rule


def _bind_daily(rule: Rule) -> Rule:
    if rule.positions:
        # Each set has one day at most: the first, and the last.
        rule = replace(rule, positions=())
    if rule.interval > 1:
        return rule
    if rule.month_days:
        return replace(rule, frequency=Frequency.MONTHLY, skip=Skip.OMIT)
    return replace(rule, frequency=Frequency.WEEKLY) if rule.weekdays else rule


def _bind_yearly(rule: Rule, start: dt.date) -> Rule:
    if rule.year_days:
        return rule
    if rule.week_numbers:
        return rule if rule.weekdays or rule.month_days else replace(rule, weekdays=(Weekday(start.weekday()),))
    if rule.weekdays and not rule.month_days:
        return rule
    return replace(rule, months=rule.months or (start.month,), month_days=rule.month_days or (start.day,))
