"""Deleting and restoring: soft, and for an open occurrence the whole series goes and comes back with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import OccurrenceConflict, TaskNotDeleted, TaskWithdrawn
from todo_backend.series.domain import Series, SeriesStatus
from todo_backend.tasks.use_cases.checks import found
from todo_backend.tasks.use_cases.complete import SkipTask, skip_task
from todo_backend.tasks.use_cases.reopen import require_room

END_BY_DELETION = "deleted"


@dataclass(frozen=True, slots=True)
class DeleteTask:
    """`series`: an open occurrence ends its series; `this`: it is only skipped."""

    task_id: UUID
    scope: Literal["this", "series"] = "series"
    expected_version: int | None = None


def delete_task(command: DeleteTask, loaded: Loaded, context: Context) -> Change:
    """Return the deleted task with the end of its series; an empty change when it is deleted already."""
    before = found(loaded, command.task_id, command.expected_version)
    if before.deleted_at is not None:
        return Change()
    series = loaded.series_of(before)
    goes_on = series is not None and series.status != "ended" and before.status == "open"
    if goes_on and command.scope == "this":
        return skip_task(SkipTask(command.task_id), loaded, context)
    event_id = context.new_id()
    ended: tuple[Write[Series], ...] = ()
    if series is not None and goes_on:
        over = replace(series, status="ended", end_reason=END_BY_DELETION, ended_paused=series.status == "paused")
        ended = (
            Write(
                series,
                over,
                "todo.series.ended.v1",
                context.new_id(),
                reason=END_BY_DELETION,
                causation_id=event_id,
                task_id=before.id,
            ),
        )
    after = replace(before, deleted_at=context.now)
    return Change(tasks=(Write(before, after, "todo.task.deleted.v1", event_id),), series=ended, act="delete")


@dataclass(frozen=True, slots=True)
class RestoreTask:
    """Take a deletion back."""

    task_id: UUID
    expected_version: int | None = None


def restore_task(command: RestoreTask, loaded: Loaded, context: Context) -> Change:
    """Return the restored task; the series that its deletion had ended goes on, or is paused again if it was."""
    before = found(loaded, command.task_id, command.expected_version)
    if before.withdrawn_at is not None:
        raise TaskWithdrawn
    if before.deleted_at is None:
        raise TaskNotDeleted
    series = loaded.series_of(before)
    if series is not None and before.status == "open":
        others = loaded.open_occurrences(series.id)
        if others and not series.recurrence.may_overlap:
            raise OccurrenceConflict(task_id=str(others[0].id))
        require_room(loaded, series)
    event_id = context.new_id()
    resumed: tuple[Write[Series], ...] = ()
    if series is not None and before.status == "open" and series.end_reason == END_BY_DELETION:
        status: SeriesStatus = "paused" if series.ended_paused else "active"
        back = replace(series, status=status, end_reason=None, ended_paused=False)
        resumed = (
            Write(
                series,
                back,
                f"todo.series.{'paused' if series.ended_paused else 'resumed'}.v1",
                context.new_id(),
                reason="restored",
                causation_id=event_id,
                task_id=before.id,
            ),
        )
    after = replace(before, deleted_at=None)
    return Change(tasks=(Write(before, after, "todo.task.restored.v1", event_id),), series=resumed, act="restore")
