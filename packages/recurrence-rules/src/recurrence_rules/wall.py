"""Wall strings: how an occurrence is named (`2026-03-29`, `2026-03-29T09:00:00`) whatever becomes of its clock."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from recurrence_rules.errors import WallTimeMalformed
from recurrence_rules.zones import LAST_DAY, zone

_WALL = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a series begins: a wall date, a wall time (None: date-only, no part of a day) and an IANA zone."""

    date: dt.date
    time: dt.time | None
    zone: str

    def __post_init__(self) -> None:
        """Refuse an unknown zone and a year out of range before anything is computed from them."""
        zone(self.zone)
        if not (self.date.year > 1 and self.date <= LAST_DAY):
            raise WallTimeMalformed(self.date.isoformat())


def occurrence_key(date: dt.date, time: dt.time | None) -> str:
    """Return the name of an occurrence: its wall date on the grid, with the time to the second if it has one."""
    return date.isoformat() if time is None else f"{date.isoformat()}T{time.isoformat('seconds')}"


def parse_wall(text: str) -> tuple[dt.date, dt.time | None]:
    """Return the date and time that a wall string names. Raises WallTimeMalformed."""
    match = _WALL.fullmatch(text)
    if match is None:
        raise WallTimeMalformed(text[:40])
    year, month, day, hour, minute, second = match.groups()
    try:
        date = dt.date(int(year), int(month), int(day))
        time = None if hour is None else dt.time(int(hour), int(minute), int(second or 0))
    except ValueError:
        raise WallTimeMalformed(text[:40]) from None
    if not (date.year > 1 and date <= LAST_DAY):
        raise WallTimeMalformed(text[:40])
    return date, time
