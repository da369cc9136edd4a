"""Heads: what the newest event says of a task, a series and a user, as far as reminders need it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from event_contracts.task import SeriesData, TaskData, UserData


@dataclass(frozen=True, slots=True)
class TaskHead:
    """One task. `due_*` is wall time with its zone, `due_at` the instant in UTC, `reminders` as the events say.

    `created_at` and `completed_at` are None where the head was written before they were kept.
    """

    user_id: UUID
    task_id: UUID
    version: int
    title: str
    status: str
    due_date: dt.date | None
    due_time: dt.time | None
    due_zone: str | None
    due_at: dt.datetime | None
    start_date: dt.date | None
    reminders: list[dict[str, Any]]
    user_time_zone: str
    deleted_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    created_at: dt.datetime | None
    series_id: UUID | None = None
    completed_at: dt.datetime | None = None

    @property
    def key(self) -> tuple[UUID, ...]:
        """Return what names this head."""
        return self.user_id, self.task_id

    @property
    def series(self) -> tuple[UUID, UUID] | None:
        """Return the key of its series' head, None for a task by itself."""
        return None if self.series_id is None else (self.user_id, self.series_id)

    def reminder(self, reminder_id: UUID) -> dict[str, Any]:
        """Return a reminder as the task defines it; empty where it names none of this id."""
        name = str(reminder_id)
        return next((one for one in self.reminders if one["id"] == name), {})


@dataclass(frozen=True, slots=True)
class SeriesHead:
    """One series: paused, its open occurrence reminds nobody."""

    user_id: UUID
    series_id: UUID
    version: int
    paused: bool

    @property
    def key(self) -> tuple[UUID, ...]:
        """Return what names this head."""
        return self.user_id, self.series_id


@dataclass(frozen=True, slots=True)
class UserHead:
    """One account: where it is reached, in which language, and where its days begin."""

    user_id: UUID
    version: int
    email: str | None
    name: str
    time_zone: str
    locale: str
    week_start: int
    deleted_at: dt.datetime | None

    @property
    def key(self) -> tuple[UUID, ...]:
        """Return what names this head."""
        return (self.user_id,)


class Head(Protocol):
    """A head has a version and a key."""

    @property
    def version(self) -> int: ...  # noqa: D102

    @property
    def key(self) -> tuple[UUID, ...]: ...  # noqa: D102


H = TypeVar("H", bound=Head)


def task_head(user_id: UUID, task: TaskData, time_zone: str) -> TaskHead:
    """Return the head of a task; `time_zone` is the user's as the event knew it."""
    due = task.due
    return TaskHead(
        user_id=user_id,
        task_id=task.id,
        version=task.version,
        title=task.title,
        status=task.status,
        due_date=due.date if due else None,
        due_time=due.time if due else None,
        due_zone=due.time_zone if due else None,
        due_at=task.due_at,
        start_date=task.start_date,
        reminders=[reminder.model_dump(mode="json", exclude_none=True) for reminder in task.reminders],
        user_time_zone=time_zone,
        deleted_at=task.deleted_at,
        withdrawn_at=task.withdrawn_at,
        created_at=task.created_at,
        series_id=task.series_id,
        completed_at=task.completed_at,
    )


def series_head(user_id: UUID, series: SeriesData) -> SeriesHead:
    """Return the head of a series."""
    return SeriesHead(user_id, series.id, series.version, series.status == "paused")


def user_head(user: UserData) -> UserHead:
    """Return the head of an account."""
    return UserHead(
        user.id, user.version, user.email, user.name, user.time_zone, user.locale, user.week_start, user.deleted_at
    )


def has_head(task: TaskData) -> bool:
    """Say whether a task has a head here: one that was only made, with neither reminder nor due, has none."""
    return task.version > 1 or bool(task.reminders) or task.due is not None


def may_remind(task: TaskHead) -> bool:
    """Say whether a task may have reminders: its own, or one that its person wants of all with a time."""
    return bool(task.reminders) or task.due_time is not None


def newest(heads: Iterable[H]) -> list[H]:
    """Return the newest head of each key, sorted by key (rows are always locked in that order)."""
    found: dict[tuple[UUID, ...], H] = {}
    for head in heads:
        if head.key not in found or head.version > found[head.key].version:
            found[head.key] = head
    return [found[key] for key in sorted(found)]


def newest_users(heads: Iterable[UserHead]) -> list[UserHead]:
    """Return the newest head of each account, sorted by key; nothing is newer than a deletion."""
    found: dict[tuple[UUID, ...], UserHead] = {}
    for head in heads:
        before = found.get(head.key)
        if before is None or (before.deleted_at is None and head.version > before.version):
            found[head.key] = head
    return [found[key] for key in sorted(found)]
