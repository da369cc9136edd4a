"""Writing heads, newer only; each statement writes many rows, sorted by key by its caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from recurring_task_service.domain.heads import SeriesHead, TaskHead, UserHead

# A task that never repeated needs no head; one that did keeps its own whatever it becomes.
UPSERT_TASKS: LiteralString = """
INSERT INTO recurring.task_heads AS h (user_id, task_id, version, series_id, status, occurrence_key, occurrence_number,
  due_date, closed_at, deleted_at, withdrawn_at, user_time_zone, event_id, correlation_id, traceparent,
  due_time, due_zone, start_date, reminders)
SELECT r.* FROM jsonb_to_recordset(%s) AS r (user_id uuid, task_id uuid, version bigint, series_id uuid, status text,
  occurrence_key text, occurrence_number int, due_date date, closed_at timestamptz, deleted_at timestamptz,
  withdrawn_at timestamptz, user_time_zone text, event_id uuid, correlation_id uuid, traceparent text,
  due_time time, due_zone text, start_date date, reminders jsonb)
WHERE r.series_id IS NOT NULL
  OR EXISTS (SELECT 1 FROM recurring.task_heads k WHERE k.user_id = r.user_id AND k.task_id = r.task_id)
ON CONFLICT (user_id, task_id) DO UPDATE SET
  version = excluded.version, series_id = excluded.series_id, status = excluded.status,
  occurrence_key = excluded.occurrence_key, occurrence_number = excluded.occurrence_number,
  due_date = excluded.due_date, deleted_at = excluded.deleted_at, withdrawn_at = excluded.withdrawn_at,
  closed_at = CASE WHEN excluded.status IN ('skipped', 'missed') AND h.status = excluded.status
                   THEN coalesce(h.closed_at, excluded.closed_at) ELSE excluded.closed_at END,
  user_time_zone = excluded.user_time_zone, event_id = excluded.event_id,
  correlation_id = excluded.correlation_id, traceparent = excluded.traceparent, due_time = excluded.due_time,
  due_zone = excluded.due_zone, start_date = excluded.start_date, reminders = excluded.reminders
WHERE h.version < excluded.version"""

UPSERT_SERIES: LiteralString = """
INSERT INTO recurring.series_heads AS h (user_id, series_id, version, status, rrule, anchor, missed, trigger,
  exdates, rdates, start_date, start_time, start_zone, resume_on, resumed_at, on_holiday)
SELECT r.user_id, r.series_id, r.version, r.status, r.rrule, r.anchor, r.missed, r.trigger,
  ARRAY(SELECT jsonb_array_elements_text(r.exdates)), ARRAY(SELECT jsonb_array_elements_text(r.rdates)),
  r.start_date, r.start_time, r.start_zone, r.resume_on, r.resumed_at, r.on_holiday
FROM jsonb_to_recordset(%s) AS r (user_id uuid, series_id uuid, version bigint, status text, rrule text, anchor text,
  missed text, trigger text, exdates jsonb, rdates jsonb, start_date date, start_time time, start_zone text,
  resume_on date, resumed_at timestamptz, on_holiday text)
ON CONFLICT (user_id, series_id) DO UPDATE SET
  version = excluded.version, status = excluded.status, rrule = excluded.rrule, anchor = excluded.anchor,
  missed = excluded.missed, trigger = excluded.trigger, exdates = excluded.exdates, rdates = excluded.rdates,
  start_date = excluded.start_date, start_time = excluded.start_time, start_zone = excluded.start_zone,
  resume_on = excluded.resume_on, resumed_at = excluded.resumed_at, on_holiday = excluded.on_holiday
WHERE h.version < excluded.version"""

UPSERT_USERS: LiteralString = """
INSERT INTO recurring.user_heads AS h (user_id, version, time_zone, week_start, deleted_at, country, region)
SELECT r.* FROM jsonb_to_recordset(%s) AS r (user_id uuid, version bigint, time_zone text, week_start int,
  deleted_at timestamptz, country text, region text)
