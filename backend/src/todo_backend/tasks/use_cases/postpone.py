"""Postponing a task: of a series this one occurrence moves off the grid, and the series keeps its dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import AccountGone, TaskNotOpen
from todo_backend.tasks.domain import Due
from todo_backend.tasks.use_cases.checks import present


@dataclass(frozen=True, slots=True)
class PostponeTask:
    """Another date; `time` counts where `with_time` (None: the whole day), else the task keeps its own."""

    task_id: UUID
    date: dt.date
    time: dt.time | None = None
    with_time: bool = False
    time_zone: str | None = None
    expected_version: int | None = None


def postpone_task(command: PostponeTask, loaded: Loaded, context: Context) -> Change:
    """Return the task due elsewhere, its start and reminders with it; its occurrence key stays.

    An empty change when it is due there already. Raises TaskNotOpen.
    """
    before = present(loaded, command.task_id, command.expected_version)
    if before.status != "open":
        raise TaskNotOpen(task_status=before.status)
    if loaded.account is None:
        raise AccountGone
    current = before.due or Due(command.date, None, loaded.account.time_zone)
    time = command.time if command.with_time else current.time
    after = before.moved_to(Due(command.date, time, command.time_zone or current.time_zone))
    if after == before:
        return Change()
    return Change(tasks=(Write(before, after, "todo.task.postponed.v1", context.new_id()),), act="postpone")
