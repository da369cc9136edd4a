"""Counts and digests over ranges of event ids: what a ledger and the audit are compared by, without sending the events.

The digest of a range is the sum, in two halves, of SHA-256 over each event's id, version and digest: it needs no order
and no memory, and every difference shows in it. It finds damage; against somebody who forges are seals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from event_spine.events_in_range import Range

COLUMNS: LiteralString = "event_id, topic, type, aggregate_id, version, digest, record"

_HALF: LiteralString = "sum(('x' || encode(substr(mark, {}, 8), 'hex'))::bit(64)::bigint)"

_PART: LiteralString = """
  SELECT * FROM ({source}) AS s WHERE event_id > %(after)s AND event_id < %(until)s AND topic = %(topic)s
  ORDER BY event_id LIMIT %(limit)s"""

_SUM: LiteralString = f"""
WITH part AS ({_PART}), marked AS (
  SELECT event_id, sha256(uuid_send(event_id) || int8send(coalesce(version, 0)) || digest) AS mark,
    record IS NOT NULL AND sha256(record) <> digest AS damaged
  FROM part
)
SELECT count(*), {_HALF.replace("{}", "1")}, {_HALF.replace("{}", "9")},
  (array_agg(event_id ORDER BY event_id DESC))[1],
  (array_agg(event_id ORDER BY event_id) FILTER (WHERE damaged))[1]
FROM marked"""

_ENTRIES: LiteralString = f"""
WITH part AS ({_PART}) SELECT event_id, type, aggregate_id, version, digest FROM part ORDER BY event_id"""


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbered events lie: a SELECT of COLUMNS; `record` is null where the bytes were erased."""

    select: LiteralString


@dataclass(frozen=True, slots=True)
class RangeSum:
    """How many events a range has, their digest, the last of them, and the first whose bytes have another digest."""

    count: int
    digest: str
    last: UUID | None
    damaged: UUID | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """One event as it is compared."""

    event_id: UUID
    type: str
    aggregate_id: UUID | None
    version: int | None
    digest: bytes


def ledger_source(schema: LiteralString) -> Source:
    """Return the events of the ledger in `schema`."""
    return Source(f"SELECT {COLUMNS} FROM {schema}.ledger")


async def sum_of(connection: psycopg.AsyncConnection[Any], source: Source, wanted: Range, limit: int) -> RangeSum:
    """Return the sum of the first `limit` events of a range."""
    statement = _SUM.replace("{source}", source.select)
    row = await (await connection.execute(statement, _values(wanted, limit))).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has its row
    return RangeSum(row[0], f"{row[1] or 0}/{row[2] or 0}", row[3], row[4])


async def entries_of(
    connection: psycopg.AsyncConnection[Any], source: Source, wanted: Range, limit: int
) -> Sequence[Numbered]:
    """Return the first `limit` events of a range, in the order of their ids."""
    statement = _ENTRIES.replace("{source}", source.select)
    rows = await (await connection.execute(statement, _values(wanted, limit))).fetchall()
    return [Numbered(row[0], row[1], row[2], row[3], bytes(row[4])) for row in rows]


def _values(wanted: Range, limit: int) -> dict[str, Any]:
    return {"after": wanted.after, "until": wanted.until, "topic": wanted.topic, "limit": limit}
