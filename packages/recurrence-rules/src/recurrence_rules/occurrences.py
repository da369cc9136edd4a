"""The occurrences of a series in order: the grid's dates and RDATEs, without EXDATEs, within COUNT and UNTIL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from recurrence_rules.errors import NoOccurrence, WallTimeMalformed
from recurrence_rules.grid import Grid, grid_of
from recurrence_rules.rule import Rule
from recurrence_rules.wall import Start, occurrence_key, parse_wall
from recurrence_rules.zones import resolve, wall_of

FIRST_WITHIN_YEARS = 9
PREVIEW_MOST = 100

Wall = tuple[dt.date, dt.time]
"""A place in wall time; midnight stands for date-only ones."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence. `date` and `time` are what clocks show (after a gap), `key` names its place on the grid.

    `at` is the instant in UTC; for a date-only series it is the last second of the day.
    """

    date: dt.date
    time: dt.time | None
    zone: str
    key: str
    at: dt.datetime


def occurrence_at(start: Start, date: dt.date, time: dt.time | None) -> Occurrence:
    """Return the occurrence at a place in wall time, in the zone of its series."""
    at = resolve(date, time, start.zone)
    shown = wall_of(at, start.zone)
    key = occurrence_key(date, time)
    return Occurrence(shown.date(), None if time is None else shown.time(), start.zone, key, at)


def occurrences(
    rule: Rule, start: Start, *, exdates: Sequence[str] = (), rdates: Sequence[str] = ()
) -> Iterator[Occurrence]:
    """Yield every occurrence from the start on, rising by key; endless unless COUNT or UNTIL ends the rule.

    Raises WallTimeMalformed for an EXDATE or RDATE that is none.
    """
    excluded = exclusions(tuple(exdates))
    extra = extra_walls(tuple(rdates), start)
    last: Wall | None = None
    for date, time in _merged(_within_bounds(rule, start), extra):
        here = (date, time or dt.time.min)
        if here == last or is_excluded(excluded, date, time):
            continue
        last = here
        if not falls_on_next_day(rule, start, date, time):
            yield occurrence_at(start, date, time)


def preview(
    rule: Rule, start: Start, count: int, *, exdates: Sequence[str] = (), rdates: Sequence[str] = ()
) -> list[Occurrence]:
    """Return the first `count` (at most 100) occurrences. Raises NoOccurrence when there is none in nine years."""
    check(rule, start)
    return list(islice(occurrences(rule, start, exdates=exdates, rdates=rdates), min(count, PREVIEW_MOST)))


def check(rule: Rule, start: Start) -> None:
    """Refuse a rule that has no occurrence within nine years after its start, or none before its UNTIL.

    Raises NoOccurrence, in bounded time for any rule that parse_rule() accepts.
    """
    first = next(_within_bounds(rule, start), None)
    if first is None and rule.until is not None:
        without_end = next(_within_bounds(replace(rule, until=None), start), None)
        raise NoOccurrence(f"UNTIL is before the first, {without_end[0]}" if without_end else "")
    if first is None or first[0].year - start.date.year > FIRST_WITHIN_YEARS:
        raise NoOccurrence


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


def falls_on_next_day(rule: Rule, start: Start, date: dt.date, time: dt.time | None) -> bool:
    """Return whether a zone left this whole day out and the occurrence would double the next day's.

    Pacific/Apia had no 2011-12-30: a daily rule has one occurrence on the 31st, not two.
    """
    shown = wall_of(resolve(date, time, start.zone), start.zone).date()
    return shown > date and shown.toordinal() in grid_of(rule, start.date)


def _within_bounds(rule: Rule, start: Start) -> Iterator[tuple[dt.date, dt.time | None]]:
    grid: Grid = grid_of(rule, start.date)
    for place, day in enumerate(grid.dates(start.date.toordinal()), 1):
        date = dt.date.fromordinal(day)
        if (rule.count is not None and place > rule.count) or is_beyond_until(rule, start, date, start.time):
            return
        yield date, start.time


def _merged(
    grid: Iterator[tuple[dt.date, dt.time | None]], extra: Sequence[tuple[dt.date, dt.time | None]]
) -> Iterable[tuple[dt.date, dt.time | None]]:
    waiting = list(extra)
    for date, time in grid:
        while waiting and (waiting[0][0], waiting[0][1] or dt.time.min) < (date, time or dt.time.min):
            yield waiting.pop(0)
        yield date, time
    yield from waiting


@lru_cache(maxsize=1024)
def exclusions(exdates: tuple[str, ...]) -> frozenset[tuple[dt.date, dt.time | None]]:
    """Return what EXDATEs exclude; one without a time excludes its whole day. Raises WallTimeMalformed."""
    return frozenset(parse_wall(text) for text in exdates)


def is_excluded(excluded: frozenset[tuple[dt.date, dt.time | None]], date: dt.date, time: dt.time | None) -> bool:
    """Return whether an EXDATE names this place in wall time."""
    return bool(excluded) and ((date, time) in excluded or (date, None) in excluded)


@lru_cache(maxsize=1024)
def extra_walls(rdates: tuple[str, ...], start: Start) -> tuple[tuple[dt.date, dt.time | None], ...]:
    """Return the RDATEs at or after the start, rising; one without a time takes the start's.

    Raises WallTimeMalformed, also for one with a time in a date-only series.
    """
    walls: set[tuple[dt.date, dt.time | None]] = set()
    for text in rdates:
        date, time = parse_wall(text)
        if start.time is None and time is not None:
            raise WallTimeMalformed(f"{text} in a series without a time of day")
        if date >= start.date:
            walls.add((date, start.time if time is None else time))
    return tuple(sorted(walls, key=lambda wall: (wall[0], wall[1] or dt.time.min)))
