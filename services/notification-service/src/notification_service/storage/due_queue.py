"""The narrow queue of what is to come: written from plans, and taken from when it is due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from notification_service.domain.attempt import Attempt
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
  WHERE fire_at <= (SELECT clock_timestamp()) ORDER BY fire_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), taken AS (
  DELETE FROM notifications.due_queue q USING due
  WHERE q.user_id = due.user_id AND q.task_id = due.task_id AND q.reminder_id = due.reminder_id
  RETURNING q.user_id, q.task_id, q.reminder_id, q.revision, q.fire_at
), term AS (
  SELECT clock_timestamp() AS now, CASE WHEN count(*) < %(limit)s THEN %(claim)s::uuid END AS claim FROM taken
), queued AS (
  INSERT INTO notifications.attempts AS a
    (user_id, task_id, reminder_id, revision, fire_at, channel, state, queued_at, claim, tries, not_before)
  SELECT user_id, task_id, reminder_id, revision, fire_at, 'in_app', 'queued', now, claim, (claim IS NOT NULL)::int,
    now + CASE WHEN claim IS NOT NULL THEN %(lease)s * interval '1 second' ELSE interval '0' END
  FROM taken CROSS JOIN term ORDER BY user_id, task_id, reminder_id
  ON CONFLICT ON CONSTRAINT attempts_once DO UPDATE SET
    state = 'queued', revision = excluded.revision, queued_at = excluded.queued_at, claim = excluded.claim,
    tries = excluded.tries, not_before = excluded.not_before, last_error = NULL, settled_at = NULL, held = false
  WHERE a.state = 'dropped'
  RETURNING attempt_id, user_id, task_id, reminder_id, revision, fire_at, claim, tries, queued_at, held, version
)
SELECT (SELECT count(*) FROM taken), queued.* FROM (SELECT) AS always LEFT JOIN queued ON claim IS NOT NULL"""

WAITING: LiteralString = """
SELECT EXISTS (SELECT 1 FROM notifications.task_heads WHERE plan_stale) AS stale,
  extract(epoch FROM (SELECT min(fire_at) FROM notifications.due_queue) - clock_timestamp())::float8 AS reminders,
  extract(epoch FROM (SELECT min(not_before) FROM notifications.attempts WHERE state = 'queued')
    - clock_timestamp())::float8 AS attempts,
  extract(epoch FROM (SELECT min(fire_at) FROM notifications.appointments WHERE fire_at < '9999-01-01Z')
    - clock_timestamp())::float8 AS appointments"""

Connection = psycopg.AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many reminders were taken from the queue, and those of them that are claimed already."""

    count: int
    claimed: list[Attempt]


@dataclass(frozen=True, slots=True)
class Waiting:
    """In how many seconds something is to be done (negative: it is), of each kind; None: nothing of it waits.

    `stale`: some plans are to be made anew.
    """

    stale: bool
    reminders: float | None
    attempts: float | None
    appointments: float | None

    @property
    def seconds(self) -> float | None:
        """Return in how many seconds anything is to be done, None when nothing waits."""
        found = (0.0 if self.stale else None, self.reminders, self.attempts, self.appointments)
        return min((seconds for seconds in found if seconds is not None), default=None)


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


async def take(connection: Connection, limit: int, claim: UUID | None = None, lease_seconds: float = 0.0) -> Taken:
    """Move at most `limit` due reminders, oldest first, from the queue to the attempts.

    With a `claim` they are claimed at once, for one lease by the database's clock, unless they are as many as the
    limit: then more may be due of the same people, and all of it is to be there before any is claimed.
    """
    given = {"limit": limit, "claim": claim, "lease": lease_seconds}
    rows = await (await connection.execute(TAKE, given)).fetchall()
    return Taken(rows[0][0], [Attempt(*row[1:], waited=0.0) for row in rows if row[1] is not None])


async def look(connection: Connection) -> Waiting:
    """Return what is to be done next, by kind.

    One statement that reads the ends of indexes: it is all that an empty sweep costs.
    """
    async with connection.cursor(row_factory=class_row(Waiting)) as cursor:
        await cursor.execute(WAITING)
        found = await cursor.fetchone()
    return found or Waiting(False, None, None, None)
