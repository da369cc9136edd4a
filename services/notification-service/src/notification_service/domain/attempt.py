"""A reminder that came due, and what is to become of it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from event_contracts.events import Because

from notification_service.domain.heads import TaskHead
from notification_service.domain.plan import Planned

CHANNEL = "in_app"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One claimed attempt.

    `waited` is how many seconds ago it was taken from the queue, by the database's clock. One that was `held` waited
    for the end of quiet hours and counts as taken then. `version` counts the events that it has had: one that was
    given up may be tried again.
    """

    attempt_id: UUID
    user_id: UUID
    task_id: UUID
    reminder_id: UUID
    revision: int
    fire_at: dt.datetime
    claim: UUID
    tries: int
    queued_at: dt.datetime
    held: bool
    version: int
    waited: float

    @property
    def key(self) -> str:
        """Return what the receiver may trust to come once: reminder, revision, instant, channel."""
        instant = self.fire_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        return f"{self.reminder_id}/{self.revision}/{instant}/{CHANNEL}"

    @property
    def task(self) -> tuple[UUID, UUID]:
        """Return the key of its task's head."""
        return self.user_id, self.task_id


@dataclass(frozen=True, slots=True)
class Send:
    """Tell the user; `confirmed` False: the backend could not be asked.

    `planned` is what made it due, `because` says it; both are added to the backend's word.
    """

    title: str
    confirmed: bool = True
    planned: Planned | None = None
    because: Because | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Tell nobody.

    `version` and `series_version` are those of the heads when this was decided (of the series 0: none was known).
    `version` None: it was decided by the heads here.
    """

    reason: str
    version: int | None = None
    series_version: int = 0


@dataclass(frozen=True, slots=True)
class Later:
    """Try again in some seconds. `counted` False: nothing was wrong with the attempt itself.

    `held`: it waits for the end of quiet hours, and is due then.
    """

    seconds: float
    error: str
    counted: bool = True
    held: bool = False


@dataclass(frozen=True, slots=True)
class Bury:
    """Give up; a person must look."""

    error: str


Verdict = Send | Drop | Later | Bury


def question(attempt: Attempt, task: TaskHead, origin: UUID) -> dict[str, Any]:
    """Return what todo-backend is asked: what this reminder was derived from, as JSON values."""
    return {
        "user_id": str(attempt.user_id),
        "task_id": str(attempt.task_id),
        "version": task.version,
        "due_at": task.due_at and task.due_at.isoformat(),
        "start_date": task.start_date and task.start_date.isoformat(),
        "reminder": {"id": str(origin), **task.reminder(origin)},
    }
