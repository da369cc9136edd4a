"""What keeps the backend's tables bounded: partitions ahead, old ones gone, and what has expired removed."""

from __future__ import annotations

import asyncio
import logging

import psycopg
from event_spine.partitions import drop_partitions, make_partitions
from psycopg_pool import PoolTimeout
from service_kit.database import Pool

from todo_backend.application.statements import own
from todo_backend.application.table import SCHEMA

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0
BATCH = 5000

# A session that has ended is kept for a week: a reuse of its token is still told apart from nonsense.
_EXPIRED = {
    "idempotency_keys": "expires_at < clock_timestamp()",
    "acts": "expires_at < clock_timestamp()",
    "refresh_tokens": "expires_at < clock_timestamp() OR ended_at < clock_timestamp() - interval '7 days'",
}


async def clean(pool: Pool) -> dict[str, int]:
    """Do one round, each step in a transaction of its own; return what was made and removed by name."""
    done: dict[str, int] = {}
    async with pool.connection() as connection:
        done["partitions_made"] = await make_partitions(connection, SCHEMA)
        for table, expired in _EXPIRED.items():
            done[table] = await _remove(connection, table, expired)
        done["partitions_dropped"] = await drop_partitions(connection, SCHEMA)
    return done


async def run(pool: Pool, stop: asyncio.Event) -> None:
    """Clean at once and then hourly until `stop` is set; a failure is logged and tried again next time."""
    while not stop.is_set():
        try:
            done = await clean(pool)
            logger.info("janitor", extra={"done": done})
        except (psycopg.Error, PoolTimeout) as error:
            logger.warning("janitor failed: %s", type(error).__name__)
        try:
            await asyncio.wait_for(stop.wait(), EVERY_SECONDS)
        except TimeoutError:
            continue


async def _remove(connection: psycopg.AsyncConnection[object], table: str, expired: str) -> int:
    removed = 0
    while True:
        expired_rows = f"SELECT ctid FROM {SCHEMA}.{table} WHERE {expired} LIMIT {BATCH} FOR UPDATE SKIP LOCKED"
        statement = f"DELETE FROM {SCHEMA}.{table} WHERE ctid = ANY(ARRAY({expired_rows}))"
        cursor = await connection.execute(own(statement))
        removed += cursor.rowcount
        if cursor.rowcount < BATCH:
            return removed
