"""The dates of a rule in one year: a year's calendar is known by its length and the weekday of its first day.

So a rule has at most a few tables for all years (a few more with an INTERVAL above 1), worked out once and shared by
every series that has the rule. Days are counted from 0, January 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from recurrence_rules.rule import Frequency, Rule, Skip, Weekday

MOST_TABLES = 1024
"""Tables that one rule may keep; beyond that they are worked out anew."""

_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEGINS = {
    365: (0, *accumulate(_MONTHS)),
    366: (0, *accumulate((31, 29, *_MONTHS[2:]))),
}
_MONTH_OF = {
    length: tuple(month for month in range(1, 13) for _ in range(begins[month - 1], begins[month]))
    for length, begins in _BEGINS.items()
}


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A year: the weekday of its first day (0 is Monday), its length, and those of the years before and after it.

    Only week numbers depend on the other two; elsewhere they stay 365, so that fewer tables are needed. There is one
    object of each shape.
    """

    weekday: int
    length: int
    before: int = 365
    after: int = 365


def january(year: int) -> int:
    """Return the ordinal of January 1, also of years before 1 and after 9999, which have no date."""
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400 + 1


def _shapes(*, with_neighbours: bool) -> tuple[Shape, ...]:
    """Return the shapes of 400 years, after which the calendar repeats."""
    found: dict[tuple[int, ...], Shape] = {}
    shapes: list[Shape] = []
    for year in range(400, 800):
        begins = [january(year + number) for number in range(-1, 3)]
        before, length, after = (b - a for a, b in pairwise(begins))
        shape = ((begins[1] - 1) % 7, length, *((before, after) if with_neighbours else ()))
        shapes.append(found.setdefault(shape, Shape(*shape)))
    return tuple(shapes)


_PLAIN, _WITH_NEIGHBOURS = _shapes(with_neighbours=False), _shapes(with_neighbours=True)


@lru_cache(maxsize=1024)
def years_of(rule: Rule) -> Years:
    """Return the tables of a rule that grid.bind() has completed."""
    return Years(rule)


