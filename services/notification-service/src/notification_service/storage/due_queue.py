"""Taking what is due out of the queue, each reminder into an attempt of its own, in one statement."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg

# The sub-select keeps the clock out of the row filter: a bare clock_timestamp() would read the whole index.
TAKE: LiteralString = """
WITH due AS (
  SELECT user_id, task_id, reminder_id FROM notifications.due_queue
  WHERE fire_at <= (SELECT clock_timestamp()) ORDER BY fire_at LIMIT %s FOR UPDATE SKIP LOCKED
), taken AS (
  DELETE FROM notifications.due_queue q USING due
  WHERE q.user_id = due.user_id AND q.task_id = due.task_id AND q.reminder_id = due.reminder_id
  RETURNING q.user_id, q.task_id, q.reminder_id, q.revision, q.fire_at
), queued AS (
  INSERT INTO notifications.attempts
    (user_id, task_id, reminder_id, revision, fire_at, channel, state, not_before)
  SELECT user_id, task_id, reminder_id, revision, fire_at, 'in_app', 'queued', clock_timestamp() FROM taken
  ON CONFLICT ON CONSTRAINT attempts_once DO NOTHING
)
SELECT count(*) FROM taken"""

Connection = psycopg.AsyncConnection[Any]


async def take(connection: Connection, limit: int) -> int:
    """Move at most `limit` due reminders, oldest first, from the queue to the attempts; return how many."""
    row = await (await connection.execute(TAKE, (limit,))).fetchone()
    return int(row[0]) if row else 0


async def seconds_until_due(connection: Connection) -> float | None:
    """Return in how many seconds the next reminder is due (negative: it is), None when none waits."""
    cursor = await connection.execute(
        "SELECT extract(epoch FROM min(fire_at) - clock_timestamp())::float8 FROM notifications.due_queue"
    )
    row = await cursor.fetchone()
    return row[0] if row else None
