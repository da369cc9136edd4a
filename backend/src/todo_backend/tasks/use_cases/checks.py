"""What every use case of a task asks first."""

from __future__ import annotations

from uuid import UUID

from todo_backend.application.change import Loaded
from todo_backend.application.expected import as_expected
from todo_backend.errors import TaskDeleted, TaskNotFound, TaskWithdrawn
from todo_backend.tasks.domain import Task


def found(loaded: Loaded, task_id: UUID, expected_version: int | None) -> Task:
    """Return the task. Raises TaskNotFound, and StaleEtag when its version is not the expected one."""
    return as_expected(loaded.tasks.get(task_id), expected_version, TaskNotFound)


def present(loaded: Loaded, task_id: UUID, expected_version: int | None) -> Task:
    """Return the task as `found`, if it is neither deleted nor withdrawn. Raises TaskDeleted, TaskWithdrawn."""
    task = found(loaded, task_id, expected_version)
    if task.withdrawn_at is not None:
        raise TaskWithdrawn
    if task.deleted_at is not None:
        raise TaskDeleted
    return task
