"""What a ledger's relays are doing, read from the ledger's own tables: right whichever process answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from event_contracts.identifiers import instant_of
from psycopg import sql

HELD_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Held:
    """A stream key that waits because its next event was refused. `operator_only`: it waits for ever."""

    topic: str
    stream_key: str
    event_id: UUID
    reason: str
    operator_only: bool
    attempts: int
    held_at: datetime
    not_before: datetime


@dataclass(frozen=True, slots=True)
class RelayState:
    """`leader` is None when no lease runs. `oldest_at` is when the oldest pending event was written."""

    read_at: datetime
    leader: str | None
    epoch: int | None
    pending: int
    oldest_at: datetime | None
    held_count: int
    held_for_operator: int
    held: tuple[Held, ...]


async def read_relay_state(connection: psycopg.AsyncConnection[Any], schema: str) -> RelayState:
    """Read the state; at most HELD_SHOWN held keys are told one by one, the longest held first."""
    cursor = await connection.execute(
        sql.SQL("""
        SELECT clock_timestamp(),
          (SELECT owner FROM {s}.relay_lease WHERE name = 'relay' AND expires_at > clock_timestamp()),
          (SELECT epoch FROM {s}.relay_lease WHERE name = 'relay'),
          (SELECT count(*) FROM {s}.pending),
          (SELECT event_id FROM {s}.pending ORDER BY seq LIMIT 1),
          (SELECT count(*) FROM {s}.held),
          (SELECT count(*) FROM {s}.held WHERE operator_only)""").format(s=sql.Identifier(schema))
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM returns one row
    read_at, leader, epoch, pending, oldest, held_count, for_operator = row
    cursor = await connection.execute(
        sql.SQL("""
        SELECT topic, stream_key, event_id, reason, operator_only, attempts, held_at, not_before
        FROM {}.held ORDER BY operator_only DESC, held_at LIMIT %s""").format(sql.Identifier(schema)),
        (HELD_SHOWN,),
    )
    held = tuple(Held(*one) for one in await cursor.fetchall())
    oldest_at = None if oldest is None else instant_of(oldest)
    return RelayState(read_at, leader, epoch, pending, oldest_at, held_count, for_operator, held)
