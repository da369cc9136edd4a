"""Writing heads, newer only; each statement writes many rows, sorted by key by its caller."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from notification_service.domain.heads import SeriesHead, TaskHead, UserHead

UPSERT_TASKS: LiteralString = """
INSERT INTO notifications.task_heads AS h (user_id, task_id, version, title, status, due_date, due_time, due_zone,
  due_at, start_date, reminders, user_time_zone, deleted_at, withdrawn_at, created_at, series_id,
  completed_at, plan_stale)
SELECT r.*, false FROM jsonb_to_recordset(%s) AS r (user_id uuid, task_id uuid, version bigint, title text, status text,
  due_date date, due_time time, due_zone text, due_at timestamptz, start_date date, reminders jsonb,
  user_time_zone text, deleted_at timestamptz, withdrawn_at timestamptz, created_at timestamptz, series_id uuid,
  completed_at timestamptz)
ON CONFLICT (user_id, task_id) DO UPDATE SET
  version = excluded.version, title = excluded.title, status = excluded.status, due_date = excluded.due_date,
  due_time = excluded.due_time, due_zone = excluded.due_zone, due_at = excluded.due_at,
  start_date = excluded.start_date, reminders = excluded.reminders, user_time_zone = excluded.user_time_zone,
  deleted_at = excluded.deleted_at, withdrawn_at = excluded.withdrawn_at, created_at = excluded.created_at,
  series_id = excluded.series_id, completed_at = excluded.completed_at, plan_stale = false
WHERE h.version < excluded.version
RETURNING h.user_id, h.task_id"""

UPSERT_SERIES: LiteralString = """
INSERT INTO notifications.series_heads AS h (user_id, series_id, version, paused)
SELECT r.* FROM jsonb_to_recordset(%s) AS r (user_id uuid, series_id uuid, version bigint, paused boolean)
ON CONFLICT (user_id, series_id) DO UPDATE SET version = excluded.version, paused = excluded.paused
WHERE h.version < excluded.version
RETURNING h.user_id, h.series_id"""

UPSERT_USERS: LiteralString = """
INSERT INTO notifications.user_heads AS h (user_id, version, email, name, time_zone, locale, week_start, deleted_at)
SELECT r.* FROM jsonb_to_recordset(%s) AS r (user_id uuid, version bigint, email text, name text, time_zone text,
  locale text, week_start int, deleted_at timestamptz)
ON CONFLICT (user_id) DO UPDATE SET
  version = excluded.version, email = excluded.email, name = excluded.name, time_zone = excluded.time_zone,
  locale = excluded.locale, week_start = excluded.week_start, deleted_at = excluded.deleted_at
