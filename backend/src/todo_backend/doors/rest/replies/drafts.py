"""What a typed line means: a task that is not stored."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from todo_backend.doors.rest.replies.series import Occurrence
from todo_backend.doors.rest.replies.tasks import Due


class DraftReminder(BaseModel):
    """Relative (`minutes_before`, `relative_to`) or absolute (`at`)."""

    minutes_before: int | None = None
    relative_to: Literal["due", "start"] | None = None
    at: AwareDatetime | None = None


class DraftRecurrence(BaseModel):
    """How the task would repeat."""

    rrule: str
    anchor: Literal["schedule", "completion"]
    on_holiday: Literal["ignore", "skip", "before", "after"]


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
