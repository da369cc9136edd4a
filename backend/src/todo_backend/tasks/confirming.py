"""What is said of a reminder just before it is sent: send it, drop it, or plan it anew. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from todo_backend.tasks.domain import Reminder


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


@dataclass(frozen=True, slots=True)
class Standing:
    """A task and its series as they are now, as far as a question asks. `reminders` matters at another version only."""

    status: str
    title: str
    version: int
    due_at: dt.datetime | None
    start_date: dt.date | None
    deleted: bool
    withdrawn: bool
    paused: bool
    reminders: tuple[Reminder, ...] = ()


def decide(question: Question, task: Standing | None) -> Decision:
    """Return what is to become of a reminder, from its task as it is now (None: there is none)."""
    if task is None or task.withdrawn:
        return Decision("drop", reason="gone")
    if task.deleted:
        return Decision("drop", reason="deleted")
    if task.status != "open":
        return Decision("drop", reason=task.status)
    if task.paused:
        return Decision("drop", reason="paused")
    if task.version != question.version and not _holds(question, task):
        return Decision("replan", version=task.version)
    return Decision("send", title=task.title)


def _holds(question: Question, task: Standing) -> bool:
    return (question.due_at, question.start_date) == (task.due_at, task.start_date) and (
        question.reminder in task.reminders
    )
