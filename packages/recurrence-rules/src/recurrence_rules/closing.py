"""What was closed, and what follows it: the question that next_occurrence() answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from recurrence_rules.places import Occurrence

Anchor = Literal["schedule", "completion"]
Missed = Literal["next", "each"]
EndReason = Literal["count", "until"]


@dataclass(frozen=True, slots=True)
class Next:
    """The next occurrence. `passed_over` counts those between the closed one and it that nobody gets any more.

    `date` and `time` are what clocks show (after a gap); `key` is the place on the grid, to measure on from.
    """

    date: dt.date
    time: dt.time | None
    zone: str
    key: str
    at: dt.datetime
    passed_over: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The rule has no further occurrence: COUNT is used up, or UNTIL (or the calendar itself) has come."""

    reason: EndReason


@dataclass(frozen=True, slots=True)
class Closed:
    """The occurrence that was closed: its key, when, and in which zone its person's days begin.

    `number` counts it among the series' occurrences from 1, passed-over ones included; only COUNT with the
    completion anchor needs it. `due` is its wall due date when it was postponed off the grid. `resumed` is when the
    series last went on after a pause: with missed="next" what lay before is passed over (date-only: before that day).
    """

    key: str
    at: dt.datetime
    day_zone: str
    number: int = 1
    due: dt.date | None = None
    resumed: dt.datetime | None = None


def next_of(found: Occurrence, passed_over: int) -> Next:
    """Return an occurrence as what comes next."""
    return Next(found.date, found.time, found.zone, found.key, found.at, passed_over)
