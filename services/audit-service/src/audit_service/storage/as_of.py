"""Reading tasks as they were at an instant: each one's last event until then carries its whole state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from audit_service.storage.rows import COLUMNS, HistoryRow, fetch, with_records

_LAST = f"""
  SELECT {COLUMNS} FROM audit.entries
  WHERE user_id = %(user_id)s AND task_id = {{task}} AND occurred_at <= %(at)s AND type LIKE 'todo.task.%%'
  ORDER BY occurred_at DESC, event_id DESC LIMIT 1"""

ONE = f"""
WITH page AS ({_LAST.format(task="%(task_id)s")})
{with_records("page")}"""

_FIRST_AFTER = """
  SELECT task_id FROM audit.entries WHERE user_id = %(user_id)s AND task_id > {task} ORDER BY task_id LIMIT 1"""

TASKS = f"""
WITH RECURSIVE tasks (task_id) AS (
  ({_FIRST_AFTER.format(task="%(after)s")})
  UNION ALL
  SELECT ({_FIRST_AFTER.format(task="tasks.task_id")}) FROM tasks WHERE tasks.task_id IS NOT NULL
)
SELECT task_id FROM (SELECT task_id FROM tasks LIMIT %(limit)s) looked_at WHERE task_id IS NOT NULL"""
"""From one task to the next through the index, so that a task of a thousand events costs no more than one of two."""

LAST_OF_EACH = f"""
WITH page AS (
  SELECT last.* FROM unnest(%(task_ids)s::uuid[]) wanted (task_id), LATERAL ({_LAST.format(task="wanted.task_id")}) last
)
{with_records("page")} ORDER BY page.task_id"""


@dataclass(frozen=True, slots=True)
class Tasks:
    """The last events of tasks in the order of their ids; `next` is the task to read on after, None at the end."""

    rows: Sequence[HistoryRow]
    next: UUID | None


async def task_as_of(
    connection: psycopg.AsyncConnection[Any], user_id: UUID, task_id: UUID, at: dt.datetime
) -> HistoryRow | None:
    """Return the last event of a user's task at or before an instant; None before there was such a task."""
    rows = await fetch(connection, ONE, {"user_id": user_id, "task_id": task_id, "at": at})
    return rows[0] if rows else None


async def tasks_as_of(
    connection: psycopg.AsyncConnection[Any], user_id: UUID, at: dt.datetime, after: UUID, limit: int
) -> Tasks:
    """Look at the next `limit` tasks of a user and return the last events of those that there were at an instant."""
    found = await connection.execute(TASKS.encode(), {"user_id": user_id, "after": after, "limit": limit + 1})
    ids = [row[0] for row in await found.fetchall()]
    looked_at = ids[:limit]
    rows = await fetch(connection, LAST_OF_EACH, {"user_id": user_id, "task_ids": looked_at, "at": at})
    return Tasks(rows, looked_at[-1] if len(ids) > limit else None)
