"""The narrow queue of what is to come: written from plans, and taken from when it is due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from notification_service.domain.plan import STALE_DAYS, Planned

# What was sent, or is being sent, is not planned again, whatever becomes of its task; what was dropped may be.
WRITE: LiteralString = """
WITH planned AS (
  SELECT * FROM unnest(%(users)s::uuid[], %(tasks)s::uuid[], %(reminders)s::uuid[], %(revisions)s::bigint[],
    %(instants)s::timestamptz[]) AS p(user_id, task_id, reminder_id, revision, fire_at)
  WHERE fire_at > (SELECT clock_timestamp()) - %(days)s * interval '1 day' AND NOT EXISTS (
    SELECT 1 FROM notifications.attempts a WHERE a.user_id = p.user_id AND a.task_id = p.task_id
      AND a.reminder_id = p.reminder_id AND a.fire_at = p.fire_at AND a.state <> 'dropped')
), gone AS (
  DELETE FROM notifications.due_queue q
  USING unnest(%(of_users)s::uuid[], %(of_tasks)s::uuid[]) AS moved(user_id, task_id)
  WHERE q.user_id = moved.user_id AND q.task_id = moved.task_id AND NOT EXISTS (
    SELECT 1 FROM planned p WHERE p.user_id = q.user_id AND p.task_id = q.task_id AND p.reminder_id = q.reminder_id)
)
INSERT INTO notifications.due_queue AS q (user_id, task_id, reminder_id, revision, fire_at)
SELECT user_id, task_id, reminder_id, revision, fire_at FROM planned ORDER BY user_id, task_id, reminder_id
ON CONFLICT (user_id, task_id, reminder_id) DO UPDATE SET revision = excluded.revision, fire_at = excluded.fire_at
WHERE (q.revision, q.fire_at) IS DISTINCT FROM (excluded.revision, excluded.fire_at)"""

# The sub-select keeps the clock out of the row filter: a bare clock_timestamp() would read the whole index.
# A dropped attempt is taken up again: its task was done and is open again, or moved there and back.
TAKE: LiteralString = """
WITH due AS (
  SELECT user_id, task_id, reminder_id FROM notifications.due_queue
  WHERE fire_at <= (SELECT clock_timestamp()) ORDER BY fire_at LIMIT %s FOR UPDATE SKIP LOCKED
), taken AS (
  DELETE FROM notifications.due_queue q USING due
  WHERE q.user_id = due.user_id AND q.task_id = due.task_id AND q.reminder_id = due.reminder_id
  RETURNING q.user_id, q.task_id, q.reminder_id, q.revision, q.fire_at
), queued AS (
  INSERT INTO notifications.attempts AS a
    (user_id, task_id, reminder_id, revision, fire_at, channel, state, not_before)
  SELECT user_id, task_id, reminder_id, revision, fire_at, 'in_app', 'queued', clock_timestamp() FROM taken
  ORDER BY user_id, task_id, reminder_id
  ON CONFLICT ON CONSTRAINT attempts_once DO UPDATE SET
    state = 'queued', revision = excluded.revision, not_before = excluded.not_before, queued_at = excluded.not_before,
    tries = 0, claim = NULL, last_error = NULL, settled_at = NULL, held = false
  WHERE a.state = 'dropped'
)
SELECT count(*) FROM taken"""

UNTIL_DUE: LiteralString = """
SELECT CASE WHEN EXISTS (SELECT 1 FROM notifications.task_heads WHERE plan_stale) THEN 0 ELSE
  extract(epoch FROM least(
    (SELECT min(fire_at) FROM notifications.due_queue),
    (SELECT min(not_before) FROM notifications.attempts WHERE state = 'queued'),
    (SELECT min(fire_at) FROM notifications.appointments WHERE fire_at < '9999-01-01Z')
  ) - clock_timestamp()) END::float8"""

Connection = psycopg.AsyncConnection[Any]


async def write(connection: Connection, tasks: Collection[tuple[UUID, UUID]], planned: Sequence[Planned]) -> None:
    """Make the queue say of these (user, task), and of new ones, what was planned, but for what was sent already."""
    if not tasks and not planned:
        return
    await connection.execute(
        WRITE,
        {
            "users": [p.user_id for p in planned],
            "tasks": [p.task_id for p in planned],
            "reminders": [p.reminder_id for p in planned],
            "revisions": [p.revision for p in planned],
            "instants": [p.fire_at for p in planned],
            "days": STALE_DAYS,
            "of_users": [user for user, _ in tasks],
            "of_tasks": [task for _, task in tasks],
        },
    )


async def take(connection: Connection, limit: int) -> int:
    """Move at most `limit` due reminders, oldest first, from the queue to the attempts; return how many."""
    row = await (await connection.execute(TAKE, (limit,))).fetchone()
    return int(row[0]) if row else 0


async def seconds_until_due(connection: Connection) -> float | None:
    """Return in how many seconds something is to be done (negative: it is), None when nothing waits.

    One statement that reads the ends of indexes: it is all that an empty sweep costs.
    """
    row = await (await connection.execute(UNTIL_DUE)).fetchone()
    return row[0] if row else None
