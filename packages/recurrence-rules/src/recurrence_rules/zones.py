"""Wall time and zone to an instant and back: the one place that knows about gaps and ambiguous hours.

A wall time inside a gap moves forward by the gap; an ambiguous one is the first of the two (RFC 5545, 3.3.5).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from recurrence_rules.errors import WallTimeMalformed, ZoneUnknown

END_OF_DAY = dt.time(23, 59, 59)
"""The wall time that stands for a date-only due: it is overdue when its day is over, and sorts after timed ones."""

LAST_DAY = dt.date(9999, 12, 29)
"""The last day of a wall time: an instant of a later one may not fit in every other zone."""


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name. Raises ZoneUnknown; never touches a path that a stranger chose."""
    if name not in _names():
        raise ZoneUnknown(name[:64])
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(name[:64]) from None


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    packaged = files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return (frozenset(packaged) | available_timezones()) - {"localtime", "posixrules", "Factory"}


def resolve(date: dt.date, time: dt.time | None, zone_name: str) -> dt.datetime:
    """Return the instant in UTC of a wall date and time in a zone; a date without time is its last second.

    Raises ZoneUnknown, and WallTimeMalformed when the year is out of range or the time carries a zone itself.
    """
    if time is not None and time.tzinfo is not None:
        raise WallTimeMalformed("the time has a zone of its own")
    if not (date.year > 1 and date <= LAST_DAY):
        raise WallTimeMalformed(date.isoformat())
    wall = dt.datetime.combine(date, END_OF_DAY if time is None else time.replace(fold=0), zone(zone_name))
    return wall.astimezone(dt.UTC)


def wall_of(instant: dt.datetime, zone_name: str) -> dt.datetime:
    """Return the naive wall time that clocks in a zone show at an instant. Raises ZoneUnknown."""
    return instant.astimezone(zone(zone_name)).replace(tzinfo=None, fold=0)
