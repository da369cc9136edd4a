"""Which database this is: a restore into another cluster changes the first number, a restore or failover the second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg


@dataclass(frozen=True, slots=True)
class DatabaseIdentity:
    """A cluster and the timeline that it writes on."""

    system_identifier: str
    timeline_id: int

    def __str__(self) -> str:
        """Return it as people read and compare it."""
        return f"{self.system_identifier}/{self.timeline_id}"


async def read_identity(connection: psycopg.AsyncConnection[Any]) -> DatabaseIdentity:
    """Read the identity of the server behind a connection. Raises psycopg.Error on a standby: it writes nothing.

    The timeline is that of the log which is being written: the control file tells the old one until the first
    checkpoint after a promotion, which may take minutes.
    """
    cursor = await connection.execute(
        "SELECT system_identifier::text, ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int"
        " FROM pg_control_system()"
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - the function always returns one row
    return DatabaseIdentity(str(row[0]), int(row[1]))
