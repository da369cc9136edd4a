"""Series and the dates of their rules."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from todo_backend.doors.rest.replies.lists import TaskList
from todo_backend.doors.rest.replies.tasks import Due, Recurrence, Task, TaskAndUndo


class Series(BaseModel):
    """A series."""

    id: UUID
    status: Literal["active", "paused", "ended"]
    recurrence: Recurrence
    start: Due
    version: int
    end_reason: str | None
    split_from: UUID | None
    resume_on: dt.date | None = Field(description="the day on which a paused series goes on by itself")
    resumed_at: AwareDatetime | None = Field(description="when it last went on after a pause")
    occurrences: int
    passed_over: int
    created_at: AwareDatetime
    updated_at: AwareDatetime


class SeriesInWords(Series):
    """A series; `text` says its rule in the language of the request."""

    text: str


class SeriesAndUndo(BaseModel):
    """A series after an act, with its open occurrence; `undo` takes the act back, null when nothing was changed."""

    series: Series
    task: Task | None
    undo: UUID | None = Field(description="for POST undo/{handle}: once, within 24 hours")


class PausedSeries(BaseModel):
    """A paused series with its newest occurrence, open or not."""

    series: Series
    task: Task


class PausedPage(BaseModel):
    """One page of paused series."""

    items: list[PausedSeries]
    next_cursor: UUID | None


class Occurrence(BaseModel):
    """One date of a rule, as clocks show it, and its instant."""

    date: dt.date
    time: str | None
    time_zone: str
    at: AwareDatetime


class TaskAndNext(TaskAndUndo):
    """A task after it was closed, with the next date of its series."""

    next: Occurrence | None = Field(description="opens in a moment; null: none, or not known yet")


class Preview(BaseModel):
    """The first dates of a rule; `text` says it in the language of the request."""

    occurrences: list[Occurrence]
    text: str


class Undone(BaseModel):
    """The tasks, series and lists after an act was taken back."""

    tasks: list[Task]
    series: list[Series]
    lists: list[TaskList]
