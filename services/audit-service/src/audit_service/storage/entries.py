"""Writing entries in bulk, each once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import psycopg

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
  SELECT * FROM ROWS FROM (jsonb_to_recordset(%(rows)s::jsonb) AS ({_TYPED}), unnest(%(records)b::bytea[]))
    AS b({_NAMES}, record)
), fresh AS (
  INSERT INTO audit.entries ({_NAMES}, digest) SELECT {_NAMES}, sha256(record) FROM batch
  ON CONFLICT DO NOTHING RETURNING event_id
)
INSERT INTO audit.payloads (event_id, record)
SELECT event_id, record FROM batch JOIN fresh USING (event_id) ON CONFLICT DO NOTHING"""


async def insert(connection: psycopg.AsyncConnection[Any], entries: Sequence[Entry]) -> None:
    """Record entries in the caller's transaction; those recorded before stay as they are.

    Raises CheckViolation ("no partition of relation") when an id lies outside the partitions.
    """
    ordered = sorted({entry.event_id: entry for entry in entries}.values(), key=lambda entry: entry.event_id)
    rows = [{name: getattr(entry, name) for name in _COLUMNS} for entry in ordered]
    parameters = {"rows": orjson.dumps(rows).decode(), "records": [entry.record for entry in ordered]}
    await connection.execute(INSERT.encode(), parameters)
