"""What a ledger's relays are doing, read from the ledger's own tables: right whichever process answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from event_contracts.identifiers import instant_of
from psycopg import sql

from event_spine.adopting import stored_identity
from event_spine.identity import read_identity
from event_spine.partitions import partitions_until
from event_spine.tables import LEDGER


@dataclass(frozen=True, slots=True)
class RelayState:
    """`leader` is None when no lease runs. `oldest_at` is when the oldest pending event was written.

    `refused_database` says why relays publish nothing on a restored or failed-over database, None when they may.
    `ledger_until` is the end of the last day for which the ledger has a partition.
    """

    read_at: datetime
    leader: str | None
    epoch: int | None
    pending: int
    oldest_at: datetime | None
    held_count: int
    held_for_operator: int
    refused_database: str | None
    ledger_until: datetime | None


async def read_relay_state(connection: psycopg.AsyncConnection[Any], schema: str) -> RelayState:
    """Read the state of the relays of the ledger in `schema`."""
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
    stored, found = await stored_identity(connection, schema), await read_identity(connection)
    refused = None if stored in (None, found) else f"The lease names the database {stored}, this is {found}."
    oldest_at = None if oldest is None else instant_of(oldest)
    until = (await partitions_until(connection, schema)).get(LEDGER.name)
    return RelayState(read_at, leader, epoch, pending, oldest_at, held_count, for_operator, refused, until)
