"""Heads: what the newest event says of a task, a series, a user, as far as repetition needs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar
from uuid import UUID

from event_contracts.task import SeriesData, TaskData, UserData


@dataclass(frozen=True, slots=True)
class Origin:
    """The event that a head was read from: what its consequences name as their cause. All None: an answer."""

    event_id: UUID | None = None
    correlation_id: UUID | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class TaskHead:
    """One occurrence. `closed_at` is the instant at which it was done, skipped or missed; None while it is open.

    `reminders` are those of the event, as JSON values: with due and start they say when the next one opens by schedule.
    `user_time_zone` is where the user's days begin as the event knew it: it counts until the user's own head is here.
    """

    user_id: UUID
    task_id: UUID
    version: int
    series_id: UUID | None
    status: str
    occurrence_key: str | None
    occurrence_number: int | None
    due_date: dt.date | None
    closed_at: dt.datetime | None
    deleted_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    user_time_zone: str
    event_id: UUID | None
    correlation_id: UUID | None
    traceparent: str | None
    due_time: dt.time | None
    due_zone: str | None
    start_date: dt.date | None
    reminders: list[Any]

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Return what names this head."""
        return self.user_id, self.task_id


@dataclass(frozen=True, slots=True)
class SeriesHead:
    """One series: its rule, exceptions and policies, and where it starts in wall time."""

    user_id: UUID
    series_id: UUID
    version: int
    status: str
    rrule: str
    anchor: str
    missed: str
    trigger: str
    exdates: list[str]
    rdates: list[str]
    start_date: dt.date
    start_time: dt.time | None
    start_zone: str
    resume_on: dt.date | None
    resumed_at: dt.datetime | None
    on_holiday: str

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Return what names this head."""
        return self.user_id, self.series_id


@dataclass(frozen=True, slots=True)
class UserHead:
    """One account. `country` and `region` say whose public holidays are the user's; without a country: nobody's."""

    user_id: UUID
    version: int
    time_zone: str
    week_start: int
    deleted_at: dt.datetime | None
    country: str | None
    region: str | None

    @property
    def key(self) -> tuple[UUID]:
        """Return what names this head."""
        return (self.user_id,)


class Head(Protocol):
    """A head has a version and a key."""

    @property
    def version(self) -> int: ...  # noqa: D102

    @property
    def key(self) -> tuple[UUID, ...]: ...  # noqa: D102


H = TypeVar("H", bound=Head)


def task_head(user_id: UUID, task: TaskData, time_zone: str, at: dt.datetime, origin: Origin) -> TaskHead:
    """Return the head of a task after an act at the instant `at`."""
    closed_at = None if task.status == "open" else task.completed_at if task.status == "done" else at
    return TaskHead(
        user_id=user_id,
        task_id=task.id,
        version=task.version,
        series_id=task.series_id,
        status=task.status,
        occurrence_key=task.occurrence_key,
        occurrence_number=task.occurrence_number,
        due_date=task.due.date if task.due else None,
        closed_at=closed_at or (None if task.status == "open" else at),
        deleted_at=task.deleted_at,
        withdrawn_at=task.withdrawn_at,
        user_time_zone=time_zone,
        event_id=origin.event_id,
        correlation_id=origin.correlation_id,
        traceparent=origin.traceparent,
        due_time=task.due.time if task.due else None,
        due_zone=task.due.time_zone if task.due else None,
        start_date=task.start_date,
        reminders=[reminder.model_dump(mode="json") for reminder in task.reminders],
    )


def series_head(user_id: UUID, series: SeriesData) -> SeriesHead:
    """Return the head of a series."""
    recurrence, start = series.recurrence, series.start
    return SeriesHead(
        user_id=user_id,
        series_id=series.id,
        version=series.version,
        status=series.status,
        rrule=recurrence.rrule,
        anchor=recurrence.anchor,
        missed=recurrence.missed,
        trigger=recurrence.trigger,
        exdates=list(recurrence.exdates),
        rdates=list(recurrence.rdates),
        start_date=start.date,
        start_time=start.time,
        start_zone=start.time_zone,
        resume_on=series.resume_on,
        resumed_at=series.resumed_at,
        on_holiday=recurrence.on_holiday,
    )


def user_head(user: UserData) -> UserHead:
    """Return the head of an account."""
    return UserHead(user.id, user.version, user.time_zone, user.week_start, user.deleted_at, user.country, user.region)


def newest(heads: Iterable[H]) -> list[H]:
    """Return the newest head of each key, sorted by key (rows are always locked in that order)."""
    found: dict[tuple[UUID, ...], H] = {}
    for head in heads:
        if head.key not in found or head.version > found[head.key].version:
            found[head.key] = head
    return [found[key] for key in sorted(found)]


def newest_tasks(heads: Iterable[TaskHead]) -> list[TaskHead]:
    """Return the newest head of each task; what was skipped or missed keeps the instant at which that happened."""
    found: dict[tuple[UUID, UUID], TaskHead] = {}
    for head in heads:
        before = found.get(head.key)
        if before is not None and head.version <= before.version:
            continue
        if before is not None and head.status == before.status and head.status in ("skipped", "missed"):
            head = replace(head, closed_at=before.closed_at)  # noqa: PLW2901 - the head as it is kept
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
