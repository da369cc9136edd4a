"""A series: how a task repeats, and where its repetition stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from todo_backend.tasks.domain import NOT_YET, Due

Anchor = Literal["schedule", "completion"]
Missed = Literal["next", "each"]
Trigger = Literal["on_completion", "on_schedule"]
OnHoliday = Literal["ignore", "skip", "before", "after"]
SeriesStatus = Literal["active", "paused", "ended"]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """RFC 5545 rule in local wall time, its exceptions, and what counts as anchor, missed and trigger.

    `on_holiday` says what becomes of a date on a public holiday of its person's country, if there is one.
    """

    rrule: str
    anchor: Anchor = "schedule"
    missed: Missed = "next"
    trigger: Trigger = "on_completion"
    exdates: tuple[str, ...] = ()
    rdates: tuple[str, ...] = ()
    on_holiday: OnHoliday = "ignore"

    @property
    def may_overlap(self) -> bool:
        """Say whether several occurrences of the series may be open at once."""
        return self.trigger == "on_schedule" and self.missed == "each"


@dataclass(frozen=True, slots=True)
class Series:
    """One series. `occurrences` counts the tasks it has had, `passed_over` the dates that got none.

    `version` is raised by people's acts and by the end of the series, not by its going on. `resume_on` is the day (in
    the zone of `start`) on which a paused series goes on by itself, `resumed_at` when it last went on after a pause.
    `ended_paused` says that it was paused when it ended: restored, it is so again.
    """

    user_id: UUID
    id: UUID
    stream_key: UUID
    recurrence: Recurrence
    start: Due
    status: SeriesStatus = "active"
    end_reason: str | None = None
    split_from: UUID | None = None
    resume_on: dt.date | None = None
    resumed_at: dt.datetime | None = None
    ended_paused: bool = False
    occurrences: int = 1
    passed_over: int = 0
    version: int = 0
    change: int = 0
    created_at: dt.datetime = NOT_YET
    updated_at: dt.datetime = NOT_YET
