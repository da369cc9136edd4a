"""Tasks."""

from __future__ import annotations

from todo_backend.errors.root import TodoError


class TaskNotFound(TodoError):
    """There is no such task."""

    code = "task_not_found"
    kind = "not_found"


class TaskDeleted(TodoError):
    """The task is deleted; restore it first."""

    code = "task_deleted"
    kind = "conflict"


class TaskNotOpen(TodoError):
    """The task is not open."""

    code = "task_not_open"
    kind = "conflict"


class TaskNotClosed(TodoError):
    """The task is open already."""

    code = "task_open"
    kind = "conflict"


class TaskNotDeleted(TodoError):
    """The task is not deleted."""

    code = "task_not_deleted"
    kind = "conflict"


class TaskWithdrawn(TodoError):
    """The task was withdrawn together with the completion that had made it."""

    code = "task_withdrawn"
    kind = "conflict"


class TaskTooLarge(TodoError):
    """The change is too large to be told of in one event; make it in smaller steps, or shorten notes and checklist."""

    code = "task_too_large"


class CompletedInFuture(TodoError):
    """A task cannot have been completed in the future."""

    code = "completed_at_in_future"
