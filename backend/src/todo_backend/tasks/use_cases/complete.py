"""Completing a task. Its successor is not made here: recurring-task-service asks for it when it learns of this."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import CompletedInFuture, TaskNotOpen
from todo_backend.tasks.use_cases.checks import present


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """Complete now, or as of an earlier instant."""

    task_id: UUID
    completed_at: dt.datetime | None = None
    expected_version: int | None = None


def complete_task(command: CompleteTask, loaded: Loaded, context: Context) -> Change:
    """Return the completed task; an empty change when it is done already: twice is one completion."""
    before = present(loaded, command.task_id, command.expected_version)
    if before.status == "done":
        return Change()
    if before.status != "open":
        raise TaskNotOpen(task_status=before.status)
    at = command.completed_at or context.now
    if at > context.now:
        raise CompletedInFuture
    after = replace(before, status="done", completed_at=at.astimezone(dt.UTC))
    return Change(tasks=(Write(before, after, "todo.task.completed.v1", context.new_id()),), act="complete")


@dataclass(frozen=True, slots=True)
class SkipTask:
    """Close an open task without doing it; of a series only this occurrence."""

    task_id: UUID
    expected_version: int | None = None


def skip_task(command: SkipTask, loaded: Loaded, context: Context) -> Change:
    """Return the skipped task; an empty change when it is skipped already."""
    before = present(loaded, command.task_id, command.expected_version)
    if before.status == "skipped":
        return Change()
    if before.status != "open":
        raise TaskNotOpen(task_status=before.status)
    after = replace(before, status="skipped")
    return Change(tasks=(Write(before, after, "todo.task.skipped.v1", context.new_id()),), act="skip")
