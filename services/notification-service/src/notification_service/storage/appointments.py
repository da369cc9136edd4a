"""When people are next told of their day and week: a row per person and kind, which also remembers the last time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, get_args
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from notification_service.domain.heads import TaskHead, UserHead
from notification_service.domain.preferences import Preferences
from notification_service.domain.summary import Kind, Span, following
from notification_service.storage.heads import TASK_COLUMNS

Connection = psycopg.AsyncConnection[Any]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_TASKS = 1000
NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)

LAST: LiteralString = (
    "SELECT user_id, kind, last_day FROM notifications.appointments WHERE user_id = ANY(%s) FOR UPDATE"
)

# What is due already stays due: whoever is late tells it, and then asks for the next one.
WRITE: LiteralString = """
INSERT INTO notifications.appointments AS a (user_id, kind, fire_at)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[])
ON CONFLICT (user_id, kind) DO UPDATE SET fire_at = excluded.fire_at WHERE a.fire_at > clock_timestamp()"""

# A row that nobody wants any more keeps its last day, out of reach of the sweep.
REST: LiteralString = """
UPDATE notifications.appointments SET fire_at = %s
WHERE (user_id, kind) IN (SELECT * FROM unnest(%s::uuid[], %s::text[]))"""

TAKE: LiteralString = """
SELECT user_id, kind, fire_at, last_day FROM notifications.appointments
WHERE fire_at <= (SELECT clock_timestamp()) AND (%(only)s::uuid IS NULL OR user_id = %(only)s)
ORDER BY fire_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED"""

MOVE: LiteralString = """
UPDATE notifications.appointments a SET fire_at = m.fire_at, last_day = m.last_day
FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::date[]) AS m(user_id, kind, fire_at, last_day)
WHERE a.user_id = m.user_id AND a.kind = m.kind"""

TASKS: LiteralString = f"""
SELECT {TASK_COLUMNS} FROM notifications.task_heads h
WHERE user_id = %(user)s AND deleted_at IS NULL AND withdrawn_at IS NULL
  AND ((status = 'open' AND due_at < %(due_before)s) OR (status = 'done' AND completed_at >= %(done_since)s))
  AND NOT EXISTS (SELECT 1 FROM notifications.series_heads s
    WHERE s.user_id = h.user_id AND s.series_id = h.series_id AND s.paused AND h.status = 'open')
ORDER BY due_at LIMIT %(limit)s"""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person is to be told of a day or week at an instant."""

    user_id: UUID
    kind: Kind
    fire_at: dt.datetime
    last_day: dt.date | None


async def write(
    connection: Connection, users: Sequence[UserHead], wanted: Mapping[UUID, Preferences], now: dt.datetime
) -> None:
    """Make appointments what these people want now. The caller holds their heads."""
    people = [user for user in users if user.user_id in wanted]
    if not people:
        return
    cursor = await connection.execute(LAST, ([user.user_id for user in people],))
    last = {(row[0], row[1]): row[2] for row in await cursor.fetchall()}
    found = [
        (
            user.user_id,
            kind,
            None
            if user.deleted_at
            else following(kind, wanted[user.user_id], user.time_zone, now, last.get((user.user_id, kind))),
        )
        for user in people
        for kind in KINDS
    ]
    set_ones = [one for one in found if one[2] is not None]
    if set_ones:
        await connection.execute(WRITE, tuple(list(column) for column in zip(*set_ones, strict=True)))
    rest = [one for one in found if one[2] is None and (one[0], one[1]) in last]
    if rest:
        await connection.execute(REST, (NEVER, [one[0] for one in rest], [one[1] for one in rest]))


async def take(connection: Connection, limit: int, only: UUID | None = None) -> list[Appointment]:
    """Return what is due, the caller's until its transaction ends; what another has is left."""
    async with connection.cursor(row_factory=class_row(Appointment)) as cursor:
        await cursor.execute(TAKE, {"limit": limit, "only": only})
        return await cursor.fetchall()


async def move(connection: Connection, moved: Sequence[Appointment]) -> None:
    """Write when these people are told next, and of which day they were told last."""
    given = [[getattr(one, name) for one in moved] for name in ("user_id", "kind", "fire_at", "last_day")]
    await connection.execute(MOVE, given)


async def tasks_of(connection: Connection, user_id: UUID, span: Span) -> list[TaskHead]:
    """Return the tasks of a person that a summary looks at."""
    async with connection.cursor(row_factory=class_row(TaskHead)) as cursor:
        await cursor.execute(
            TASKS,
            {"user": user_id, "due_before": span.due_before, "done_since": span.done_since, "limit": MOST_TASKS},
        )
        return await cursor.fetchall()


async def forget(connection: Connection, users: Collection[UUID]) -> None:
    """Delete the appointments of people who are gone."""
    if users:
        await connection.execute("DELETE FROM notifications.appointments WHERE user_id = ANY(%s)", (list(users),))
