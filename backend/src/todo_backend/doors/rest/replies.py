"""What the REST door answers, as models: the contract in openapi.json. Answers themselves are written by `shapes`."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
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
    """Relative (`minutes_before`, `relative_to`) or absolute (`at`)."""

    id: UUID
    minutes_before: int | None = None
    relative_to: Literal["due", "start"] | None = None
    at: AwareDatetime | None = None


class Recurrence(BaseModel):
    """How a task repeats."""

    rrule: str
    anchor: Literal["schedule", "completion"]
    missed: Literal["next", "each"]
    trigger: Literal["on_completion", "on_schedule"]
    exdates: list[str]
    rdates: list[str]


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


class Undone(BaseModel):
    """The tasks and series after an act was taken back."""

    tasks: list[Task]
    series: list[Series]


class SeriesAndUndo(BaseModel):
    """A series after an act, with its open occurrence; `undo` takes the act back, null when nothing was changed."""

    series: Series
    task: Task | None
    undo: UUID | None = Field(description="for POST undo/{handle}: once, within 24 hours")


class User(BaseModel):
    """An account."""

    id: UUID
    email: str
    name: str
    time_zone: str
    locale: str
    week_start: int
    version: int
    deleted_at: AwareDatetime | None


class SessionReply(BaseModel):
    """A session: the access token lasts `expires_in` seconds, the refresh token is good for one more pair."""

    user: User
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str


class HistoryEntry(BaseModel):
    """One act in a history: who, through which door, what changed and what caused it.

    `erased`: personal text was erased, so that `title`, `changes` and `reason` are empty.
    """

    event_id: UUID
    event_type: str
    type: str
    task_id: UUID | None = None
    occurred_at: AwareDatetime
    version: int
    actor: dict[str, Any]
    changes: dict[str, Any]
    reason: str | None = None
    causation_id: UUID | None = None
    correlation_id: UUID | None = None
    title: str | None = None
    erased: bool = False


class HistoryPage(BaseModel):
    """One page of a history, newest first."""

    items: list[HistoryEntry]
    next_cursor: str | None


class HistoryChain(BaseModel):
    """An act with what led to it and what followed from it, each oldest first; `truncated`: there is more of either."""

    event: HistoryEntry
    led_here: list[HistoryEntry]
    followed: list[HistoryEntry]
    truncated: bool


class TaskAsOf(BaseModel):
    """A task as the event `event_id` left it, which was its last until the asked instant.

    `erased`: its text was erased since, so that only this is left to say of it; `task` is null then.
    """

    task_id: UUID
    event_id: UUID
    event_type: str
    occurred_at: AwareDatetime
    erased: bool
    task: Task | None


class TasksAsOf(BaseModel):
    """One page of tasks as they were, in the order of their making."""

    items: list[TaskAsOf]
    next_cursor: str | None


class RemindedItem(BaseModel):
    """One reminder in a digest."""

    key: str
    reminder_id: UUID
    task_id: UUID
    title: str
    remind_at: AwareDatetime
    due_at: AwareDatetime | None


class Notification(BaseModel):
    """One notification. `number` rises by one per notification of the user; a `digest` tells of late reminders at once.

    `late`: told more than a minute after `remind_at`. `confirmed` false: whether the task was still open is not known.
    """

    number: int
    id: UUID
    kind: Literal["reminder", "digest"]
    reminder_id: UUID | None
    task_id: UUID | None
    title: str
    remind_at: AwareDatetime
    due_at: AwareDatetime | None
    sent_at: AwareDatetime
    late: bool
    confirmed: bool
    digest: list[RemindedItem]
    read_at: AwareDatetime | None


class NotificationPage(BaseModel):
    """Notifications, oldest first; `last_number` is that of the newest there ever was, `unread` counts all kept."""

    items: list[Notification]
    unread: int
    last_number: int


class NotificationsRead(BaseModel):
    """How many became read."""

    read: int


class Occurrence(BaseModel):
    """One date of a rule, as clocks show it, and its instant."""

    date: dt.date
    time: str | None
    time_zone: str
    at: AwareDatetime


class Preview(BaseModel):
    """The first dates of a rule; `text` says it in English words."""

    occurrences: list[Occurrence]
    text: str


class DraftReminder(BaseModel):
    """Relative (`minutes_before`, `relative_to`) or absolute (`at`)."""

    minutes_before: int | None = None
    relative_to: Literal["due", "start"] | None = None
    at: AwareDatetime | None = None


class DraftRecurrence(BaseModel):
    """How the task would repeat."""

    rrule: str
    anchor: Literal["schedule", "completion"]


class DraftTask(BaseModel):
    """A task that is not stored: what POST tasks takes."""

    title: str = Field(description="may be empty while somebody is typing")
    list_id: UUID | None
    priority: Literal["none", "low", "medium", "high", "urgent"]
    tags: list[str]
    due: Due | None
    reminders: list[DraftReminder]
    recurrence: DraftRecurrence | None


class TextSpan(BaseModel):
    """A part of the line that was understood, in UTF-16 units as JavaScript counts; `end` is not part of it."""

    start: int
    end: int
    kind: Literal["date", "recurrence", "reminder", "priority", "tag", "list"]


class QuickAdd(BaseModel):
    """What a line means. `list_name` without `task.list_id` names a list that does not exist."""

    task: DraftTask
    list_name: str | None
    spans: list[TextSpan]
    text: str = Field(description="the date or rule in English words, empty without either")
    occurrences: list[Occurrence]


class ProblemReply(BaseModel):
    """RFC 9457; `code` is stable, the rest is for people."""

    type: str
    status: int
    code: str
    title: str
    detail: str | None = None
