"""Histories: acts, chains of them, and tasks as they were."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from todo_backend.doors.rest.replies.tasks import Task


class SecurityDetail(BaseModel):
    """Of a security event: how or why, how many alike within a minute, from where (an address, or `page`)."""

    outcome: str
    count: int = 1
    source: str | None = None
    session_id: UUID | None = None


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
    security: SecurityDetail | None = None


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
