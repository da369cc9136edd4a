"""What a batch would change if it were handled: the same handlers in a transaction that is rolled back.

Rows are counted by PostgreSQL itself (its statistics of the running transaction), so nothing has to be known of the
consumer's tables. A row that is written twice counts twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from event_spine.consumer import TRANSIENT, Consumer
from event_spine.errors import Transient
from event_spine.parsing import parse_batch
from event_spine.records import Delivered, Record, Refused

# Partitions count for the table that they are of. What this connection did before is in the figures, too.
_WRITTEN = """
SELECT coalesce(root.relname, s.relname), sum(s.n_tup_ins), sum(s.n_tup_upd), sum(s.n_tup_del)
FROM pg_stat_xact_user_tables s
  LEFT JOIN pg_class root ON root.oid = pg_partition_root(s.relid) AND root.oid <> s.relid
WHERE s.schemaname = %s AND s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0 GROUP BY 1"""

Counts = Mapping[str, "Written"]


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows of a table are inserted, updated and deleted."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    def __add__(self, more: Written) -> Written:
        return Written(self.inserted + more.inserted, self.updated + more.updated, self.deleted + more.deleted)

    def __sub__(self, before: Written) -> Written:
        return Written(self.inserted - before.inserted, self.updated - before.updated, self.deleted - before.deleted)


@dataclass(frozen=True, slots=True)
class Effect:
    """An event that would change something."""

    event_id: UUID
    type: str
    subject: str | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a batch would change: rows per table, the events that do it, and what would become a dead letter."""

    tables: Counts
    effects: Sequence[Effect]
    refused: Sequence[Refused]


async def rehearse(consumer: Consumer, records: Sequence[Record]) -> Rehearsal:
    """Handle a batch and take it back. Raises Transient when the store is away."""
    delivered, poison = parse_batch(records)
    try:
        async with consumer.pool.connection() as connection, connection.transaction(force_rollback=True):
            return await _rehearse(consumer, connection, delivered, poison)
    except TRANSIENT as error:
        raise Transient(str(error)) from error


async def written(connection: psycopg.AsyncConnection[Any], schema: str) -> Counts:
    """Return the rows written so far per table of a schema; what counts is the difference of two answers."""
    rows = await (await connection.execute(_WRITTEN, (schema,))).fetchall()
    return {row[0]: Written(int(row[1]), int(row[2]), int(row[3])) for row in rows}


def difference(before: Counts, after: Counts) -> Counts:
    """Return what was written between two answers of `written`."""
    moved = {name: counts - before.get(name, Written()) for name, counts in after.items()}
    return {name: counts for name, counts in sorted(moved.items()) if counts != Written()}


async def _rehearse(
    consumer: Consumer, connection: psycopg.AsyncConnection[Any], delivered: Sequence[Delivered], poison: list[Refused]
) -> Rehearsal:
    if await _unchanged(consumer, connection, delivered):
        return Rehearsal({}, [], poison)
    # One by one, each seeing what those before it have done, so that it can be said which events it is.
    tables: dict[str, Written] = {}
    effects: list[Effect] = []
    refused = list(poison)
    for one in delivered:
        before = await written(connection, consumer.schema)
        try:
            async with connection.transaction():
                await consumer.apply(connection, [one], [])
        except TRANSIENT:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the handler raises would become a dead letter's reason
            refused.append(Refused(one.record, "handler_failed", f"{type(error).__name__}: {error}", 1, one.event.id))
            continue
        moved = difference(before, await written(connection, consumer.schema))
        if moved:
            effects.append(Effect(one.event.id, one.event.type, one.event.subject))
        for name, counts in moved.items():
            tables[name] = tables.get(name, Written()) + counts
    return Rehearsal(tables, effects, refused)


async def _unchanged(
    consumer: Consumer, connection: psycopg.AsyncConnection[Any], delivered: Sequence[Delivered]
) -> bool:
    """Say whether the batch as a whole writes nothing, as it should where everything was handled before."""
    before = await written(connection, consumer.schema)
    try:
        async with connection.transaction(force_rollback=True):
            await consumer.apply(connection, delivered, [])
            return not difference(before, await written(connection, consumer.schema))
    except TRANSIENT:
        raise
    except Exception:  # noqa: BLE001 - which event it was is found out one by one
        return False
