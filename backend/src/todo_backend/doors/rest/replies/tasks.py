"""Tasks as the REST door answers them."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field


class Due(BaseModel):
    """When a task is due."""

    date: dt.date
    time: str | None = Field(description="HH:MM:SS; null means the whole day")
    time_zone: str


class Subtask(BaseModel):
    """One line of a checklist."""

    id: UUID
    title: str
    done: bool


class Reminder(BaseModel):
    """Relative (`minutes_before`, `relative_to`) or absolute (`at`); repeated until the task is done, if it says so."""

    id: UUID
    minutes_before: int | None = None
    relative_to: Literal["due", "start"] | None = None
    at: AwareDatetime | None = None
    repeat_minutes: int | None = None
    repeat_most: int | None = None


class Recurrence(BaseModel):
    """How a task repeats."""

    rrule: str
    anchor: Literal["schedule", "completion"]
    missed: Literal["next", "each"]
    trigger: Literal["on_completion", "on_schedule"]
    exdates: list[str]
    rdates: list[str]
    on_holiday: Literal["ignore", "skip", "before", "after"]


class Task(BaseModel):
    """A task."""

    id: UUID
    title: str
    notes: str
    list_id: UUID | None
    status: Literal["open", "done", "skipped", "missed"]
    priority: Literal["none", "low", "medium", "high", "urgent"]
    tags: list[str]
    due: Due | None
    due_at: AwareDatetime | None
    start_date: dt.date | None
    subtasks: list[Subtask]
    reminders: list[Reminder]
    recurrence: Recurrence | None
    series_id: UUID | None
    occurrence_key: str | None
    occurrence_number: int | None
    predecessor_id: UUID | None
    position: float
    version: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    completed_at: AwareDatetime | None
    deleted_at: AwareDatetime | None


class TaskPage(BaseModel):
    """One page of tasks."""

    items: list[Task]
    next_cursor: str | None


class TaskAndUndo(BaseModel):
    """A task after an act; `undo` is the handle that takes it back, null when nothing was changed."""

    task: Task
    undo: UUID | None = Field(description="for POST undo/{handle}: once, within 24 hours")
