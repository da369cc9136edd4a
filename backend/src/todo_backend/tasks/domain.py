"""A task as the rules see it, and how its wall-clock due becomes an instant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from recurrence_rules.wall import occurrence_key
from recurrence_rules.zones import resolve

Status = Literal["open", "done", "skipped", "missed"]
Priority = Literal["none", "low", "medium", "high", "urgent"]

NOT_YET: Final = dt.datetime.min.replace(tzinfo=dt.UTC)
"""Stands for instants and versions that `execute()` sets when the change is committed."""

TITLE_LIMIT = 500
NOTES_LIMIT = 20_000
TAGS_LIMIT = 50
SUBTASKS_LIMIT = 200
REMINDERS_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Due:
    """A wall date, an optional wall time (None: the whole day) and the IANA zone in which both are meant."""

    date: dt.date
    time: dt.time | None
    time_zone: str

    def instant(self) -> dt.datetime:
        """Return when the task becomes overdue, in UTC; a date-only task is due until the last second of its day."""
        return resolve(self.date, self.time, self.time_zone)

    def key(self) -> str:
        """Return the wall string `YYYY-MM-DD[THH:MM:SS]` that names an occurrence on the grid of its series."""
        return occurrence_key(self.date, self.time)


@dataclass(frozen=True, slots=True)
class Subtask:
    """One line of a checklist."""

    id: UUID
    title: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """Relative to due or start by minutes, or absolute at an instant (UTC).

    With `repeat_minutes` it comes again that often until the task is done, at most `repeat_most` times.
    """

    id: UUID
    minutes_before: int | None = None
    relative_to: Literal["due", "start"] | None = None
    at: dt.datetime | None = None
    repeat_minutes: int | None = None
    repeat_most: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One task; a recurring one is one occurrence of its series. All instants are aware and in UTC.

    `occurrence_number` counts the dates of the rule from 1, those passed over included. `withdrawn_at` marks an
    occurrence that was taken back with the completion that had made it; it is deleted then, too. `uid` is the name
    that a calendar gave it, the same for all occurrences of a series; `uid_digest` stands for what it said of it.
    """

    user_id: UUID
    id: UUID
    stream_key: UUID
    title: str
    notes: str = ""
    list_id: UUID | None = None
    status: Status = "open"
    priority: Priority = "none"
    tags: tuple[str, ...] = ()
    due: Due | None = None
    start_date: dt.date | None = None
    subtasks: tuple[Subtask, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    series_id: UUID | None = None
    occurrence_key: str | None = None
    occurrence_number: int | None = None
    predecessor_id: UUID | None = None
    passed_over: int = 0
    trigger: str | None = None
    missed: str | None = None
    opens_at: dt.datetime | None = None
    position: float = 0.0
    version: int = 0
    change: int = 0
    created_at: dt.datetime = NOT_YET
    updated_at: dt.datetime = NOT_YET
    completed_at: dt.datetime | None = None
    deleted_at: dt.datetime | None = None
    withdrawn_at: dt.datetime | None = None
    uid: str | None = None
    uid_digest: str | None = None

    @property
    def due_at(self) -> dt.datetime | None:
        """Return the due instant, derived from `due`."""
        return self.due.instant() if self.due else None

    def moved_to(self, due: Due) -> Task:
        """Return the task due elsewhere, with its start and its absolute reminders shifted by as much."""
        if self.due is None:
            return replace(self, due=due)
        days, shift = due.date - self.due.date, due.instant() - self.due.instant()
        return replace(
            self,
            due=due,
            start_date=self.start_date + days if self.start_date else None,
            reminders=tuple(r if r.at is None else replace(r, at=r.at + shift) for r in self.reminders),
        )

    @property
    def is_live(self) -> bool:
        """Say whether the task is neither deleted nor withdrawn."""
        return self.deleted_at is None and self.withdrawn_at is None

    @property
    def is_open(self) -> bool:
        """Say whether the task is live and still to be done."""
        return self.status == "open" and self.is_live


def wall_time(time: dt.time) -> str:
    """Return a wall time as HH:MM:SS."""
    return time.isoformat(timespec="seconds")