class Years:
    """The tables of one rule."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._shapes = _WITH_NEIGHBOURS if rule.week_numbers else _PLAIN
        self._tables: dict[tuple[int, Shape], Sequence[int]] = {}
        self._in_month: dict[tuple[int, int], tuple[int, ...]] = {}
        self._build: Callable[[Shape, int], Sequence[int]] = {
            Frequency.DAILY: self._daily,
            Frequency.WEEKLY: self._weekly,
            Frequency.MONTHLY: self._monthly,
            Frequency.YEARLY: self._yearly,
        }[rule.frequency]
        far = any(abs(day) == 366 for day in rule.year_days) or any(abs(week) == 53 for week in rule.week_numbers)
        self.crosses = rule.skip is not Skip.OMIT and far
        """Whether a period may have a day in the year before or after: SKIP moved it there."""

    def days(self, year: int, phase: int) -> Sequence[int]:
        """Return the rule's days in a year, rising; `phase` is what is left until INTERVAL's next period.

        In days, weeks, months or years, as FREQ has it, counted from the year's first one on. With `crosses`, -1 and
        the year's length stand for the last day of the year before and the first of the next.
        """
        shape = self._shapes[year % 400]
        key = (phase, shape)
        found = self._tables.get(key)
        if found is None:
            if len(self._tables) >= MOST_TABLES:
                self._tables.clear()
            found = self._tables[key] = self._build(shape, phase)
        return found

    def _daily(self, shape: Shape, phase: int) -> Sequence[int]:
        rule = self._rule
        days: Sequence[int] = range(phase, shape.length, rule.interval)
        if not (rule.months or rule.month_days or rule.weekdays):
            return days
        return tuple(day for day in days if _allowed(rule, shape, day))

    def _weekly(self, shape: Shape, phase: int) -> tuple[int, ...]:
        rule = self._rule
        offsets = sorted((day.weekday - rule.week_start) % 7 for day in rule.weekdays)
        first = 7 * phase - (shape.weekday - rule.week_start) % 7
        found: list[int] = []
        for begin in range(first, shape.length, 7 * rule.interval):
            days = [begin + offset for offset in offsets]
            if rule.months:
                days = [day for day in days if _month(shape, day) in rule.months]
            if rule.month_days:
                days = [day for day in days if _has_month_day(rule, shape, day)]
            found += _at_positions(days, rule.positions)
        return tuple(day for day in found if 0 <= day < shape.length)

    def _monthly(self, shape: Shape, phase: int) -> tuple[int, ...]:
        rule = self._rule
        months = range(phase + 1, 13, rule.interval)
        found = {
            day
            for month in (months if not rule.months else [month for month in months if month in rule.months])
            for day in _at_positions(self._of_month(shape, month), rule.positions)
        }
        return tuple(sorted(found))

    def _yearly(self, shape: Shape, phase: int) -> tuple[int, ...]:
        rule = self._rule
        if phase:
            return ()
        if rule.year_days or rule.week_numbers:
            found = _counted_in_year(rule, shape)
        elif rule.months:
            found = {day for month in rule.months for day in self._of_month(shape, month)}
        else:
            found = set(_weekdays(rule.weekdays, shape.weekday, shape.length))
        return tuple(_at_positions(sorted(found), rule.positions))

    def _of_month(self, shape: Shape, month: int) -> list[int]:
        begin, end = _BEGINS[shape.length][month - 1 : month + 1]
        key = ((shape.weekday + begin) % 7, end - begin)
        days = self._in_month.get(key)
        if days is None:
            days = self._in_month[key] = _days_of_month(self._rule, *key)
        return [begin + day for day in days]


def _days_of_month(rule: Rule, first_weekday: int, length: int) -> tuple[int, ...]:
    """Return the days (0 is the first) of a month of some shape that BYMONTHDAY, SKIP and BYDAY leave, in order.

    SKIP may give the day before the month (-1) or the one after it (its length).
    """
    if not rule.month_days:
        return tuple(sorted(_weekdays(rule.weekdays, first_weekday, length)))
    named = _existing(rule.month_days, length, rule.skip)
    if rule.weekdays:
        plain = {day.weekday for day in rule.weekdays if not day.nth}
        counted = set(_weekdays([day for day in rule.weekdays if day.nth], first_weekday, length))
        named = {day for day in named if (first_weekday + day) % 7 in plain or day in counted}
    return tuple(sorted(named))


def _existing(numbers: Iterable[int], length: int, skip: Skip) -> set[int]:
    """Return the days that numbers from the beginning (1) or the end (-1) name; SKIP says where missing ones go."""
    found: set[int] = set()
    for number in numbers:
        if abs(number) <= length:
            found.add(number - 1 if number > 0 else length + number)
        elif skip is Skip.FORWARD:
            found.add(length if number > 0 else 0)
        elif skip is Skip.BACKWARD:
            found.add(length - 1 if number > 0 else -1)
    return found


def _weekdays(weekdays: Iterable[Weekday], first_weekday: int, length: int) -> set[int]:
    """Return the days of a month or year that have the weekdays, counted within it where they are."""
    found: set[int] = set()
    for day in weekdays:
        every = range((day.weekday - first_weekday) % 7, length, 7)
        if day.nth == 0:
            found.update(every)
        elif abs(day.nth) <= len(every):
            found.add(every[day.nth - 1 if day.nth > 0 else day.nth])
    return found


def _counted_in_year(rule: Rule, shape: Shape) -> set[int]:
    """Return the days that BYYEARDAY and BYWEEKNO leave, and the other parts of them."""
    if rule.year_days:
        found = _existing(rule.year_days, shape.length, rule.skip)
        if rule.week_numbers:
            found &= _in_weeks(rule, shape)
    else:
        found = _in_weeks(rule, shape)
    counted = [day for day in rule.weekdays if day.nth]
    in_year = _weekdays(counted, shape.weekday, shape.length) if counted and not rule.months else set[int]()
    found = {day for day in found if day in in_year or _allowed(rule, shape, day)}
    if not rule.year_days:
        found |= _missing_weeks(rule, shape)
    return found


def _in_weeks(rule: Rule, shape: Shape) -> set[int]:
    """Return the days of the year in the weeks that BYWEEKNO names; week 1 is the first with four days in its year.

    The first days of January may be in the last week of the year before, the last of December in week 1 of the next.
    """
    wanted = frozenset(rule.week_numbers)
    first, weeks = _weeks(shape.weekday, shape.length, rule.week_start)
    before = _weeks((shape.weekday - shape.before) % 7, shape.before, rule.week_start)[1]
    after = _weeks((shape.weekday + shape.length) % 7, shape.after, rule.week_start)[1]
    numbered = [(first - 7, before, before), (first + 7 * weeks, 1, after)]
    numbered += [(first + 7 * number - 7, number, weeks) for number in range(1, weeks + 1)]
    return {
        day
        for begin, number, of in numbered
        if number in wanted or number - of - 1 in wanted
        for day in range(max(begin, 0), min(begin + 7, shape.length))
    }


def _missing_weeks(rule: Rule, shape: Shape) -> set[int]:
    """Return where SKIP puts week 53 (or -53) of a year that has 52: the nearest day outside of its weeks' year."""
    if rule.skip is Skip.OMIT or _weeks(shape.weekday, shape.length, rule.week_start)[1] == 53:
        return set()
    return _existing((number * 7 for number in rule.week_numbers if abs(number) == 53), shape.length, rule.skip)


