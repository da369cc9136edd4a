"""A list as the rules see it: a name for tasks that belong together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from todo_backend.tasks.domain import NOT_YET

NAME_LIMIT = 100
LISTS_LIMIT = 200
"""How many lists a person may have at once, deleted ones not counted."""


@dataclass(frozen=True, slots=True)
class TaskList:
    """One list. Tasks go on naming a deleted one and are in none as long as it is; restored, it has them all."""

    user_id: UUID
    id: UUID
    name: str
    position: float = 0.0
    version: int = 0
    change: int = 0
    created_at: dt.datetime = NOT_YET
    updated_at: dt.datetime = NOT_YET
    deleted_at: dt.datetime | None = None


def same_name(one: str, other: str) -> bool:
    """Say whether two names are one to whoever says them: letter case and the width of gaps do not count."""
    return _said(one) == _said(other)


def named(lists: Iterable[TaskList], name: str) -> TaskList | None:
    """Return the list of that name that is not deleted."""
    return next((one for one in lists if one.deleted_at is None and same_name(one.name, name)), None)


def _said(name: str) -> str:
    return " ".join(name.casefold().split())
