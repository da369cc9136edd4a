"""Lists as the REST door answers them."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field


class TaskList(BaseModel):
    """A list. The tasks of one that is deleted go on naming it, and are in no list until it is restored."""

    id: UUID
    name: str
    position: float
    version: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None


class TaskLists(BaseModel):
    """All lists of a person, at most 200."""

    items: list[TaskList]


class ListAndUndo(BaseModel):
    """A list after an act; `undo` takes the act back, null when nothing was changed."""

    list: TaskList
    undo: UUID | None = Field(description="for POST undo/{handle}: once, within 24 hours")
