"""Reading series."""

from __future__ import annotations

from uuid import UUID

from service_kit.database import Pool

from todo_backend.application.columns import SERIES
from todo_backend.application.reading import row, rows
from todo_backend.application.rows import series_of
from todo_backend.application.table import SCHEMA
from todo_backend.series.domain import Series

_ONE = f"SELECT {SERIES.select_list} FROM {SCHEMA}.series WHERE user_id = %s AND id = %s"
_AFTER = f"SELECT {SERIES.select_list} FROM {SCHEMA}.series WHERE user_id = %s AND change > %s ORDER BY change LIMIT %s"


async def one(pool: Pool, user_id: UUID, series_id: UUID) -> Series | None:
    """Return a series."""
    found = await row(pool, _ONE, (user_id, series_id))
    return None if found is None else series_of(found)


async def changed_after(pool: Pool, user_id: UUID, change: int, limit: int) -> list[Series]:
    """Return the series that changed after a change number, in order of change."""
    return [series_of(r) for r in await rows(pool, _AFTER, (user_id, change, limit))]
