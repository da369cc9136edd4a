"""Writing heads, newer only; each statement writes many rows, sorted by key by its caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from notification_service.domain.heads import TaskHead, UserHead

UPSERT_TASKS: LiteralString = """
INSERT INTO notifications.task_heads AS h (user_id, task_id, version, title, status, due_date, due_time, due_zone,
  due_at, start_date, reminders, user_time_zone, deleted_at, withdrawn_at)
SELECT r.* FROM jsonb_to_recordset(%s) AS r (user_id uuid, task_id uuid, version bigint, title text, status text,
  due_date date, due_time time, due_zone text, due_at timestamptz, start_date date, reminders jsonb,
  user_time_zone text, deleted_at timestamptz, withdrawn_at timestamptz)
ON CONFLICT (user_id, task_id) DO UPDATE SET
  version = excluded.version, title = excluded.title, status = excluded.status, due_date = excluded.due_date,
  due_time = excluded.due_time, due_zone = excluded.due_zone, due_at = excluded.due_at,
  start_date = excluded.start_date, reminders = excluded.reminders, user_time_zone = excluded.user_time_zone,
  deleted_at = excluded.deleted_at, withdrawn_at = excluded.withdrawn_at
WHERE h.version < excluded.version"""

UPSERT_USERS: LiteralString = """
INSERT INTO notifications.user_heads AS h (user_id, version, email, name, time_zone, locale, week_start, deleted_at)
SELECT r.* FROM jsonb_to_recordset(%s) AS r (user_id uuid, version bigint, email text, name text, time_zone text,
  locale text, week_start int, deleted_at timestamptz)
ON CONFLICT (user_id) DO UPDATE SET
  version = excluded.version, email = excluded.email, name = excluded.name, time_zone = excluded.time_zone,
  locale = excluded.locale, week_start = excluded.week_start, deleted_at = excluded.deleted_at
WHERE h.version < excluded.version AND h.deleted_at IS NULL"""

Connection = psycopg.AsyncConnection[Any]


async def write_tasks(connection: Connection, heads: Sequence[TaskHead]) -> None:
    """Write the heads of tasks that are newer than those here."""
    await _write(connection, UPSERT_TASKS, heads)


async def write_users(connection: Connection, heads: Sequence[UserHead]) -> None:
    """Write the heads of users that are newer than those here; nothing is newer than a deletion."""
    await _write(connection, UPSERT_USERS, heads)


async def _write(connection: Connection, statement: LiteralString, heads: Sequence[TaskHead | UserHead]) -> None:
    if heads:
        rows = [{name: _plain(getattr(head, name)) for name in head.__slots__} for head in heads]
        await connection.execute(statement, (Jsonb(rows),))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | list) else str(value)
