"""The past of series, their next dates, and days."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from todo_backend.doors.rest.replies.series import Occurrence
from todo_backend.doors.rest.replies.tasks import Due


class PastOccurrence(BaseModel):
    """One closed occurrence; late: done after it was due."""

    task_id: UUID
    occurrence_key: str
    occurrence_number: int
    mark: Literal["done", "late", "skipped", "missed"]
    due: Due | None
    due_at: AwareDatetime | None
    completed_at: AwareDatetime | None
    passed_over: int = Field(description="dates between it and the occurrence before that got no task")


class PastPage(BaseModel):
    """One page of a series' past, newest first."""

    items: list[PastOccurrence]
    next_cursor: str | None


class Streak(BaseModel):
    """How many occurrences in a row were done, of the newest 10,000."""

    current: int = Field(description="up to now; a skip does not break it, a miss and dates passed over do")
    longest: int
    done: int = Field(description="in time")
    late: int
    skipped: int
    missed: int


class NextDates(BaseModel):
    """The next dates of a series, for somebody who closes each in its time."""

    occurrences: list[Occurrence]


class Day(BaseModel):
    """One day: what was done on it, in time and late, and what was due on it and skipped or missed."""

    date: dt.date
    done: int
    late: int
    skipped: int
    missed: int


class Days(BaseModel):
    """Days on which something happened, in the caller's zone."""

    time_zone: str
    days: list[Day]
