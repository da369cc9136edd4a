"""The heads beside the live ones while a rebuild runs: written by the same statements, taken over table by table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from event_spine import takeover
from event_spine.rebuild import Swapped
from event_spine.takeover import Projected

from notification_service.domain.heads import SeriesHead, TaskHead, UserHead
from notification_service.storage import heads
from notification_service.storage.schema import SCHEMA

Connection = psycopg.AsyncConnection[Any]
Key = tuple[UUID, UUID]

_TASKS: LiteralString = heads.UPSERT_TASKS.replace("notifications.task_heads", "notifications.next_task_heads")
_SERIES: LiteralString = heads.UPSERT_SERIES.replace("notifications.series_heads", "notifications.next_series_heads")
_USERS: LiteralString = heads.UPSERT_USERS.replace("notifications.user_heads", "notifications.next_user_heads")

# What is stale is planned by the sweep, which sees to it that nobody plans it twice at once.
_TO_PLAN: LiteralString = """
SELECT user_id, task_id FROM (
  SELECT user_id, task_id FROM notifications.task_heads
  WHERE status = 'open' AND (reminders <> '[]' OR due_time IS NOT NULL)
  UNION SELECT user_id, task_id FROM notifications.due_queue) AS k
WHERE (user_id, task_id) > (%s, %s) AND NOT EXISTS (
  SELECT 1 FROM notifications.task_heads h WHERE h.user_id = k.user_id AND h.task_id = k.task_id AND h.plan_stale)
ORDER BY user_id, task_id LIMIT %s"""

TABLES = (
    Projected("user_heads", ("user_id",), tuple(UserHead.__slots__)),
    Projected("series_heads", ("user_id", "series_id"), tuple(SeriesHead.__slots__)),
    Projected("task_heads", ("user_id", "task_id"), tuple(TaskHead.__slots__), kept=("user_time_zone",)),
)


async def write(
    connection: Connection,
    tasks: Sequence[TaskHead] = (),
    series: Sequence[SeriesHead] = (),
    users: Sequence[UserHead] = (),
) -> None:
    """Write heads that are newer than those beside."""
    await heads.write(connection, _USERS, users)
    await heads.write(connection, _SERIES, series)
    await heads.write(connection, _TASKS, tasks)


async def clear(connection: Connection) -> None:
    """Empty the tables beside."""
    await takeover.clear(connection, SCHEMA, TABLES)


async def swap(connection: Connection) -> list[Swapped]:
    """Make the live heads what those beside are."""
    return [await takeover.take_over(connection, SCHEMA, table) for table in TABLES]


async def to_plan(connection: Connection, after: Key, limit: int) -> list[Key]:
    """Return the next (user, task) that have reminders to plan, or that the due-queue has any of."""
    found = await (await connection.execute(_TO_PLAN, (*after, limit))).fetchall()
    return [(row[0], row[1]) for row in found]
