"""An operator holds the lease of a ledger for a while: nothing is published, events wait in `pending`.

It is a hold like any other, with a term and a fence: a leader that finds the epoch raised steps down, and when the term
is over, or the operator has let go, the next relay takes the lead.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import psycopg
from psycopg import sql

MOST_SECONDS: Final = 600.0
"""Below event_spine.lease.LONGEST_SECONDS, beyond which a lease counts as one of a wrong clock."""
_PREFIX: Final = "operator: "


async def pause(connection: psycopg.AsyncConnection[Any], schema: str, by: str, seconds: float) -> dt.datetime | None:
    """Hold the ledger until the instant that is returned; None when no relay has ever led it. Repeating prolongs."""
    cursor = await connection.execute(
        sql.SQL("""
        UPDATE {}.relay_lease SET owner = %s, epoch = epoch + 1, expires_at = clock_timestamp() + %s * interval '1 s'
        WHERE name = 'relay' RETURNING expires_at""").format(sql.Identifier(schema)),
        (_PREFIX + by, min(seconds, MOST_SECONDS)),
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def resume(connection: psycopg.AsyncConnection[Any], schema: str) -> bool:
    """Let the relays go on; False when no operator was holding them."""
    cursor = await connection.execute(
        sql.SQL("""
        UPDATE {}.relay_lease SET expires_at = clock_timestamp()
        WHERE name = 'relay' AND owner LIKE %s AND expires_at > clock_timestamp()""").format(sql.Identifier(schema)),
        (_PREFIX + "%",),
    )
    return cursor.rowcount > 0
