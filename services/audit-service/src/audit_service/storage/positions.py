"""Entries in the order of their arrival: how far it is settled, and the lines that seals are made of."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

COLUMNS = (
    "position, event_id, topic, type, event_type, user_id, list_id, task_id, aggregate_id, version, occurred_at,"
    " recorded_at, actor_kind, actor_id, door, causation_id, correlation_id, encode(digest, 'hex'), source_partition,"
    " source_offset"
)
"""Format 1 of a line: these columns as COPY writes them, with instants in ISO form and UTC."""
_POLL_SECONDS = 0.05

_LINES = f"""
COPY (SELECT {COLUMNS} FROM audit.entries WHERE position BETWEEN {{first}} AND {{last}} ORDER BY position, event_id)
TO STDOUT"""

# Every writer holds this lock from before it takes a position until it has committed or failed.
_WRITERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'audit.entries'::regclass AND mode = 'RowExclusiveLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()"""

_DAMAGED = """
SELECT entry.event_id, payload.record IS NULL FROM audit.entries entry
LEFT JOIN LATERAL (SELECT record FROM audit.payloads p WHERE p.event_id = entry.event_id LIMIT 1) payload ON true
WHERE entry.position BETWEEN %(first)s AND %(last)s
  AND (payload.record IS NULL OR sha256(payload.record) <> entry.digest)
ORDER BY entry.position LIMIT %(limit)s"""


@dataclass(frozen=True, slots=True)
class Lines:
    """The entries of a range: how many, and the SHA-256 of their lines in the order of their positions."""

    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """An entry whose record is gone, or is not the one that its digest was made of."""

    event_id: UUID
    gone: bool


async def highest_position(connection: psycopg.AsyncConnection[Any]) -> int:
    """Return the highest position that was ever given out; 0 before the first."""
    row = await (await connection.execute("SELECT last_value, is_called FROM audit.positions")).fetchone()
    return int(row[0]) if row and row[1] else 0


async def settled_position(connection: psycopg.AsyncConnection[Any], seconds: float) -> int | None:
    """Return a position up to which nothing can come any more: whoever was writing at that moment has ended.

    Nobody is held up by it. None when a writer goes on for longer than `seconds`.
    """
    highest = await highest_position(connection)
    until = time.monotonic() + seconds
    writers = await _writers(connection)
    while writers:
        if time.monotonic() > until:
            return None
        await asyncio.sleep(_POLL_SECONDS)
        writers &= await _writers(connection)
    return highest


async def read_lines(connection: psycopg.AsyncConnection[Any], first: int, last: int) -> Lines:
    """Return what the entries of a range come to; they are never held together in memory."""
    await connection.execute("SELECT set_config('datestyle', 'ISO, YMD', false), set_config('timezone', 'UTC', false)")
    count, digest = 0, hashlib.sha256()
    async with connection.cursor() as cursor, cursor.copy(_LINES.format(first=first, last=last).encode()) as rows:
        async for row in rows:
            count += 1
            digest.update(row)
    return Lines(count, digest.hexdigest())


async def damaged(connection: psycopg.AsyncConnection[Any], first: int, last: int, limit: int) -> list[Damaged]:
    """Return entries of a range whose record is not what it was."""
    found = await connection.execute(_DAMAGED, {"first": first, "last": last, "limit": limit})
    return [Damaged(row[0], row[1]) for row in await found.fetchall()]


async def outside(connection: psycopg.AsyncConnection[Any], highest: int) -> int:
    """Return how many entries stand at positions that were never given out."""
    statement = "SELECT count(*) FROM audit.entries WHERE position < 1 OR position > %s"
    row = await (await connection.execute(statement, (highest,))).fetchone()
    return int(row[0]) if row else 0


async def clock(connection: psycopg.AsyncConnection[Any]) -> dt.datetime:
    """Return the database's clock."""
    row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
    assert row is not None  # noqa: S101 - a clock always answers
    return row[0]


async def _writers(connection: psycopg.AsyncConnection[Any]) -> set[str]:
    return {row[0] for row in await (await connection.execute(_WRITERS)).fetchall()}
