"""What is wanted: derived from the heads, claimed for a term, marked under the fence of the claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from event_contracts.task import OPEN_OCCURRENCES_LIMIT
from psycopg.rows import class_row

from recurring_task_service.domain.decide import Job

Connection = psycopg.AsyncConnection[Any]
Pair = tuple[UUID, UUID]

# Two transactions that move one series (a rebalance, an answer of the backend) follow each other.
LOCK: LiteralString = """
SELECT pg_advisory_xact_lock(hashtextextended('recurring.series ' || s.series_id::text, 0))
FROM (SELECT DISTINCT series_id FROM unnest(%s::uuid[]) AS u(series_id) ORDER BY series_id) AS s"""

# A series is wanted when it is active, its newest occurrence is closed and none is open. By schedule it is wanted
# beside an open one, too (with `each` beside fewer than ten), and paused it is where a day is named for its going on:
# the first claim finds out when that is due and puts the row off until then. A row that is there for the same state
# keeps its instant, its back-off and its claim; a new state starts afresh and voids a claim in flight.
DERIVE: LiteralString = """
WITH affected AS (
  SELECT DISTINCT * FROM unnest(%(users)s::uuid[], %(series)s::uuid[]) AS a(user_id, series_id)
), newest AS (
  SELECT DISTINCT ON (t.user_id, t.series_id) t.user_id, t.series_id, t.task_id, t.version, t.status
  FROM recurring.task_heads t JOIN affected USING (user_id, series_id)
  WHERE t.withdrawn_at IS NULL AND t.occurrence_key IS NOT NULL
  ORDER BY t.user_id, t.series_id, t.occurrence_number DESC NULLS LAST, t.occurrence_key DESC, t.task_id DESC
), due AS (
  SELECT n.user_id, n.series_id, n.task_id, n.version, s.version AS series_version,
    CASE WHEN s.on_holiday = 'ignore' THEN '' ELSE concat_ws('-', u.country, u.region) END AS holidays
  FROM newest n JOIN recurring.series_heads s USING (user_id, series_id)
    LEFT JOIN recurring.user_heads u ON u.user_id = n.user_id
    CROSS JOIN LATERAL (
      SELECT count(*) AS all, count(*) FILTER (WHERE o.task_id <> n.task_id) AS others
      FROM recurring.task_heads o WHERE o.user_id = n.user_id AND o.series_id = n.series_id
        AND o.status = 'open' AND o.deleted_at IS NULL AND o.withdrawn_at IS NULL) open
  WHERE u.deleted_at IS NULL AND CASE
    WHEN s.status = 'paused' THEN s.resume_on IS NOT NULL
    WHEN s.status <> 'active' THEN false
    WHEN s.trigger = 'on_completion' THEN n.status <> 'open' AND open.all = 0
    WHEN s.missed = 'each' THEN open.all < %(most_open)s
    ELSE open.others = 0 END
), gone AS (
  DELETE FROM recurring.wanted w USING affected a
  WHERE w.user_id = a.user_id AND w.series_id = a.series_id AND NOT EXISTS (
    SELECT 1 FROM due d WHERE d.user_id = a.user_id AND d.series_id = a.series_id)
)
INSERT INTO recurring.wanted AS w (user_id, series_id, predecessor_id, predecessor_version, series_version, holidays)
SELECT user_id, series_id, task_id, version, series_version, holidays FROM due ORDER BY user_id, series_id
ON CONFLICT (user_id, series_id) DO UPDATE SET
  predecessor_id = excluded.predecessor_id, predecessor_version = excluded.predecessor_version,
  series_version = excluded.series_version, holidays = excluded.holidays, not_before = clock_timestamp(), attempts = 0,
  claim = NULL, last_error = NULL