def _weeks(weekday: int, length: int, week_start: int) -> tuple[int, int]:
    """Return the day on which week 1 of a year begins (-3 to 3), and how many weeks the year has."""
    first = _first_week(weekday, week_start)
    return first, (length + _first_week((weekday + length) % 7, week_start) - first) // 7


def _first_week(weekday: int, week_start: int) -> int:
    ahead = (week_start - weekday) % 7
    return ahead if ahead < 4 else ahead - 7


def _allowed(rule: Rule, shape: Shape, day: int) -> bool:
    """Return whether BYMONTH, BYMONTHDAY and BYDAY (counted within the month) let a day of the year stand."""
    month = _month(shape, day)
    if rule.months and month not in rule.months:
        return False
    if rule.month_days and not _has_month_day(rule, shape, day):
        return False
    if not rule.weekdays:
        return True
    begin, end = _BEGINS[shape.length][month - 1 : month + 1]
    weekday = (shape.weekday + day) % 7
    return any(
        weekday == each.weekday
        and (not each.nth or (rule.months and each.nth in ((day - begin) // 7 + 1, -((end - 1 - day) // 7) - 1)))
        for each in rule.weekdays
    )


def _has_month_day(rule: Rule, shape: Shape, day: int) -> bool:
    """Return whether BYMONTHDAY names a day, which may lie in the December before the year or the January after it."""
    month = _month(shape, day)
    begin = -31 if day < 0 else shape.length if day >= shape.length else _BEGINS[shape.length][month - 1]
    end = begin + 31 if day < 0 or day >= shape.length else _BEGINS[shape.length][month]
    return day - begin + 1 in rule.month_days or day - end in rule.month_days


def _month(shape: Shape, day: int) -> int:
    """Return the month of a day that may lie a little before the year or after it."""
    return 12 if day < 0 else 1 if day >= shape.length else _MONTH_OF[shape.length][day]


def _at_positions(days: Sequence[int], positions: Sequence[int]) -> Sequence[int]:
    """Return those of the days that BYSETPOS picks, all where there is none."""
    if not positions:
        return days
    found = {days[n - 1 if n > 0 else n] for n in positions if abs(n) <= len(days)}
    return sorted(found)
