"""The occurrences of a series in order: the grid's dates and RDATEs, without EXDATEs, within COUNT and UNTIL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from heapq import merge
from itertools import islice

from recurrence_rules.closing import EndReason
from recurrence_rules.days_off import MOST_LEFT_OUT, DaysOff, stands
from recurrence_rules.errors import NoOccurrence
from recurrence_rules.grid import STEP_BUDGET, Grid, grid_of
from recurrence_rules.hours import hours_of
from recurrence_rules.places import Occurrence, Place, days_of, exclusions, extra_walls, is_excluded, occurrence_at
from recurrence_rules.rule import Frequency, Rule
from recurrence_rules.wall import Start, occurrence_key, parse_wall
from recurrence_rules.zones import END_OF_DAY, days_left_out, resolve, wall_of

FIRST_WITHIN_YEARS = 9
PREVIEW_MOST = 100


def occurrences(
    rule: Rule,
    start: Start,
    *,
    exdates: Sequence[str] = (),
    rdates: Sequence[str] = (),
    days_off: DaysOff | None = None,
) -> Iterator[Occurrence]:
    """Yield every occurrence from the start on, rising by key; endless unless COUNT or UNTIL ends the rule.

    Holidays skip or move the rule's own dates, never RDATEs.

    Raises WallTimeMalformed for an EXDATE or RDATE that is none, PartUnsupported for HOURLY without a time of day.
    """
    excluded = exclusions(tuple(exdates))
    extra = extra_walls(tuple(rdates), start)
    if rule.frequency is Frequency.HOURLY:
        yield from _hourly(rule, start, excluded, extra, days_off)
        return
    grid, left_out, singles = grid_of(rule, start.date), 0, days_of(extra, excluded)
    ends = partial(has_ended, rule, start, grid)
    last: tuple[dt.date, dt.time] | None = None
    for date, time in _merged(_within_bounds(rule, start), extra):
        here = (date, time or dt.time.min)
        if here == last or is_excluded(excluded, date, time):
            continue
        last = here
        named = (date, time) in extra
        of_rule = time == start.time and date.toordinal() in grid and not (named and ends(date.toordinal()))
        day = stands(days_off, grid, date, ends, singles) if of_rule else date
        if day is None and named:
            day = date
        if day is None:
            left_out += 1
            if left_out >= MOST_LEFT_OUT:
                return
            continue
        left_out = 0
        if day != date or not falls_on_next_day(rule, start, date):
            yield occurrence_at(start, date, time, day)


def occurrence_of(rule: Rule, start: Start, key: str, *, days_off: DaysOff | None = None) -> Occurrence:
    """Return the occurrence that a key of the series names. Raises WallTimeMalformed for a key that is none."""
    place = parse_wall(key)
    if rule.frequency is Frequency.HOURLY:
        grid = hours_of(rule, start, frozenset())
        return grid.place(grid.instant(place))
    date, time = place
    grid = grid_of(rule, start.date)
    if time != start.time or date.toordinal() not in grid:
        return occurrence_at(start, date, time)
    return occurrence_at(start, date, time, stands(days_off, grid, date, partial(has_ended, rule, start, grid)))


def key_before(rule: Rule, start: Start, day: dt.date) -> str:
    """Return a key between the occurrences before a day and those from that day on: next_occurrence() goes on there."""
    if rule.frequency is not Frequency.HOURLY:
        return occurrence_key(day - dt.timedelta(days=1), END_OF_DAY)
    midnight = resolve(day, dt.time(), start.zone)
    return hours_of(rule, start, frozenset()).place(midnight - dt.timedelta(seconds=1)).key


def _hourly(
    rule: Rule, start: Start, excluded: frozenset[Place], extra: Sequence[Place], days_off: DaysOff | None
) -> Iterator[Occurrence]:
    grid = hours_of(rule, start, excluded, days_off)
    singles = [resolve(date, time, start.zone) for date, time in extra if not is_excluded(excluded, date, time)]
    last: dt.datetime | None = None
    for at in merge((grid.at(number) for number in grid.numbers(0)), sorted(singles)):
        if at != last:
            yield grid.place(at)
        last = at


def preview(
    rule: Rule,
    start: Start,
    count: int,
    *,
    exdates: Sequence[str] = (),
    rdates: Sequence[str] = (),
    days_off: DaysOff | None = None,
) -> list[Occurrence]:
    """Return the first `count` (at most 100) occurrences. Raises NoOccurrence when there is none in nine years."""
    check(rule, start)
    found = occurrences(rule, start, exdates=exdates, rdates=rdates, days_off=days_off)
    return list(islice(found, min(count, PREVIEW_MOST)))


def check(rule: Rule, start: Start) -> None:
    """Refuse a rule that has no occurrence within nine years after its start, or none before its UNTIL.

    Raises NoOccurrence, in bounded time for any rule that parse_rule() accepts, and PartUnsupported for HOURLY
    without a time of day.
    """
    if rule.frequency is Frequency.HOURLY:
        grid = hours_of(rule, start, frozenset())
        if grid.end(0) is not None:
            raise NoOccurrence(f"UNTIL is before the first, {start.date}")
        return
    first = next(_within_bounds(rule, start, FIRST_WITHIN_YEARS + 1), None)
    if first is None and rule.until is not None:
        without_end = next(_within_bounds(replace(rule, until=None), start, FIRST_WITHIN_YEARS + 1), None)
        raise NoOccurrence(f"UNTIL is before the first, {without_end[0]}" if without_end else "")
    if first is None or first[0].year - start.date.year > FIRST_WITHIN_YEARS:
        raise NoOccurrence


def end_before(rule: Rule, start: Start, grid: Grid, day: int) -> EndReason | None:
    """Return by what a rule has ended before a day, given as its ordinal; None when it has not."""
    if is_beyond_until(rule, start, dt.date.fromordinal(day), start.time):
        return "until"
    if rule.count is not None and grid.count(start.date.toordinal(), day) > rule.count:
        return "count"
    return None


def has_ended(rule: Rule, start: Start, grid: Grid, day: int) -> bool:
    """Return whether a rule has ended before a day."""
    return end_before(rule, start, grid, day) is not None


def is_beyond_until(rule: Rule, start: Start, date: dt.date, time: dt.time | None) -> bool:
    """Return whether a place in wall time comes after the rule's UNTIL (which is inclusive, in every form)."""
    until = rule.until
    if until is None:
        return False
    if not isinstance(until, dt.datetime):
        return date > until
    if until.tzinfo is None:
        return date > until.date() if time is None else dt.datetime.combine(date, time) > until
    if time is None:
        return date > wall_of(until, start.zone).date()
    return resolve(date, time, start.zone) > until


def falls_on_next_day(rule: Rule, start: Start, date: dt.date) -> bool:
    """Return whether a zone left this whole day out and the occurrence would double the next day's.

    Pacific/Apia had no 2011-12-30: a daily rule has one occurrence on the 31st, not two.
    """
    return date in days_left_out(start.zone) and date.toordinal() + 1 in grid_of(rule, start.date)


def _within_bounds(rule: Rule, start: Start, budget: int = STEP_BUDGET) -> Iterator[Place]:
    grid: Grid = grid_of(rule, start.date)
    for place, day in enumerate(grid.dates(start.date.toordinal(), budget=budget), 1):
        date = dt.date.fromordinal(day)
        if (rule.count is not None and place > rule.count) or is_beyond_until(rule, start, date, start.time):
            return
        yield date, start.time


def _merged(grid: Iterator[Place], extra: Sequence[Place]) -> Iterable[Place]:
    waiting = list(extra)
    for date, time in grid:
        while waiting and (waiting[0][0], waiting[0][1] or dt.time.min) < (date, time or dt.time.min):
            yield waiting.pop(0)
        yield date, time
    yield from waiting
