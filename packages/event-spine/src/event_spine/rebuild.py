"""Rebuilding a projection beside the live one, and taking it over.

Beside each table of heads lies an empty one of the same shape. While a rebuild runs, an operator's command fills those
from pages of their owner's present state, and every transaction that moves heads writes them in both places (`follow`).
What was delivered before the rebuild began is in the owner's pages, what comes later is written twice: nothing is
missing. Taking over is one transaction that keeps deliveries out and replaces the rows that differ, and only those, so
that it costs what is wrong and the service goes on serving; what work follows from heads is derived anew afterwards.

A rebuild has a term: nobody who forgets it makes deliveries write twice for ever, and one that has lapsed cannot be
taken over, since it lacks what came meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, Protocol
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from event_spine import acts
from event_spine.acts import Act
from event_spine.errors import SpineError
from event_spine.loop import sweep

TERM_SECONDS = 120.0
SWAP_SECONDS = 600
"""Taking over may read both copies whole: longer than the statements of deliveries may take."""

Connection = psycopg.AsyncConnection[Any]
Item = dict[str, Any]


class NotBuilding(SpineError):
    """This rebuild is not running: another one is, or its term has lapsed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that differs: its table and key, what becomes of it, and in which columns it differs."""

    table: str
    key: str
    change: str
    columns: Sequence[str]


@dataclass(frozen=True, slots=True)
class Swapped:
    """How many rows of a table were inserted, updated and deleted by taking over, and the first that differed."""

    table: str
    inserted: int
    updated: int
    deleted: int
    first: Difference | None


class Beside(Protocol):
    """What a service offers of its projection."""

    @property
    def schema(self) -> str:
        """The schema of both."""
        ...

    async def clear(self, connection: Connection) -> None:
        """Empty the tables beside."""
        ...

    async def fill(self, connection: Connection, kind: str, items: Sequence[Item]) -> None:
        """Write what their owner tells of users, series or tasks, as far as it is newer than what is beside."""
        ...

    async def swap(self, connection: Connection) -> Sequence[Swapped]:
        """Make the live tables what those beside are."""
        ...

    async def derive(self, connection: Connection, after: Item | None, limit: int) -> tuple[int, Item | None]:
        """Derive the work that follows from some heads; return how many of its rows changed, and where to go on."""
        ...


async def follow(connection: Connection, schema: LiteralString) -> bool:
    """Keep a rebuild from taking over until this transaction ends; say whether heads are to be written beside, too.

    The first statement of every transaction that moves heads.
    """
    cursor = await connection.execute(
        f"SELECT pg_advisory_xact_lock_shared(hashtext('{schema}.rebuild')),"
        f" EXISTS (SELECT 1 FROM {schema}.rebuild WHERE expires_at > clock_timestamp())"
    )
    row = await cursor.fetchone()
    return bool(row and row[1])


async def begin(pool: AsyncConnectionPool[Any], beside: Beside, act: Act) -> None:
    """Begin a rebuild. Raises NotBuilding while another one runs."""

    async def work(connection: Connection) -> None:
        cursor = await connection.execute(
            _sql("""
            INSERT INTO {}.rebuild AS r (id, done_by, expires_at)
            VALUES (%s, %s, clock_timestamp() + %s * interval '1 second')
            ON CONFLICT (one) DO UPDATE SET id = excluded.id, done_by = excluded.done_by,
              began_at = clock_timestamp(), expires_at = excluded.expires_at
            WHERE r.expires_at <= clock_timestamp() OR r.id = excluded.id RETURNING id""", beside.schema),
            (act.id, act.by, TERM_SECONDS),
        )  # fmt: skip
        if await cursor.fetchone() is None:
            raise NotBuilding
        await beside.clear(connection)

    await sweep(pool, work)


async def fill(
    pool: AsyncConnectionPool[Any], beside: Beside, rebuild_id: UUID, kind: str, items: Sequence[Item]
) -> None:
    """Write a page of the owner's state beside, and prolong the rebuild's term. Raises NotBuilding."""

    async def work(connection: Connection) -> None:
        await _require(connection, beside.schema, rebuild_id)
        await beside.fill(connection, kind, items)

    await sweep(pool, work)


async def swap(pool: AsyncConnectionPool[Any], beside: Beside, act: Act, *, dry_run: bool) -> Sequence[Swapped]:
    """Take the rebuilt projection over, or only tell what would change by it. Raises NotBuilding."""
    async with pool.connection() as connection, connection.transaction(force_rollback=dry_run):
        await connection.execute(f"SET LOCAL statement_timeout = '{SWAP_SECONDS}s'")
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"{beside.schema}.rebuild",))
        await _require(connection, beside.schema, act.id)
        found = await beside.swap(connection)
        told = {s.table: {"inserted": s.inserted, "updated": s.updated, "deleted": s.deleted} for s in found}
        await acts.write(connection, beside.schema, Act(act.id, act.kind, act.by, {**act.told, "tables": told}))
        return found


async def derive(
    pool: AsyncConnectionPool[Any], beside: Beside, after: Item | None, limit: int, *, dry_run: bool
) -> tuple[int, Item | None]:
    """Derive the work of the next `limit` heads, or only tell how much would change. Safe at any time."""
    async with pool.connection() as connection, connection.transaction(force_rollback=dry_run):
        return await beside.derive(connection, after, limit)


async def end(pool: AsyncConnectionPool[Any], beside: Beside, rebuild_id: UUID) -> None:
    """End a rebuild, taken over or not."""

    async def work(connection: Connection) -> None:
        await connection.execute(_sql("DELETE FROM {}.rebuild WHERE id = %s", beside.schema), (rebuild_id,))

    await sweep(pool, work)


async def _require(connection: Connection, schema: str, rebuild_id: UUID) -> None:
    cursor = await connection.execute(
        _sql("""
        UPDATE {}.rebuild SET expires_at = clock_timestamp() + %s * interval '1 second'
        WHERE id = %s AND expires_at > clock_timestamp() RETURNING id""", schema),
        (TERM_SECONDS, rebuild_id),
    )  # fmt: skip
    if await cursor.fetchone() is None:
        raise NotBuilding


def _sql(text: LiteralString, schema: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(schema))
