"""What was told to a user."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel


class RemindedItem(BaseModel):
    """One reminder in a digest."""

    key: str
    reminder_id: UUID
    task_id: UUID
    title: str
    remind_at: AwareDatetime
    due_at: AwareDatetime | None


class Because(BaseModel):
    """Why somebody was told: as data, and as an English sentence.

    `kind`: `due`, `start` or `at` for a reminder of a task (with `preference` one that the task does not name itself),
    `snooze`, `digest`, `agenda`, `review`. `number` of `most` counts repetitions; `held`: it waited for the end of
    quiet hours.
    """

    kind: str
    sentence: str
    reminder_id: UUID | None
    minutes_before: int | None
    since: AwareDatetime | None
    number: int
    most: int
    held: bool
    preference: str | None


class SummaryItem(BaseModel):
    """One task that an agenda or a review names."""

    group: Literal["overdue", "due", "ahead", "done"]
    task_id: UUID
    title: str
    due_at: AwareDatetime | None


class Notification(BaseModel):
    """One notification. `number` rises by one per notification of the user; a `digest` tells of late reminders at once.

    `late`: told more than a minute after `remind_at`. `confirmed` false: whether the task was still open is not known.
    """

    number: int
    id: UUID
    kind: Literal["reminder", "digest", "agenda", "review"]
    reminder_id: UUID | None
    task_id: UUID | None
    title: str
    remind_at: AwareDatetime
    due_at: AwareDatetime | None
    sent_at: AwareDatetime
    late: bool
    confirmed: bool
    digest: list[RemindedItem]
    because: Because | None
    summary: list[SummaryItem]
    read_at: AwareDatetime | None


class NotificationPage(BaseModel):
    """Notifications, oldest first; `last_number` is that of the newest there ever was, `unread` counts all kept."""

    items: list[Notification]
    unread: int
    last_number: int


class NotificationsRead(BaseModel):
    """How many became read."""

    read: int