WHERE (w.predecessor_id, w.predecessor_version, w.series_version, w.holidays)
  IS DISTINCT FROM
  (excluded.predecessor_id, excluded.predecessor_version, excluded.series_version, excluded.holidays)"""

# The versions stand in the join so that a row claimed while its heads moved is left to its next turn, never mixed.
# The sub-select keeps the clock out of the row filter: a bare clock_timestamp() would read the whole index.
# A share goes to what is newest: after an outage somebody who does a task now does not wait behind all arrears.
CLAIM: LiteralString = """
WITH oldest AS (
  SELECT user_id, series_id FROM recurring.wanted WHERE not_before <= (SELECT clock_timestamp())
  ORDER BY not_before LIMIT %(limit)s - %(fresh)s FOR UPDATE SKIP LOCKED
), newest AS (
  SELECT user_id, series_id FROM recurring.wanted WHERE not_before <= (SELECT clock_timestamp())
  ORDER BY not_before DESC LIMIT %(fresh)s FOR UPDATE SKIP LOCKED
), due AS (
  SELECT * FROM oldest UNION SELECT * FROM newest
), claimed AS (
  UPDATE recurring.wanted w SET claim = gen_random_uuid(), attempts = attempts + 1,
    not_before = clock_timestamp() + %(lease)s * interval '1 second'
  FROM due WHERE w.user_id = due.user_id AND w.series_id = due.series_id
  RETURNING w.*
)
SELECT c.user_id, c.series_id, c.predecessor_id, c.predecessor_version, c.series_version, c.claim, c.attempts,
  t.status = 'open' AND t.deleted_at IS NULL AS predecessor_open,
  t.occurrence_key, coalesce(t.occurrence_number, 1) AS occurrence_number,
  t.due_date, t.due_time, t.due_zone, t.start_date AS begin_date, t.reminders, t.closed_at,
  coalesce(u.time_zone, t.user_time_zone) AS day_zone, clock_timestamp() AS now,
  s.status, s.rrule, s.anchor, s.missed, s.trigger, s.exdates, s.rdates, s.start_date, s.start_time, s.start_zone,
  s.on_holiday, u.country, u.region, s.resume_on, s.resumed_at, t.event_id, t.correlation_id, t.traceparent
FROM claimed c
  JOIN recurring.task_heads t ON t.user_id = c.user_id AND t.task_id = c.predecessor_id
    AND t.version = c.predecessor_version
  JOIN recurring.series_heads s ON s.user_id = c.user_id AND s.series_id = c.series_id
    AND s.version = c.series_version
  LEFT JOIN recurring.user_heads u ON u.user_id = c.user_id"""

DROP: LiteralString = "DELETE FROM recurring.wanted WHERE user_id = %s AND series_id = %s AND claim = %s"

POSTPONE: LiteralString = """
UPDATE recurring.wanted SET claim = NULL, last_error = %s,
  not_before = clock_timestamp() + %s * interval '1 second'
WHERE user_id = %s AND series_id = %s AND claim = %s"""


WAIT: LiteralString = """
UPDATE recurring.wanted SET claim = NULL, attempts = 0, last_error = NULL,
  not_before = coalesce(%s::timestamptz, 'infinity')
WHERE user_id = %s AND series_id = %s AND claim = %s"""


async def lock(connection: Connection, pairs: Collection[Pair]) -> None:
    """Make transactions that move one of these series wait for each other."""
    await connection.execute(LOCK, ([series for _, series in pairs],))


async def derive(connection: Connection, pairs: Collection[Pair]) -> None:
    """Make `wanted` say of these series what their heads say, in the transaction that moved the heads."""
    if pairs:
        users, series = [user for user, _ in pairs], [series for _, series in pairs]
        asked = {"users": users, "series": series, "most_open": OPEN_OCCURRENCES_LIMIT}
        await connection.execute(DERIVE, asked)


async def claim(connection: Connection, limit: int, lease_seconds: float) -> list[Job]:
    """Claim what is due, each for one lease by the database's clock: the oldest, and the newest for a quarter of it."""
    async with connection.cursor(row_factory=class_row(Job)) as cursor:
        await cursor.execute(CLAIM, {"limit": limit, "fresh": (limit + 2) // 4, "lease": lease_seconds})
        return await cursor.fetchall()


async def drop(connection: Connection, job: Job) -> None:
    """Forget a wish that is settled, unless its claim has lapsed or the heads have moved since."""
    await connection.execute(DROP, (job.user_id, job.series_id, job.claim))


async def postpone(connection: Connection, job: Job, seconds: float, error: str) -> None:
    """Give a claim back until some seconds from now, with what went wrong."""
    await connection.execute(POSTPONE, (error[:1000], seconds, job.user_id, job.series_id, job.claim))


async def wait(connection: Connection, job: Job, until: dt.datetime | None) -> None:
    """Put a wish off until its instant (None: until its heads move), as if it had not been claimed."""
    await connection.execute(WAIT, (until, job.user_id, job.series_id, job.claim))


async def seconds_until_due(connection: Connection) -> float | None:
    """Return in how many seconds the next wish is due (negative: it is), None when there is none."""
    cursor = await connection.execute(
        "SELECT extract(epoch FROM min(not_before) - clock_timestamp())::float8 FROM recurring.wanted"
        " WHERE not_before < 'infinity'"
    )
    row = await cursor.fetchone()
    return row[0] if row else None
