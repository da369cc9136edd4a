"""Dead letters in an operator's hand: listed, read, handled again or put aside. A row is marked, never deleted.

Handling one again gives the stored record to the same `Consumer.handle()`: an effect that was there already comes once,
as on any redelivery. The mark follows in a transaction of its own; without it the letter stays open and can be
requeued once more, which changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from event_contracts.topics import TOPICS
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from event_spine.consumer import Consumer
from event_spine.loop import sweep
from event_spine.records import Record

logger = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[Any]
NEWEST = 2**63 - 1

_COLUMNS = sql.SQL(
    """id, topic, partition, "offset", event_id, reason, detail, attempts, length(raw), recorded_at,
       state, settled_at, settled_by, settled_why"""
)
_CHOSEN = sql.SQL("""
    (%(state)s::text IS NULL OR state = %(state)s) AND (%(reason)s::text IS NULL OR reason = %(reason)s)
    AND (%(topic)s::text IS NULL OR topic = %(topic)s)""")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One record that could not be handled. `state`: open, requeued (handled since) or discarded."""

    id: int
    topic: str
    partition: int
    offset: int
    event_id: UUID | None
    reason: str
    detail: str
    attempts: int
    size: int
    recorded_at: datetime
    state: str
    settled_at: datetime | None
    settled_by: str | None
    settled_why: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which dead letters are meant; None means any."""

    state: str | None = "open"
    reason: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many dead letters of a topic have a reason and a state, and when the first of them came."""

    topic: str
    reason: str
    state: str
    count: int
    oldest_at: datetime = field(compare=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one: requeued, discarded, failed (stays open with this reason), not_open, not_found, no_event."""

    id: int
    outcome: str
    reason: str | None = None
    detail: str | None = None


async def page(connection: Connection, schema: str, choice: Choice, before: int, limit: int) -> list[DeadLetter]:
    """Return at most `limit` chosen dead letters with an id below `before`, newest first."""
    cursor = await connection.execute(
        sql.SQL("SELECT {} FROM {}.dead_letters WHERE id < %(before)s AND {} ORDER BY id DESC LIMIT %(limit)s").format(
            _COLUMNS, sql.Identifier(schema), _CHOSEN
        ),
        {**_values(choice), "before": before, "limit": limit},
    )
    return [DeadLetter(*row) for row in await cursor.fetchall()]


async def open_ids(connection: Connection, schema: str, choice: Choice, after: int, limit: int) -> list[int]:
    """Return the ids of at most `limit` open dead letters above `after`, oldest first: the order to requeue them in."""
    cursor = await connection.execute(
        sql.SQL("SELECT id FROM {}.dead_letters WHERE id > %(after)s AND {} ORDER BY id LIMIT %(limit)s").format(
            sql.Identifier(schema), _CHOSEN
        ),
        {**_values(choice), "state": "open", "after": after, "limit": limit},
    )
    return [row[0] for row in await cursor.fetchall()]


async def find(connection: Connection, schema: str, letter_id: int) -> tuple[DeadLetter, bytes] | None:
    """Return a dead letter and the record's exact bytes, or None."""
    cursor = await connection.execute(
        sql.SQL("SELECT {}, raw FROM {}.dead_letters WHERE id = %s").format(_COLUMNS, sql.Identifier(schema)),
        (letter_id,),
    )
    row = await cursor.fetchone()
    return row and (DeadLetter(*row[:-1]), bytes(row[-1]))


async def counts(connection: Connection, schema: str) -> list[Count]:
    """Return how many there are of each topic, reason and state."""
    cursor = await connection.execute(
        sql.SQL("""
        SELECT topic, reason, state, count(*), min(recorded_at) FROM {}.dead_letters
        GROUP BY topic, reason, state ORDER BY topic, reason, state""").format(sql.Identifier(schema))
    )
    return [Count(*row) for row in await cursor.fetchall()]


async def requeue(consumer: Consumer, letter_id: int, by: str) -> Settled:
    """Handle a dead letter again on behalf of `by`. Raises Transient while the store is away: nothing was changed."""
    async with consumer.pool.connection() as connection:
        found = await find(connection, consumer.schema, letter_id)
    if found is None:
        return Settled(letter_id, "not_found")
    letter, raw = found
    if letter.state != "open":
        return Settled(letter_id, "not_open", detail=f"It is {letter.state} already.")
    if letter.topic not in TOPICS:
        return Settled(letter_id, "no_event", detail="It is no record of a topic: there is nothing to handle again.")
    refused = await consumer.handle([Record(letter.topic, letter.partition, letter.offset, None, raw)])
    if refused:
        settled = Settled(letter_id, "failed", refused[0].reason, refused[0].detail)
        mark = _still_open(consumer.schema, settled, refused[0].attempts)
    else:
        settled = Settled(letter_id, "requeued")
        mark = _settled(consumer.schema, [letter_id], "requeued", by, None)
    marked = await _mark(consumer.pool, *mark)
    if not marked:
        return Settled(letter_id, "not_open", detail="Somebody else has settled it in the meantime.")
    _log(consumer.schema, settled, by, None)
    return settled


async def discard(
    pool: AsyncConnectionPool[Any], schema: str, letter_ids: Sequence[int], by: str, why: str
) -> list[Settled]:
    """Put dead letters aside for good on behalf of `by`, who says why; nothing of them is deleted."""
    marked = set(await _mark(pool, *_settled(schema, letter_ids, "discarded", by, why)))
    settled = [Settled(one, "discarded" if one in marked else "not_open") for one in letter_ids]
    for one in settled:
        if one.id in marked:
            _log(schema, one, by, why)
    return settled


def _values(choice: Choice) -> dict[str, str | None]:
    return {"state": choice.state, "reason": choice.reason, "topic": choice.topic}


def _settled(
    schema: str, letter_ids: Sequence[int], state: str, by: str, why: str | None
) -> tuple[sql.Composed, dict[str, Any]]:
    return sql.SQL("""
        UPDATE {}.dead_letters SET state = %(state)s, settled_at = clock_timestamp(), settled_by = %(by)s,
          settled_why = %(why)s
        WHERE id = ANY(%(ids)s) AND state = 'open' RETURNING id""").format(sql.Identifier(schema)), {
        "state": state,
        "by": by,
        "why": why,
        "ids": list(letter_ids),
    }


def _still_open(schema: str, failed: Settled, attempts: int) -> tuple[sql.Composed, dict[str, Any]]:
    return sql.SQL("""
        UPDATE {}.dead_letters SET reason = %(reason)s, detail = %(detail)s, attempts = attempts + %(attempts)s
        WHERE id = %(id)s AND state = 'open' RETURNING id""").format(sql.Identifier(schema)), {
        "id": failed.id,
        "reason": failed.reason,
        "detail": (failed.detail or "")[:4000],
        "attempts": attempts,
    }


async def _mark(pool: AsyncConnectionPool[Any], statement: sql.Composed, values: dict[str, Any]) -> list[int]:
    async def work(connection: Connection) -> list[int]:
        return [row[0] for row in await (await connection.execute(statement, values)).fetchall()]

    return await sweep(pool, work)


def _log(schema: str, settled: Settled, by: str, why: str | None) -> None:
    logger.info(
        "dead letter settled",
        extra={
            "schema": schema,
            "dead_letter_id": settled.id,
            "outcome": settled.outcome,
            "reason": settled.reason,
            "by": by,
            "why": why,
        },
    )
