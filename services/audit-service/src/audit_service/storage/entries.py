"""Writing entries in bulk and reading the history of a task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import class_row

from audit_service.domain.entry import Entry

_COLUMNS = {
    "event_id": "uuid",
    "topic": "text",
    "type": "text",
    "event_type": "text",
    "user_id": "uuid",
    "list_id": "uuid",
    "task_id": "uuid",
    "aggregate_id": "uuid",
    "version": "bigint",
    "occurred_at": "timestamptz",
    "actor_kind": "text",
    "actor_id": "text",
    "door": "text",
    "causation_id": "uuid",
    "correlation_id": "uuid",
    "source_partition": "int",
    "source_offset": "bigint",
}
_NAMES = ", ".join(_COLUMNS)
_TYPED = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())

# An event that is already recorded adds no payload either, so that what was erased stays erased through any replay.
INSERT = f"""
WITH batch AS (
  SELECT * FROM ROWS FROM (jsonb_to_recordset(%(rows)s::jsonb) AS ({_TYPED}), unnest(%(records)s::bytea[]))
    AS b({_NAMES}, record)
), fresh AS (
  INSERT INTO audit.entries ({_NAMES}, digest) SELECT {_NAMES}, sha256(record) FROM batch
  ON CONFLICT DO NOTHING RETURNING event_id
)
INSERT INTO audit.payloads (event_id, record)
SELECT event_id, record FROM batch JOIN fresh USING (event_id) ON CONFLICT DO NOTHING"""

HISTORY = """
WITH page AS (
  SELECT event_id, type, event_type, occurred_at, version, actor_kind, actor_id, door, causation_id, correlation_id
  FROM audit.entries
  WHERE user_id = %(user_id)s AND task_id = %(task_id)s AND task_id IS NOT NULL
    AND (occurred_at, event_id) < (%(before)s, %(before_id)s)
  ORDER BY occurred_at DESC, event_id DESC LIMIT %(limit)s
)
SELECT page.*, payloads.record FROM page LEFT JOIN audit.payloads USING (event_id)
ORDER BY page.occurred_at DESC, page.event_id DESC"""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One act on a task; `record` is None when its payload was erased."""

    event_id: UUID
    type: str
    event_type: str | None
    occurred_at: dt.datetime
    version: int | None
    actor_kind: str | None
    actor_id: str | None
    door: str | None
    causation_id: UUID | None
    correlation_id: UUID | None
    record: bytes | None


async def insert(connection: psycopg.AsyncConnection[Any], entries: Sequence[Entry]) -> None:
    """Record entries in the caller's transaction; those recorded before stay as they are.

    Raises CheckViolation ("no partition of relation") when an id lies outside the partitions.
    """
    ordered = sorted({entry.event_id: entry for entry in entries}.values(), key=lambda entry: entry.event_id)
    rows = [{name: getattr(entry, name) for name in _COLUMNS} for entry in ordered]
    parameters = {"rows": orjson.dumps(rows).decode(), "records": [entry.record for entry in ordered]}
    await connection.execute(INSERT.encode(), parameters)


async def history(
    connection: psycopg.AsyncConnection[Any],
    user_id: UUID,
    task_id: UUID,
    before: tuple[dt.datetime, UUID],
    limit: int,
) -> list[HistoryRow]:
    """Return at most `limit` acts on a user's task that come before a place, newest first."""
    async with connection.cursor(row_factory=class_row(HistoryRow)) as cursor:
        await cursor.execute(
            HISTORY.encode(),
            {"user_id": user_id, "task_id": task_id, "before": before[0], "before_id": before[1], "limit": limit},
        )
        return await cursor.fetchall()
