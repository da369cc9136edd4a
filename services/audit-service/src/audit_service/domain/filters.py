"""What a person may ask of their own history; every part that is given must hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Filters:
    """None and empty mean "any". `since` is the first instant that counts, `until` the first that does not.

    `event_types` takes both names of a type: `task_completed` and `todo.task.completed.v1`.
    """

    task_id: UUID | None = None
    event_types: tuple[str, ...] = ()
    actor_kind: str | None = None
    actor_id: str | None = None
    door: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    correlation_id: UUID | None = None
