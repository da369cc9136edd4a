"""Places in wall time: an occurrence, and the dates that EXDATE takes away and RDATE adds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from recurrence_rules.errors import WallTimeMalformed
from recurrence_rules.wall import Start, occurrence_key, parse_wall
from recurrence_rules.zones import resolve, wall_of

Place = tuple[dt.date, dt.time | None]
"""A date and a time of day, None in a date-only series."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence. `date` and `time` are what clocks show (after a gap), `key` names its place on the grid.

    `at` is the instant in UTC; for a date-only series it is the last second of the day. What a holiday moved keeps
    the key of its own date.
    """

    date: dt.date
    time: dt.time | None
    zone: str
    key: str
    at: dt.datetime


def occurrence_at(start: Start, date: dt.date, time: dt.time | None, day: dt.date | None = None) -> Occurrence:
    """Return the occurrence at a place in wall time, in the zone of its series; `day` is where it was moved to."""
    at = resolve(day or date, time, start.zone)
    shown = wall_of(at, start.zone)
    key = occurrence_key(date, time)
    return Occurrence(shown.date(), None if time is None else shown.time(), start.zone, key, at)


@lru_cache(maxsize=1024)
def exclusions(exdates: tuple[str, ...]) -> frozenset[Place]:
    """Return what EXDATEs exclude; one without a time excludes its whole day. Raises WallTimeMalformed."""
    return frozenset(parse_wall(text) for text in exdates)


def is_excluded(excluded: frozenset[Place], date: dt.date, time: dt.time | None) -> bool:
    """Return whether an EXDATE names this place in wall time."""
    return bool(excluded) and ((date, time) in excluded or (date, None) in excluded)


@lru_cache(maxsize=1024)
def extra_walls(rdates: tuple[str, ...], start: Start) -> Sequence[Place]:
    """Return the RDATEs at or after the start, rising; one without a time takes the start's.

    Raises WallTimeMalformed, also for one with a time in a date-only series.
    """
    walls: set[Place] = set()
    for text in rdates:
        date, time = parse_wall(text)
        if start.time is None and time is not None:
            raise WallTimeMalformed(f"{text} in a series without a time of day")
        if date >= start.date:
            walls.add((date, start.time if time is None else time))
    return tuple(sorted(walls, key=lambda wall: (wall[0], wall[1] or dt.time.min)))


def days_of(extra: Sequence[Place], excluded: frozenset[Place]) -> tuple[dt.date, ...]:
    """Return the days of RDATEs that no EXDATE takes away."""
    return tuple(date for date, time in extra if not is_excluded(excluded, date, time))
