"""Reopening a closed task: the occurrence that followed it is withdrawn, or kept by its person's own word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from event_contracts.task import OPEN_OCCURRENCES_LIMIT

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import OccurrenceConflict, SuccessorTouched
from todo_backend.series.domain import Series
from todo_backend.tasks.domain import Task
from todo_backend.tasks.use_cases.checks import present

SuccessorChoice = Literal["withdraw", "keep"]
UNTOUCHED_VERSION = 1


@dataclass(frozen=True, slots=True)
class ReopenTask:
    """Take back a completion, a skip or a miss. `successor` decides about a next occurrence that was changed since."""

    task_id: UUID
    successor: SuccessorChoice | None = None
    expected_version: int | None = None


def reopen_task(command: ReopenTask, loaded: Loaded, context: Context) -> Change:
    """Return the reopened task and what becomes of its successor; an empty change when it is open already."""
    before = present(loaded, command.task_id, command.expected_version)
    if before.status == "open":
        return Change()
    after = replace(before, status="open", completed_at=None)
    return Change(tasks=reopening(before, after, command.successor, loaded, context), act="reopen")


def reopening(
    before: Task, after: Task, choice: SuccessorChoice | None, loaded: Loaded, context: Context
) -> tuple[Write[Task], ...]:
    """Return the writes that open `before` again as `after`.

    An untouched successor is withdrawn: its number falls free, and the next completion makes a new one. A kept one
    carries the series on, and the reopened task leaves the series. A successor that opened by schedule is not there
    because of the completion: it is kept unless its person says otherwise, and where several may be open, both are.
    Raises SuccessorTouched, OccurrenceConflict.
    """
    event_id = context.new_id()
    successor = loaded.successor_of(before) if before.series_id else None
    series = loaded.series_of(before)
    if series is not None and series.recurrence.trigger == "on_schedule":
        if series.recurrence.may_overlap:
            require_room(loaded, series)
            successor = None
        choice = choice or "keep"
    if successor is None:
        return (Write(before, after, "todo.task.reopened.v1", event_id),)
    if choice is None and (successor.version != UNTOUCHED_VERSION or not successor.is_open):
        raise SuccessorTouched(successor_id=str(successor.id))
    if choice == "keep":
        plain = replace(
            after,
            series_id=None,
            occurrence_key=None,
            occurrence_number=None,
            predecessor_id=None,
            trigger=None,
            missed=None,
            uid=None,
            uid_digest=None,
        )
        return (Write(before, plain, "todo.task.reopened.v1", event_id),)
    if successor.status != "open":
        raise OccurrenceConflict(successor_id=str(successor.id))
    withdrawn = replace(successor, deleted_at=successor.deleted_at or context.now, withdrawn_at=context.now)
    return (
        Write(
            successor,
            withdrawn,
            "todo.task.deleted.v1",
            context.new_id(),
            reason="withdrawn",
            causation_id=event_id,
        ),
        Write(before, after, "todo.task.reopened.v1", event_id),
    )


def require_room(loaded: Loaded, series: Series) -> None:
    """Refuse one more open occurrence of a series that may have several. Raises OccurrenceConflict."""
    occurrences = loaded.open_occurrences(series.id)
    if len(occurrences) >= OPEN_OCCURRENCES_LIMIT:
        raise OccurrenceConflict(task_id=str(occurrences[0].id))
