"""Reminders that were put off: one row per task, gone with its completion."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from notification_service.domain.heads import TaskHead
from notification_service.domain.snooze import Snooze

Connection = psycopg.AsyncConnection[Any]
Key = tuple[UUID, UUID]

READ: LiteralString = """
SELECT user_id, task_id, reminder_id, until, made_at FROM notifications.snoozes
  JOIN unnest(%s::uuid[], %s::uuid[]) AS wanted(user_id, task_id) USING (user_id, task_id)"""

WRITE: LiteralString = """
INSERT INTO notifications.snoozes (user_id, task_id, reminder_id, until, made_at)
VALUES (%(user_id)s, %(task_id)s, %(reminder_id)s, %(until)s, %(made_at)s)
ON CONFLICT (user_id, task_id) DO UPDATE SET
  reminder_id = excluded.reminder_id, until = excluded.until, made_at = excluded.made_at"""

FORGET: LiteralString = """
DELETE FROM notifications.snoozes s USING unnest(%s::uuid[], %s::uuid[]) AS closed(user_id, task_id)
WHERE s.user_id = closed.user_id AND s.task_id = closed.task_id"""

# The task that a person was told of by this reminder, one by one or in a digest; else the one that names it.
TASK_OF: LiteralString = """
SELECT coalesce(
  (SELECT coalesce(m.task_id, (SELECT (item ->> 'task_id')::uuid FROM jsonb_array_elements(m.digest) AS item
                               WHERE item ->> 'reminder_id' = %(reminder)s::text LIMIT 1))
   FROM notifications.messages m
   WHERE m.user_id = %(user)s AND (m.reminder_id = %(reminder)s
     OR m.digest @> jsonb_build_array(jsonb_build_object('reminder_id', %(reminder)s::text)))
   ORDER BY m.number DESC LIMIT 1),
  (SELECT task_id FROM notifications.task_heads
   WHERE user_id = %(user)s AND status = 'open'
     AND reminders @> jsonb_build_array(jsonb_build_object('id', %(reminder)s::text)) LIMIT 1))"""


async def read(connection: Connection, tasks: Collection[Key]) -> dict[Key, Snooze]:
    """Return what was put off of these (user, task)."""
    if not tasks:
        return {}
    async with connection.cursor(row_factory=class_row(Snooze)) as cursor:
        await cursor.execute(READ, ([user for user, _ in tasks], [task for _, task in tasks]))
        return {(one.user_id, one.task_id): one for one in await cursor.fetchall()}


async def write(connection: Connection, snooze: Snooze) -> None:
    """Put a task's reminder off, in place of what was put off before."""
    await connection.execute(WRITE, {name: getattr(snooze, name) for name in snooze.__slots__})


async def forget_closed(connection: Connection, tasks: Collection[TaskHead]) -> None:
    """Forget what was put off of those of these tasks that are not to be done any more."""
    closed = [t for t in tasks if t.status != "open" or t.deleted_at or t.withdrawn_at]
    if closed:
        await connection.execute(FORGET, ([t.user_id for t in closed], [t.task_id for t in closed]))


async def forget(connection: Connection, users: Collection[UUID]) -> None:
    """Delete what people put off, since they are gone."""
    if users:
        await connection.execute("DELETE FROM notifications.snoozes WHERE user_id = ANY(%s)", (list(users),))


async def task_of(connection: Connection, user_id: UUID, reminder_id: UUID) -> UUID | None:
    """Return of which task a person's reminder is, None when there is no such reminder."""
    row = await (await connection.execute(TASK_OF, {"user": user_id, "reminder": reminder_id})).fetchone()
    return row[0] if row else None
