"""What a phrase says of a day and a time, piece by piece, and what the pieces mean together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from recurrence_rules import resolve, wall_of

from task_language.clock import Clock
from task_language.lexicon import DAYTIMES
from task_language.moment import Moment

NIGHT = DAYTIMES["night"]
_SMALL_HOURS = 4


@dataclass(frozen=True, slots=True)
class When:
    """A wall date, a wall time, or both. At least one of them is there.

    `is_month_end`: the date was said as the month's last day, which is another day in another month. `zone`: on whose
    clocks the time is, if that was said.
    """

    date: dt.date | None = None
    time: dt.time | None = None
    is_month_end: bool = False
    zone: str | None = None

    def here(self, moment: Moment) -> When:
        """Return the same on the speaker's clocks."""
        if self.zone is None or self.time is None:
            return self
        date = self.date or wall_of(moment.now, self.zone).date()
        wall = wall_of(resolve(date, self.time, self.zone), moment.zone)
        return replace(self, date=wall.date(), time=wall.time(), zone=None)


@dataclass(frozen=True, slots=True)
class Pieces:
    """What was read up to `end`. `part`: the hour that a part of the day begins with; `is_exact`: an instant."""

    end: int
    date: dt.date | None = None
    clock: Clock | None = None
    part: int | None = None
    is_exact: bool = False
    is_month_end: bool = False
    zone: str | None = None

    def when(self) -> When | None:
        """Return what it all means, None when neither a day nor a time was said."""
        time, date = self.time(), self.date
        if date is not None and time is not None:
            date += dt.timedelta(days=time[0])
        return When(date, time and time[1], self.is_month_end, self.zone) if date or time else None

    def time(self) -> tuple[int, dt.time] | None:
        """Return the time, and 1 if it is on the next day: two o'clock of tonight is."""
        if self.clock is None:
            return None if self.part is None else (0, dt.time(self.part))
        if self.part is None:
            return 0, self.clock.time
        hour = self.clock.said.hour % 12
        if self.part == NIGHT and not self.clock.is_sure and hour <= _SMALL_HOURS:
            return 1, self.clock.said.replace(hour=hour)
        return 0, self.clock.in_part(self.part)
