"""Reading series."""

from __future__ import annotations

from uuid import UUID

from service_kit.database import Pool

from todo_backend.application.columns import SERIES, TASKS
from todo_backend.application.reading import row, rows
from todo_backend.application.rows import series_of, task_of
from todo_backend.application.table import SCHEMA
from todo_backend.series.domain import Series
from todo_backend.tasks.domain import Task

_ONE = f"SELECT {SERIES.select_list} FROM {SCHEMA}.series WHERE user_id = %s AND id = %s"
_AFTER = f"SELECT {SERIES.select_list} FROM {SCHEMA}.series WHERE user_id = %s AND change > %s ORDER BY change LIMIT %s"

_WITH_NEWEST = f"""
SELECT {TASKS.select_list}, {SERIES.select_list} FROM {SCHEMA}.series
  JOIN LATERAL (
    SELECT * FROM {SCHEMA}.tasks
    WHERE tasks.user_id = series.user_id AND tasks.series_id = series.id AND tasks.withdrawn_at IS NULL
    ORDER BY tasks.occurrence_number DESC, tasks.id DESC LIMIT 1) AS tasks ON true"""

_PAUSED = f"""
{_WITH_NEWEST}
WHERE series.user_id = %(user_id)s AND series.id > %(after)s AND series.status = 'paused'
ORDER BY series.id LIMIT %(limit)s"""

_WAITING = f"""
{_WITH_NEWEST}
WHERE series.user_id = %(user_id)s AND series.id > %(after)s AND series.status <> 'ended'
  AND NOT EXISTS (
    SELECT 1 FROM {SCHEMA}.tasks AS o
    WHERE o.user_id = series.user_id AND o.series_id = series.id AND o.status = 'open' AND o.deleted_at IS NULL
      AND o.withdrawn_at IS NULL)
ORDER BY series.id LIMIT %(limit)s"""


async def without_open_occurrence(
    pool: Pool, user_id: UUID, after: UUID | None, limit: int
) -> list[tuple[Task, Series]]:
    """Return series that go on while none of their occurrences is open, by id, each with its newest occurrence."""
    found = await rows(pool, _WAITING, {"user_id": user_id, "after": after or UUID(int=0), "limit": limit})
    return [(task_of(r), series_of(r[len(TASKS.columns) :])) for r in found]


async def paused(pool: Pool, user_id: UUID, after: UUID | None, limit: int) -> list[tuple[Task, Series]]:
    """Return series that are paused, by id, each with its newest occurrence, open or not."""
    found = await rows(pool, _PAUSED, {"user_id": user_id, "after": after or UUID(int=0), "limit": limit})
    return [(task_of(r), series_of(r[len(TASKS.columns) :])) for r in found]


async def one(pool: Pool, user_id: UUID, series_id: UUID) -> Series | None:
    """Return a series."""
    found = await row(pool, _ONE, (user_id, series_id))
    return None if found is None else series_of(found)


async def changed_after(pool: Pool, user_id: UUID, change: int, limit: int) -> list[Series]:
    """Return the series that changed after a change number, in order of change."""
    return [series_of(r) for r in await rows(pool, _AFTER, (user_id, change, limit))]
