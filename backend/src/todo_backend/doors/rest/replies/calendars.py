"""What became of a calendar."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from todo_backend.tasks.use_cases.import_calendar import ImportOutcome


class ImportedTask(BaseModel):
    """The UID of a component, its task, and what became of that.

    `unchanged`: it says what it said when it was imported last. `kept`: its task is closed, or repeats where the
    component does not.
    """

    uid: str
    task_id: UUID
    outcome: ImportOutcome


class Imported(BaseModel):
    """The tasks; `left_out` counts components that were done or cancelled, `undo` takes all of it back."""

    tasks: list[ImportedTask]
    left_out: int
    undo: UUID | None
