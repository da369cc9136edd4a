"""Reading events out of a ledger, page by page in the order of their ids: what replay and verification start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

PAGE_BYTES = 4 * 1024 * 1024
"""A page ends after this much; it has at least one event."""


@dataclass(frozen=True, slots=True)
class Range:
    """Events of a topic with ids above `after` and below `until`: a range of time, as ids are UUIDv7."""

    topic: str
    after: UUID
    until: UUID


@dataclass(frozen=True, slots=True)
class LedgeredEvent:
    """One event as it was published: its id, its partition key and its exact bytes."""

    event_id: UUID
    stream_key: str
    record: bytes


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in the order of their ids, and the id to read on after; None at the end of the range."""

    events: Sequence[LedgeredEvent]
    next_after: UUID | None


async def read_events(connection: psycopg.AsyncConnection[Any], schema: str, wanted: Range, limit: int) -> EventPage:
    """Return at most `limit` events of the ledger in `schema`, and no more than about PAGE_BYTES."""
    cursor = await connection.execute(
        sql.SQL("""
        SELECT event_id, stream_key, record FROM (
          SELECT event_id, stream_key, record, sum(length(record)) OVER (ORDER BY event_id) - length(record) AS before
          FROM (SELECT event_id, stream_key, record FROM {}.ledger
                WHERE event_id > %s AND event_id < %s AND topic = %s ORDER BY event_id LIMIT %s) AS page) AS sized
        WHERE before < %s ORDER BY event_id""").format(sql.Identifier(schema)),
        (wanted.after, wanted.until, wanted.topic, limit, PAGE_BYTES),
    )
    found = [LedgeredEvent(row[0], row[1], bytes(row[2])) for row in await cursor.fetchall()]
    size = sum(len(one.record) for one in found)
    more = len(found) == limit or size >= PAGE_BYTES
    return EventPage(found, found[-1].event_id if found and more else None)
