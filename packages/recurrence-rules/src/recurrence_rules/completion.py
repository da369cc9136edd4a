"""The completion anchor: INTERVAL after the day on which the last occurrence was closed."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from recurrence_rules.closing import Closed, Ended, Missed, Next, next_of
from recurrence_rules.days_off import MOST_LEFT_OUT, DaysOff
from recurrence_rules.grid import Grid, bind
from recurrence_rules.occurrences import is_beyond_until
from recurrence_rules.places import Place, is_excluded, occurrence_at
from recurrence_rules.rule import Frequency, Rule
from recurrence_rules.wall import Start
from recurrence_rules.zones import LAST_DAY, wall_of

ONE_DAY = dt.timedelta(days=1)


def after_completion(
    rule: Rule,
    start: Start,
    closed: Closed,
    missed: Missed,
    key_date: dt.date,
    excluded: frozenset[Place],
    extra: Sequence[Place],
    days_off: DaysOff | None,
) -> Next | Ended:
    """Return INTERVAL after the closing day, strictly after that day and the occurrence's own due date."""
    if rule.count is not None and closed.number >= rule.count:
        return Ended("count")
    day = wall_of(closed.at, closed.day_zone).date()
    base = max(day, key_date, closed.due or key_date)
    went_on = base + ONE_DAY
    if closed.resumed is not None and missed == "next":
        went_on = max(went_on, wall_of(closed.resumed, closed.day_zone).date())
    named = rule.weekdays or rule.month_days or rule.months or rule.year_days or rule.week_numbers
    dates = _named_days(rule, start, day, base) if named else _whole_intervals(rule, day, base)
    passed, left_out, found = 0, 0, None
    chosen: Place | None = None
    for date in dates:
        if date <= base or is_excluded(excluded, date, start.time):
            continue
        if is_beyond_until(rule, start, date, start.time):
            break
        if rule.count is not None and closed.number + passed >= rule.count:
            return Ended("count")
        kept = days_off.lands(date) if days_off else date
        if kept is None or kept <= base:
            left_out += 1
            if left_out >= MOST_LEFT_OUT:
                break
            continue
        if kept >= went_on:
            found = kept
            chosen = (date, start.time)
            break
        passed += 1
    for date, time in extra:
        if date >= went_on and not is_excluded(excluded, date, time):
            if chosen is None or (date, time or dt.time.min) < (chosen[0], chosen[1] or dt.time.min):
                chosen, found = (date, time), date
            break
    if chosen is None:
        return Ended("until")
    return next_of(occurrence_at(start, *chosen, found), passed)


def _named_days(rule: Rule, start: Start, day: dt.date, base: dt.date) -> Iterator[dt.date]:
    """Yield the days that the rule names, from INTERVAL - 1 periods after `day` on: interval first, then pattern."""
    earliest = _shift(rule.frequency, day, rule.interval - 1)
    if earliest is not None:
        dates = _every_period(rule, start.date).dates(max(earliest, base).toordinal())
        yield from map(dt.date.fromordinal, dates)


@lru_cache(maxsize=1024)
def _every_period(rule: Rule, start: dt.date) -> Grid:
    """Return the grid of a rule without its INTERVAL and its beginning, on the days that the start gives it."""
    return Grid(replace(bind(rule, start), interval=1), dt.date(2, 1, 1))


def _whole_intervals(rule: Rule, day: dt.date, base: dt.date) -> Iterator[dt.date]:
    """Yield `day` plus 1, 2, … whole intervals, from the first that can lie after `base` on."""
    span = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.MONTHLY: 31, Frequency.YEARLY: 366}[rule.frequency]
    number = max(1, (base - day).days // (span * rule.interval))
    while (date := _shift(rule.frequency, day, number * rule.interval)) is not None:
        yield date
        number += 1


def _shift(frequency: Frequency, day: dt.date, units: int) -> dt.date | None:
    """Return the date some days, weeks, months or years later (clamped to the month's end), None past the calendar."""
    if frequency in (Frequency.DAILY, Frequency.WEEKLY):
        ordinal = day.toordinal() + units * (7 if frequency is Frequency.WEEKLY else 1)
        return dt.date.fromordinal(ordinal) if ordinal <= LAST_DAY.toordinal() else None
    month = day.year * 12 + day.month - 1 + units * (12 if frequency is Frequency.YEARLY else 1)
    year, month = month // 12, month % 12 + 1
    if year > LAST_DAY.year:
        return None
    date = dt.date(year, month, min(day.day, monthrange(year, month)[1]))
    return date if date <= LAST_DAY else None
