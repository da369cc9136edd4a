"""Holidays: what becomes of a date of a rule on which nobody works.

Whose holidays they are is told by a Calendar, which the caller brings: this package knows none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from recurrence_rules.grid import Grid

OnHoliday = Literal["skip", "before", "after"]

MOST_DAYS = 31
"""Days within which a workday is looked for; where there is none, the date is left out."""
MOST_LEFT_OUT = 60
"""Dates left out in a row before a rule counts as ended: one that falls on holidays alone (December 25) has none."""


class Calendar(Protocol):
    """The holidays and workdays of somebody's country and region."""

    def is_holiday(self, date: dt.date, /) -> bool:
        """Return whether what falls on this day is skipped or moved."""
        ...

    def is_workday(self, date: dt.date, /) -> bool:
        """Return whether something may be moved to this day: no weekend and no holiday there."""
        ...

    def between(self, first: dt.date, last: dt.date, /) -> Iterable[dt.date]:
        """Return the holidays from one day to another, both included: what was left out is counted by them."""
        ...


@dataclass(frozen=True, slots=True)
class DaysOff:
    """A calendar, and what becomes of dates on its holidays.

    `skip`: there is no occurrence, as if an EXDATE named the day; COUNT counts it. `before` and `after`: it is on the
    last workday before or the first after, under the key of its own date. Where another date of the rule, or an RDATE,
    lies on the way or on that workday, the one on the holiday is left out: the other serves for both.
    """

    calendar: Calendar
    on_holiday: OnHoliday

    def lands(self, date: dt.date) -> dt.date | None:
        """Return the day on which something planned for a date is to be done; None: it is left out."""
        if not self.calendar.is_holiday(date):
            return date
        if self.on_holiday == "skip":
            return None
        step = dt.timedelta(days=-1 if self.on_holiday == "before" else 1)
        for _ in range(MOST_DAYS):
            date += step
            if self.calendar.is_workday(date) and not self.calendar.is_holiday(date):
                return date
        return None


def stands(
    days_off: DaysOff | None,
    grid: Grid,
    date: dt.date,
    has_ended: Callable[[int], bool],
    singles: Sequence[dt.date] = (),
) -> dt.date | None:
    """Return the day on which a date of a rule is kept; None: it is left out.

    `has_ended` says whether COUNT or UNTIL has come before a day: a date that there will not be serves for nothing.
    `singles` are the days of RDATEs: they serve as dates of the rule do.
    """
    if days_off is None:
        return date
    landed = days_off.lands(date)
    if landed is None or landed == date:
        return landed
    first, last = (landed, date - _ONE_DAY) if landed < date else (date + _ONE_DAY, landed)
    if any(first <= single <= last for single in singles):
        return None
    if not grid.count(first.toordinal(), last.toordinal()):
        return landed
    return landed if has_ended(next(grid.dates(first.toordinal()))) else None


_ONE_DAY = dt.timedelta(days=1)
