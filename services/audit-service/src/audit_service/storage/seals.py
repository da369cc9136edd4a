"""Seals in the database: a copy of what is published, beside what they speak of."""

from __future__ import annotations

from typing import Any

import psycopg

from audit_service.domain.seals import Signed, read_signed


async def last_seal(connection: psycopg.AsyncConnection[Any]) -> Signed | None:
    """Return the newest seal. Raises UnreadableSeal."""
    found = await connection.execute("SELECT statement, signature FROM audit.seals ORDER BY number DESC LIMIT 1")
    row = await found.fetchone()
    return None if row is None else read_signed(bytes(row[0]), bytes(row[1]))


async def read_seals(
    connection: psycopg.AsyncConnection[Any], after: int, limit: int
) -> list[tuple[int, bytes, bytes]]:
    """Return number, statement and signature of the next seals, as they are stored."""
    statement = "SELECT number, statement, signature FROM audit.seals WHERE number > %s ORDER BY number LIMIT %s"
    found = await connection.execute(statement, (after, limit))
    return [(row[0], bytes(row[1]), bytes(row[2])) for row in await found.fetchall()]


async def insert_seal(connection: psycopg.AsyncConnection[Any], signed: Signed) -> None:
    """Add a seal; one that is there already stays as it is."""
    await connection.execute(
        "INSERT INTO audit.seals (number, statement, signature) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (signed.seal.number, signed.statement, signed.signature),
    )
