"""The heads beside the live ones while a rebuild runs: written by the same statements, taken over table by table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from event_spine import takeover
from event_spine.rebuild import Swapped
from event_spine.takeover import Projected

from recurring_task_service.domain.heads import SeriesHead, TaskHead, UserHead
from recurring_task_service.storage import heads
from recurring_task_service.storage.heads import KEEP_BATCH
from recurring_task_service.storage.schema import SCHEMA

Connection = psycopg.AsyncConnection[Any]
Pair = tuple[UUID, UUID]

# A task by itself that has a live head, since it once repeated, keeps it: only the table written to is another.
_TASKS: LiteralString = heads.UPSERT_TASKS.replace("INTO recurring.task_heads", "INTO recurring.next_task_heads")
_SERIES: LiteralString = heads.UPSERT_SERIES.replace("recurring.series_heads", "recurring.next_series_heads")
_USERS: LiteralString = heads.UPSERT_USERS.replace("recurring.user_heads", "recurring.next_user_heads")
_PRUNE: LiteralString = heads.PRUNE_TASKS.replace("recurring.task_heads", "recurring.next_task_heads")

# The owner does not tell when a task was skipped or missed, only when it was last changed.
_CARRY: LiteralString = """
UPDATE recurring.next_task_heads b SET closed_at = l.closed_at FROM recurring.task_heads l
WHERE l.user_id = b.user_id AND l.task_id = b.task_id AND l.version = b.version AND l.status = b.status
  AND b.status IN ('skipped', 'missed') AND l.closed_at < b.closed_at"""

_PAIRS: LiteralString = """
SELECT user_id, series_id FROM (
  SELECT user_id, series_id FROM recurring.series_heads UNION SELECT user_id, series_id FROM recurring.wanted) AS p
WHERE (user_id, series_id) > (%s, %s) ORDER BY user_id, series_id LIMIT %s"""

TABLES = (
    Projected("user_heads", ("user_id",), tuple(UserHead.__slots__)),
    Projected("series_heads", ("user_id", "series_id"), tuple(SeriesHead.__slots__)),
    Projected(
        "task_heads",
        ("user_id", "task_id"),
        tuple(TaskHead.__slots__),
        kept=("user_time_zone", "event_id", "correlation_id", "traceparent"),
    ),
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


async def swap(connection: Connection, keep_days: int) -> list[Swapped]:
    """Make the live heads what those beside are; what is past its time is forgotten in both first."""
    await connection.execute(_CARRY)
    for statement in (heads.PRUNE_TASKS, _PRUNE):
        while await heads.prune(connection, statement, keep_days, KEEP_BATCH):
            pass
    return [await takeover.take_over(connection, SCHEMA, table) for table in TABLES]


async def pairs(connection: Connection, after: Pair, limit: int) -> list[Pair]:
    """Return the next (user, series) that there are, or of which something is wanted."""
    found = await (await connection.execute(_PAIRS, (*after, limit))).fetchall()
    return [(row[0], row[1]) for row in found]