WHERE h.version < excluded.version AND h.deleted_at IS NULL
RETURNING h.user_id"""

# Rows are locked user before series before task before queue before attempt, everywhere.
PEEK_USERS: LiteralString = """
SELECT user_id, version, email, name, time_zone, locale, week_start, deleted_at
FROM notifications.user_heads WHERE user_id = ANY(%s) ORDER BY user_id"""

READ_USERS: LiteralString = f"{PEEK_USERS} FOR SHARE"

PEEK_SERIES: LiteralString = """
SELECT user_id, series_id, version, paused FROM notifications.series_heads
  JOIN unnest(%s::uuid[], %s::uuid[]) AS wanted(user_id, series_id) USING (user_id, series_id)"""

READ_SERIES: LiteralString = f"{PEEK_SERIES} ORDER BY user_id, series_id FOR SHARE OF series_heads"

TASK_COLUMNS: LiteralString = """user_id, task_id, version, title, status, due_date, due_time, due_zone, due_at,
  start_date, reminders, user_time_zone, deleted_at, withdrawn_at, created_at, series_id, completed_at"""

READ_TASKS: LiteralString = f"""
SELECT {TASK_COLUMNS} FROM notifications.task_heads
  JOIN unnest(%b::uuid[], %b::uuid[]) AS wanted(user_id, task_id) USING (user_id, task_id)"""

LOCK_TASKS: LiteralString = f"{READ_TASKS} ORDER BY user_id, task_id FOR UPDATE OF task_heads"

MARK_OF_USERS: LiteralString = """
UPDATE notifications.task_heads SET plan_stale = true
WHERE user_id = ANY(%s) AND status = 'open' AND (reminders <> '[]' OR due_time IS NOT NULL) AND NOT plan_stale"""

# Those marked already are marked again: whoever writes their plan just now may not have seen the series' new head.
MARK_OF_SERIES: LiteralString = """
UPDATE notifications.task_heads h SET plan_stale = true
FROM unnest(%s::uuid[], %s::uuid[]) AS moved(user_id, series_id)
WHERE h.user_id = moved.user_id AND h.series_id = moved.series_id AND h.status = 'open'
  AND (h.reminders <> '[]' OR h.due_time IS NOT NULL)"""

MARK_TASKS: LiteralString = """
UPDATE notifications.task_heads h SET plan_stale = true
FROM unnest(%s::uuid[], %s::uuid[]) AS stale(user_id, task_id)
WHERE h.user_id = stale.user_id AND h.task_id = stale.task_id"""

PEOPLE_OF_STALE: LiteralString = """
SELECT DISTINCT user_id FROM (
  SELECT user_id FROM notifications.task_heads WHERE plan_stale ORDER BY user_id, task_id LIMIT %s) AS first"""

FRESHEN: LiteralString = f"""
UPDATE notifications.task_heads SET plan_stale = false WHERE (user_id, task_id) IN (
  SELECT user_id, task_id FROM notifications.task_heads WHERE plan_stale AND user_id = ANY(%s)
  ORDER BY user_id, task_id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING {TASK_COLUMNS}"""

Key = tuple[UUID, UUID]
Connection = psycopg.AsyncConnection[Any]


async def write_tasks(connection: Connection, heads: Sequence[TaskHead]) -> list[TaskHead]:
    """Write the heads of tasks that are newer than those here; return those. Their plan is the caller's to write."""
    written = {(row[0], row[1]) for row in await write(connection, UPSERT_TASKS, heads)}
    return [head for head in heads if (head.user_id, head.task_id) in written]


async def write_users(connection: Connection, heads: Sequence[UserHead]) -> list[UserHead]:
    """Write the heads of users that are newer than those here and return those; nothing is newer than a deletion."""
    written = {row[0] for row in await write(connection, UPSERT_USERS, heads)}
    return [head for head in heads if head.user_id in written]


async def write_series(connection: Connection, heads: Sequence[SeriesHead]) -> list[SeriesHead]:
    """Write the heads of series that are newer than those here; return those."""
    written = {(row[0], row[1]) for row in await write(connection, UPSERT_SERIES, heads)}
    return [head for head in heads if head.key in written]


async def read_series(connection: Connection, tasks: Iterable[TaskHead]) -> dict[Key, SeriesHead]:
    """Return the heads of these tasks' series by (user, series), held as they are until the transaction ends."""
    return await _series(connection, READ_SERIES, tasks)


async def peek_series(connection: Connection, tasks: Iterable[TaskHead]) -> dict[Key, SeriesHead]:
    """Return the heads of these tasks' series as they are at this moment."""
    return await _series(connection, PEEK_SERIES, tasks)


async def _series(connection: Connection, statement: LiteralString, tasks: Iterable[TaskHead]) -> dict[Key, SeriesHead]:
    keys = sorted({task.series for task in tasks if task.series is not None})
    if not keys:
        return {}
    async with connection.cursor(row_factory=class_row(SeriesHead)) as cursor:
        await cursor.execute(statement, ([user for user, _ in keys], [series for _, series in keys]))
        return {(head.user_id, head.series_id): head for head in await cursor.fetchall()}


async def read_users(connection: Connection, users: Collection[UUID]) -> dict[UUID, UserHead]:
    """Return the heads of users, held as they are until the transaction ends."""
    return await _users(connection, READ_USERS, users)


async def peek_users(connection: Connection, users: Collection[UUID]) -> dict[UUID, UserHead]:
    """Return the heads of users as they are at this moment."""
    return await _users(connection, PEEK_USERS, users)


async def _users(connection: Connection, statement: LiteralString, users: Collection[UUID]) -> dict[UUID, UserHead]:
    if not users:
        return {}
    async with connection.cursor(row_factory=class_row(UserHead)) as cursor:
        await cursor.execute(statement, (sorted(users),))
        return {head.user_id: head for head in await cursor.fetchall()}


async def read_tasks(connection: Connection, keys: Collection[Key], *, lock: bool = False) -> dict[Key, TaskHead]:
    """Return the heads of tasks by (user, task); with `lock` they stay as they are until the transaction ends."""
    if not keys:
        return {}
    async with connection.cursor(row_factory=class_row(TaskHead)) as cursor:
        statement = LOCK_TASKS if lock else READ_TASKS
        await cursor.execute(statement, ([user for user, _ in keys], [task for _, task in keys]))
        return {(head.user_id, head.task_id): head for head in await cursor.fetchall()}


async def mark_tasks_of(connection: Connection, users: Collection[UUID]) -> None:
    """Say that the plans of these users' tasks may have moved, in the transaction that moved the users' heads."""
    await connection.execute(MARK_OF_USERS, (list(users),))


async def mark_tasks_of_series(connection: Connection, series: Sequence[SeriesHead]) -> None:
    """Say that the plans of these series' open tasks may have moved, in the transaction that moved the heads."""
    if series:
        await connection.execute(MARK_OF_SERIES, ([s.user_id for s in series], [s.series_id for s in series]))


async def mark_tasks(connection: Connection, keys: Collection[Key]) -> None:
    """Say that the plans of these tasks have to be written again."""
    if keys:
        await connection.execute(MARK_TASKS, ([user for user, _ in keys], [task for _, task in keys]))


async def people_of_stale_plans(connection: Connection, limit: int) -> list[UUID]:
    """Return whose plans are the first to be written again."""
    return [row[0] for row in await (await connection.execute(PEOPLE_OF_STALE, (limit,))).fetchall()]


async def freshen(connection: Connection, users: Collection[UUID], limit: int) -> list[TaskHead]:
    """Take at most `limit` heads of these users whose plan is stale, now the caller's to write; others are left."""
    async with connection.cursor(row_factory=class_row(TaskHead)) as cursor:
        await cursor.execute(FRESHEN, (list(users), limit))
        return await cursor.fetchall()


async def write(
    connection: Connection, statement: LiteralString, heads: Sequence[TaskHead | SeriesHead | UserHead]
) -> list[Any]:
    """Write heads with one of the statements above, or the same on another table; return the keys of those written."""
    if not heads:
        return []
    rows = [{name: _plain(getattr(head, name)) for name in head.__slots__} for head in heads]
    return await (await connection.execute(statement, (Jsonb(rows),))).fetchall()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | list) else str(value)
