"""What a task, its series, a list and a user look like inside an event: the whole state after the change.

Fields are only ever added. Readers ignore fields that they do not know.
Instants are RFC 3339 in UTC; `date` and `time` are wall time in the IANA `time_zone` beside them.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

TaskStatus = Literal["open", "done", "skipped", "missed"]
Priority = Literal["none", "low", "medium", "high", "urgent"]
Anchor = Literal["schedule", "completion"]
Missed = Literal["next", "each"]
Trigger = Literal["on_completion", "on_schedule"]
OnHoliday = Literal["ignore", "skip", "before", "after"]
SeriesStatus = Literal["active", "paused", "ended"]


OPEN_OCCURRENCES_LIMIT = 10
"""How many occurrences an `on_schedule` series with `each` may have open at once."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Due(_Shape):
    """When a task is due: a wall date, an optional wall time (None: date-only) and the zone both are meant in."""

    date: dt.date
    time: dt.time | None = None
    time_zone: str


class Subtask(_Shape):
    """One line of a checklist."""

    id: UUID
    title: str
    done: bool = False


class Reminder(_Shape):
    """A reminder: relative to due or start by minutes, or absolute at an instant.

    With `repeat_minutes` it comes again that often until the task is done, `repeat_most` times at most (without it: as
    often as its person prefers).
    """

    id: UUID
    minutes_before: int | None = None
    relative_to: Literal["due", "start"] | None = None
    at: AwareDatetime | None = None
    repeat_minutes: int | None = None
    repeat_most: int | None = None


class Recurrence(_Shape):
    """How a series repeats (RFC 5545 rule, exceptions and what counts as its anchor).

    `on_holiday`: on a public holiday of the user's country a date is left out (`skip`), or is on the workday `before`
    or `after`; its occurrence key stays the date of the rule.
    """

    rrule: str
    anchor: Anchor = "schedule"
    missed: Missed = "next"
    trigger: Trigger = "on_completion"
    exdates: tuple[str, ...] = ()
    rdates: tuple[str, ...] = ()
    on_holiday: OnHoliday = "ignore"


class SeriesData(_Shape):
    """A series after a change. `start` is its first wall date, `occurrences` how many occurrences it has had.

    `resume_on` is the day on which a paused series goes on by itself, `resumed_at` when it last went on after a pause:
    dates before that instant are passed over.
    """

    id: UUID
    stream_key: UUID
    status: SeriesStatus
    recurrence: Recurrence
    start: Due
    version: int
    end_reason: str | None = None
    split_from: UUID | None = None
    resume_on: dt.date | None = None
    resumed_at: AwareDatetime | None = None
    occurrences: int = 1
    passed_over: int = 0
    created_at: AwareDatetime
    updated_at: AwareDatetime


class TaskData(_Shape):
    """A task after a change, its series included."""

    id: UUID
    title: str
    notes: str = ""
    list_id: UUID | None = None
    status: TaskStatus = "open"
    priority: Priority = "none"
    tags: tuple[str, ...] = ()
    due: Due | None = None
    due_at: AwareDatetime | None = None
    start_date: dt.date | None = None
    subtasks: tuple[Subtask, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    series_id: UUID | None = None
    occurrence_key: str | None = None
    occurrence_number: int | None = None
    predecessor_id: UUID | None = None
    stream_key: UUID
    position: float = 0.0
    version: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    completed_at: AwareDatetime | None = None
    deleted_at: AwareDatetime | None = None
    withdrawn_at: AwareDatetime | None = None
    series: SeriesData | None = None


class ListData(_Shape):
    """A list of tasks after a change. Tasks go on naming a list that was deleted, and are in none as long as it is."""

    id: UUID
    name: str
    position: float = 0.0
    version: int
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    deleted_at: AwareDatetime | None = None


class UserData(_Shape):
    """An account after a change; `time_zone` is where the user's days begin.

    `country` (ISO 3166-1) and `region` say whose public holidays are theirs; without a country there are none.
    """

    id: UUID
    email: str | None = None
    name: str = ""
    time_zone: str
    locale: str = "en"
    week_start: int = Field(default=0, ge=0, le=6, description="0 is Monday")
    country: str | None = None
    region: str | None = None
    version: int
    deleted_at: AwareDatetime | None = None
