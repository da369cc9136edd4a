"""A validated rule as data: what RFC 5545 (and SKIP of RFC 7529) say about when something repeats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Frequency(StrEnum):
    """The period that INTERVAL counts (FREQ of RFC 5545, section 3.3.10)."""

    HOURLY = "HOURLY"
    """Counted in elapsed time: two hours are two hours, whatever clocks are set to between."""
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class Skip(StrEnum):
    """What becomes of a day that a month or a year does not have (RFC 7529, section 4.1)."""

    OMIT = "OMIT"
    """There is no occurrence: what RFC 5545 alone says."""
    BACKWARD = "BACKWARD"
    """It is on the day before: a 31st on the month's last day. The next month has it again, so nothing drifts."""
    FORWARD = "FORWARD"
    """It is on the day after: a 31st on the first of the next month."""


@dataclass(frozen=True, slots=True, order=True)
class Weekday:
    """A weekday (0 is Monday); `nth` counts it within a month or year, from the end when negative; 0: every one."""

    weekday: int
    nth: int = 0


Until = dt.date | dt.datetime
"""A date or naive local time (both inclusive, in the series' zone) or an aware instant in UTC (inclusive)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that parse_rule() accepted. What it leaves out (weekday, day, month) comes from the start.

    The fields are INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, COUNT, UNTIL, WKST, SKIP, BYYEARDAY, BYWEEKNO and BYSETPOS of
    the RFCs; lists are sorted and have no doubles.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    count: int | None = None
    until: Until | None = None
    week_start: int = 0
    skip: Skip = Skip.OMIT
    year_days: tuple[int, ...] = ()
    week_numbers: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
