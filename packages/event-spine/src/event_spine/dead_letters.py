"""Dead letters: one row per record that could not be handled, with its reason and its exact bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from event_spine.records import Record


async def record(
    connection: psycopg.AsyncConnection,
    schema: str,
    letter: Record,
    reason: str,
    detail: str,
    attempts: int,
    event_id: UUID | None = None,
) -> None:
    """Write a dead letter in the caller's transaction; the same record (topic, partition, offset) is kept once.

    One that an operator had requeued with success and that fails when it comes again is open again; one that was
    discarded stays so. `reason` is a stable code (not_json, not_cloudevent, invalid_data, handler_failed,
    out_of_range).
    """
    await connection.execute(
        sql.SQL("""
        INSERT INTO {}.dead_letters AS l (topic, partition, "offset", event_id, reason, detail, attempts, raw)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (topic, partition, "offset") DO UPDATE
          SET state = 'open', reason = excluded.reason, detail = excluded.detail,
            attempts = l.attempts + excluded.attempts, settled_at = NULL, settled_by = NULL, settled_why = NULL
          WHERE l.state = 'requeued' AND l.raw = excluded.raw""").format(sql.Identifier(schema)),
        (letter.topic, letter.partition, letter.offset, event_id, reason, _storable(detail), attempts, letter.body),
    )


def _storable(detail: str) -> str:
    """Return text that PostgreSQL takes: a detail may quote what a hostile record calls its fields."""
    return detail[:4000].replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()
