"""What every use case of a task asks first."""

from __future__ import annotations

from uuid import UUID

from todo_backend.application.change import Loaded
from todo_backend.errors import StaleEtag, TaskDeleted, TaskNotFound, TaskWithdrawn
from todo_backend.tasks.domain import Task


def found(loaded: Loaded, task_id: UUID, expected_version: int | None) -> Task:
    """Return the task. Raises TaskNotFound, and StaleEtag when its version is not the expected one."""
    task = loaded.tasks.get(task_id)
    if task is None:
        raise TaskNotFound
    if expected_version is not None and task.version != expected_version:
        raise StaleEtag(current_version=task.version)
    return task


def present(loaded: Loaded, task_id: UUID, expected_version: int | None) -> Task:
    """Return the task as `found`, if it is neither deleted nor withdrawn. Raises TaskDeleted, TaskWithdrawn."""
    task = found(loaded, task_id, expected_version)
    if task.withdrawn_at is not None:
        raise TaskWithdrawn
    if task.deleted_at is not None:
        raise TaskDeleted
    return task
