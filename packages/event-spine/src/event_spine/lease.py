"""One relay per ledger at a time, by a lease row that expires by the database's clock and is fenced by an epoch.

A paused holder can at worst publish the one bulk that it had in flight: before each bulk it asks `is_valid()` (its own
monotonic clock, counted from before the last renewal was sent) and each delete carries the epoch.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import psycopg
from psycopg import sql

from event_spine.errors import ForeignDatabase
from event_spine.identity import DatabaseIdentity, read_identity

LONGEST_SECONDS = 900.0
"""No lease reaches further ahead. One that does was taken while the machine's clock was wrong, and holds nobody up."""


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """How long a lease lasts and how often it is renewed, in seconds."""

    seconds: float = 1.5
    renew_every: float = 0.5


class Lease:
    """The right to publish a ledger. Holds a direct connection of its own so that a slow query cannot delay renewal."""

    def __init__(self, conninfo: str, schema: str, owner: str, terms: LeaseTerms | None = None) -> None:
        self.owner = owner
        self.epoch = 0
        self.terms = terms or LeaseTerms()
        self._conninfo = conninfo
        self._table = sql.SQL("{}.relay_lease").format(sql.Identifier(schema))
        self._connection: psycopg.AsyncConnection | None = None
        self._identity = DatabaseIdentity("", 0)
        self._valid_until = 0.0

    def is_valid(self) -> bool:
        """Say whether the lease, counted pessimistically by the local monotonic clock, still runs."""
        return time.monotonic() < self._valid_until

    async def acquire(self) -> bool:
        """Try to take the lease; True when this owner holds it now.

        Raises ForeignDatabase when the row was written on another cluster or timeline, psycopg.Error when the
        database is away.
        """
        connection = await self._connected()
        asked = time.monotonic()
        cursor = await connection.execute(
            sql.SQL("""
            INSERT INTO {table} AS l (name, owner, epoch, expires_at, system_identifier, timeline_id)
            VALUES ('relay', %(owner)s, 1, clock_timestamp() + %(term)s * interval '1 second', %(system)s, %(timeline)s)
            ON CONFLICT (name) DO UPDATE
              SET owner = excluded.owner, epoch = l.epoch + 1, expires_at = excluded.expires_at
              WHERE (l.expires_at < clock_timestamp()
                  OR l.expires_at > clock_timestamp() + %(longest)s * interval '1 second')
                AND l.system_identifier = excluded.system_identifier AND l.timeline_id = excluded.timeline_id
            RETURNING epoch""").format(table=self._table),
            {"owner": self.owner, "term": self.terms.seconds, "longest": LONGEST_SECONDS, **self._here()},
        )
        row = await cursor.fetchone()
        if row is None:
            await self._refuse_foreign(connection)
            return False
        self.epoch = int(row[0])
        self._valid_until = asked + self.terms.seconds
        return True

    async def renew(self) -> bool:
        """Prolong the lease; False when somebody else has taken it since, or the connection leads elsewhere now."""
        connection = await self._connected()
        asked = time.monotonic()
        cursor = await connection.execute(
            sql.SQL("""
            UPDATE {table} SET expires_at = clock_timestamp() + %(term)s * interval '1 second'
            WHERE name = 'relay' AND owner = %(owner)s AND epoch = %(epoch)s
              AND system_identifier = %(system)s AND timeline_id = %(timeline)s""").format(table=self._table),
            {"term": self.terms.seconds, "owner": self.owner, "epoch": self.epoch, **self._here()},
        )
        if cursor.rowcount == 0:
            self._valid_until = 0.0
            return False
        self._valid_until = asked + self.terms.seconds
        return True

    async def release(self) -> None:
        """Give the lease back at once, so that a standby need not wait for it to expire."""
        self._valid_until = 0.0
        connection = await self._connected()
        await connection.execute(
            sql.SQL(
                "UPDATE {} SET expires_at = clock_timestamp() WHERE name = 'relay' AND owner = %s AND epoch = %s"
            ).format(self._table),
            (self.owner, self.epoch),
        )

    async def keep(self) -> None:
        """Renew until the lease is lost (returns) or the task is cancelled; a database error counts as not renewed."""
        while True:
            await asyncio.sleep(self.terms.renew_every)
            try:
                if not await self.renew():
                    return
            except psycopg.Error:
                await self.close()
                if not self.is_valid():
                    return

    async def close(self) -> None:
        """Close the connection; the lease then runs out by itself."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()

    async def _connected(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed:
            connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, connect_timeout=2, options="-c statement_timeout=1000"
            )
            try:
                self._identity = await read_identity(connection)
            except psycopg.Error:
                await connection.close()
                raise
            self._connection = connection
        return self._connection

    def _here(self) -> dict[str, str | int]:
        return {"system": self._identity.system_identifier, "timeline": self._identity.timeline_id}

    async def _refuse_foreign(self, connection: psycopg.AsyncConnection) -> None:
        cursor = await connection.execute(
            sql.SQL("SELECT system_identifier, timeline_id FROM {} WHERE name = 'relay'").format(self._table)
        )
        row = await cursor.fetchone()
        stored = self._identity if row is None else DatabaseIdentity(str(row[0]), int(row[1]))
        if stored != self._identity:
            raise ForeignDatabase(f"The lease names {stored}, this is {self._identity}.")
