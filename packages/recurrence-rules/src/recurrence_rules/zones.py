"""Wall time and zone to an instant and back: the one place that knows about gaps and ambiguous hours.

A wall time inside a gap moves forward by the gap; an ambiguous one is the first of the two (RFC 5545, 3.3.5).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from recurrence_rules.errors import WallTimeMalformed, ZoneUnknown

END_OF_DAY = dt.time(23, 59, 59)
"""The wall time that stands for a date-only due: it is overdue when its day is over, and sorts after timed ones."""

_ONE_DAY = dt.timedelta(days=1)
_ONE_SECOND = dt.timedelta(seconds=1)
_MOST_OF_A_DAY = dt.timedelta(hours=20)
_YEARS_OF_ZONES = range(1900, 2040)
"""No zone has yet announced that it will cross the date line; older ones had no zones."""

LAST_DAY = dt.date(9999, 12, 29)
"""The last day of a wall time: an instant of a later one may not fit in every other zone."""


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name. Raises ZoneUnknown; never touches a path that a stranger chose."""
    if name not in zone_names():
        raise ZoneUnknown(name[:64])
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(name[:64]) from None


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return every IANA name that is known here."""
    packaged = files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return (frozenset(packaged) | available_timezones()) - {"localtime", "posixrules", "Factory"}


def resolve(date: dt.date, time: dt.time | None, zone_name: str) -> dt.datetime:
    """Return the instant in UTC of a wall date and time in a zone; a date without time is the last second of its day.

    That is the second before the next day begins, whatever clocks do about midnight (in Nuuk they go from 23:00 to
    00:00 in spring, so that there is no 23:59). A day that the zone left out is the day after it.

    Raises ZoneUnknown, and WallTimeMalformed when the year is out of range or the time carries a zone itself.
    """
    if time is not None and time.tzinfo is not None:
        raise WallTimeMalformed("the time has a zone of its own")
    if not (date.year > 1 and date <= LAST_DAY):
        raise WallTimeMalformed(date.isoformat())
    here = zone(zone_name)
    if time is not None:
        return dt.datetime.combine(date, time.replace(fold=0), here).astimezone(dt.UTC)
    following = date + _ONE_DAY
    end = _midnight(following, here) - _ONE_SECOND
    left_out = end.astimezone(here).date() < date
    return _midnight(following + _ONE_DAY, here) - _ONE_SECOND if left_out else end


def wall_of(instant: dt.datetime, zone_name: str) -> dt.datetime:
    """Return the naive wall time that clocks in a zone show at an instant. Raises ZoneUnknown."""
    return instant.astimezone(zone(zone_name)).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=1024)
def days_left_out(zone_name: str) -> frozenset[dt.date]:
    """Return the days that a zone never had, since it crossed the date line to the west (Pacific/Apia, 2011-12-30)."""
    here = zone(zone_name)
    offsets = [(year, _offset(dt.datetime(year, 1, 1, tzinfo=dt.UTC), here)) for year in _YEARS_OF_ZONES]
    moved = [year for (year, a), (_, b) in pairwise(offsets) if b - a > _MOST_OF_A_DAY]
    return frozenset(
        day
        for year in moved
        for day in (dt.date(year, 1, 1) + dt.timedelta(days=number) for number in range(-1, 367))
        if _midnight(day, here) == _midnight(day + _ONE_DAY, here)
    )


def _midnight(date: dt.date, here: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), here).astimezone(dt.UTC)


def _offset(instant: dt.datetime, here: ZoneInfo) -> dt.timedelta:
    return instant.astimezone(here).utcoffset() or dt.timedelta()
