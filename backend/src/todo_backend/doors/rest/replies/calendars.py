"""What became of a calendar."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel


class ImportedTask(BaseModel):
    """The UID of a component and the task that was made of it."""

    uid: str
    task_id: UUID


class Imported(BaseModel):
    """The new tasks; `left_out` counts components that were done or cancelled."""

    tasks: list[ImportedTask]
    left_out: int