ON CONFLICT (user_id) DO UPDATE SET
  version = excluded.version, time_zone = excluded.time_zone, week_start = excluded.week_start,
  deleted_at = excluded.deleted_at, country = excluded.country, region = excluded.region
WHERE h.version < excluded.version AND h.deleted_at IS NULL"""

PRUNE_TASKS: LiteralString = """
DELETE FROM recurring.task_heads WHERE (user_id, task_id) IN (
  SELECT h.user_id, h.task_id FROM recurring.task_heads h
  WHERE (h.status <> 'open' OR h.deleted_at IS NOT NULL)
    AND greatest(h.closed_at, h.deleted_at, h.withdrawn_at) < now() - %(days)s * interval '1 day'
    AND (h.series_id IS NULL OR EXISTS (
      SELECT 1 FROM recurring.task_heads k WHERE k.user_id = h.user_id AND k.series_id = h.series_id
        AND k.withdrawn_at IS NULL
        AND (k.occurrence_number, k.occurrence_key) > (h.occurrence_number, h.occurrence_key)))
  LIMIT %(limit)s)"""

KEEP_BATCH = 5000
"""How many heads are forgotten by one statement, at most."""

Connection = psycopg.AsyncConnection[Any]


async def write_tasks(connection: Connection, heads: Sequence[TaskHead]) -> None:
    """Write the heads of tasks that are newer than those here."""
    await write(connection, UPSERT_TASKS, heads)


async def write_series(connection: Connection, heads: Sequence[SeriesHead]) -> None:
    """Write the heads of series that are newer than those here."""
    await write(connection, UPSERT_SERIES, heads)


async def write_users(connection: Connection, heads: Sequence[UserHead]) -> None:
    """Write the heads of users that are newer than those here; nothing is newer than a deletion."""
    await write(connection, UPSERT_USERS, heads)


async def series_of_users(
    connection: Connection, gone: Sequence[UUID], there: Sequence[UUID]
) -> list[tuple[UUID, UUID]]:
    """Return (user, series) of all series of users who are gone, and of those that mind holidays of the others."""
    cursor = await connection.execute(
        "SELECT user_id, series_id FROM recurring.series_heads"
        " WHERE user_id = ANY(%s) OR (user_id = ANY(%s) AND on_holiday <> 'ignore')",
        (list(gone), list(there)),
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def series_of_tasks(connection: Connection, tasks: Sequence[TaskHead]) -> list[tuple[UUID, UUID]]:
    """Return (user, series) of the series that these tasks were in until now."""
    cursor = await connection.execute(
        """
        SELECT DISTINCT h.user_id, h.series_id FROM unnest(%s::uuid[], %s::uuid[]) AS t(user_id, task_id)
          JOIN recurring.task_heads h USING (user_id, task_id) WHERE h.series_id IS NOT NULL""",
        ([task.user_id for task in tasks], [task.task_id for task in tasks]),
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def prune_tasks(connection: Connection, keep_days: int, limit: int) -> int:
    """Delete heads of occurrences that a newer one of their series has left behind for some days; return how many.

    The newest occurrence of a series stays for ever, since the next one is measured from it.
    """
    return await prune(connection, PRUNE_TASKS, keep_days, limit)


async def prune(connection: Connection, statement: LiteralString, keep_days: int, limit: int) -> int:
    """Run PRUNE_TASKS, or the same on another table; return how many heads went."""
    return (await connection.execute(statement, {"days": keep_days, "limit": limit})).rowcount


async def write(
    connection: Connection, statement: LiteralString, heads: Sequence[TaskHead | SeriesHead | UserHead]
) -> None:
    """Write heads with one of the statements above, or the same on another table."""
    if heads:
        rows = [{name: _plain(getattr(head, name)) for name in head.__slots__} for head in heads]
        await connection.execute(statement, (Jsonb(rows),))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | list) else str(value)
