"""What is said of a reminder just before it is sent: send it, drop it, or plan it anew. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from todo_backend.series.domain import Series
from todo_backend.tasks.domain import Reminder, Task


@dataclass(frozen=True, slots=True)
class Question:
    """A reminder and what notification-service derived it from, at a version of its task."""

    user_id: UUID
    task_id: UUID
    version: int
    due_at: dt.datetime | None
    start_date: dt.date | None
    reminder: Reminder


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: with `send` the title as it is now, with `drop` the reason, with `replan` the version to wait for."""

    decision: Literal["send", "drop", "replan"]
    title: str | None = None
    reason: str | None = None
    version: int | None = None


def decide(question: Question, task: Task | None, series: Series | None = None) -> Decision:
    """Return what is to become of a reminder, from the task (None: there is none) and its series as they are now."""
    if task is None or task.withdrawn_at is not None:
        return Decision("drop", reason="gone")
    if task.deleted_at is not None:
        return Decision("drop", reason="deleted")
    if task.status != "open":
        return Decision("drop", reason=task.status)
    if series is not None and series.status == "paused":
        return Decision("drop", reason="paused")
    if task.version != question.version and not _holds(question, task):
        return Decision("replan", version=task.version)
    return Decision("send", title=task.title)


def _holds(question: Question, task: Task) -> bool:
    return (question.due_at, question.start_date) == (task.due_at, task.start_date) and (
        question.reminder in task.reminders
    )
