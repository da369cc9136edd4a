"""Held stream keys in an operator's hand: listed with what waits behind them, tried again, or their event put aside.

An event that is put aside is never published; it stays in the ledger, and the act says so. The lease row is locked
first, as `Backlog.hold` does, so that a relay cannot hold a key for an event that has just gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from event_spine.relay_acts import Operator, record_act

Connection = psycopg.AsyncConnection[Any]
Key = tuple[str, str]
"""Topic and stream key."""


@dataclass(frozen=True, slots=True)
class Held:
    """A stream key that waits because its next event was refused. `operator_only`: until an operator acts.

    `waiting` counts the pending events of the key, the refused one included; `type` and `size` are that one's.
    """

    topic: str
    stream_key: str
    event_id: UUID
    type: str | None
    size: int | None
    reason: str
    operator_only: bool
    attempts: int
    waiting: int
    held_at: datetime
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one: released, discarded or not_held."""

    topic: str
    stream_key: str
    outcome: str
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which held keys are meant; None means any."""

    topic: str | None = None
    operator_only: bool | None = None


async def page(connection: Connection, schema: str, choice: Choice, after: Key, limit: int) -> list[Held]:
    """Return at most `limit` chosen held keys behind `after`, by topic and key."""
    cursor = await connection.execute(
        sql.SQL("""
        WITH chosen AS MATERIALIZED (
          SELECT * FROM {s}.held
          WHERE (topic, stream_key) > (%(topic_after)s, %(key_after)s) AND {chosen}
          ORDER BY topic, stream_key LIMIT %(limit)s),
        waiting AS (
          SELECT p.topic, p.stream_key, count(*) AS n FROM {s}.pending p
          JOIN chosen c ON c.topic = p.topic AND c.stream_key = p.stream_key GROUP BY p.topic, p.stream_key)
        SELECT c.topic, c.stream_key, c.event_id, l.type, length(l.record), c.reason, c.operator_only, c.attempts,
               coalesce(w.n, 0), c.held_at, c.not_before
        FROM chosen c LEFT JOIN {s}.ledger l ON l.event_id = c.event_id
          LEFT JOIN waiting w ON w.topic = c.topic AND w.stream_key = c.stream_key
        ORDER BY c.topic, c.stream_key""").format(s=sql.Identifier(schema), chosen=_CHOSEN),
        {**_values(choice), "topic_after": after[0], "key_after": after[1], "limit": limit},
    )
    return [Held(*row) for row in await cursor.fetchall()]


async def release(
    pool: AsyncConnectionPool[Any], schema: str, meant: Sequence[Key] | Choice, operator: Operator
) -> list[Outcome]:
    """Let the relay try keys again now, those named or all that are chosen; the cause should have been mended."""
    async with pool.connection() as connection, connection.transaction():
        await _lock(connection, schema)
        if isinstance(meant, Choice):
            where, values = _CHOSEN, _values(meant)
        else:
            where, values = _NAMED, _names(meant)
        cursor = await connection.execute(
            sql.SQL("""
            UPDATE {}.held SET operator_only = false, not_before = clock_timestamp()
            WHERE {} RETURNING topic, stream_key, event_id""").format(sql.Identifier(schema), where),
            values,
        )
        rows = await cursor.fetchall()
        done = [Outcome(topic, key, "released", event_id) for topic, key, event_id in rows]
        if done:
            await record_act(connection, schema, "release", operator, _detail(done), len(done))
    return _with_the_others(done, [] if isinstance(meant, Choice) else meant)


async def discard(
    pool: AsyncConnectionPool[Any], schema: str, keys: Sequence[Key], operator: Operator
) -> list[Outcome]:
    """Put the refused event of each key aside for good: it is not published, and what waits behind it goes on.

    The key stays held, to be tried at once, as long as something waits: a relay frees it and then reads from the
    lowest seq, so that nothing overtakes what was behind.
    """
    async with pool.connection() as connection, connection.transaction():
        await _lock(connection, schema)
        cursor = await connection.execute(
            sql.SQL("""
            WITH meant AS MATERIALIZED (SELECT topic, stream_key, event_id FROM {s}.held WHERE {named}),
            unpublished AS (DELETE FROM {s}.pending p USING meant m WHERE p.event_id = m.event_id),
            behind AS MATERIALIZED (
              SELECT DISTINCT ON (p.topic, p.stream_key) p.topic, p.stream_key, p.event_id
              FROM {s}.pending p JOIN meant m
                ON m.topic = p.topic AND m.stream_key = p.stream_key AND m.event_id <> p.event_id
              ORDER BY p.topic, p.stream_key, p.seq),
            next AS (
              UPDATE {s}.held h SET event_id = b.event_id, operator_only = false, not_before = clock_timestamp(),
                attempts = 0, reason = 'waits for its first try: the event before it was discarded'
              FROM behind b WHERE h.topic = b.topic AND h.stream_key = b.stream_key),
            gone AS (
              DELETE FROM {s}.held h USING meant m WHERE h.topic = m.topic AND h.stream_key = m.stream_key
                AND NOT EXISTS (SELECT 1 FROM behind b WHERE b.topic = h.topic AND b.stream_key = h.stream_key))
            SELECT topic, stream_key, event_id FROM meant""").format(s=sql.Identifier(schema), named=_NAMED),
            _names(keys),
        )
        rows = await cursor.fetchall()
        done = [Outcome(topic, key, "discarded", event_id) for topic, key, event_id in rows]
        if done:
            await record_act(connection, schema, "discard", operator, _detail(done), len(done))
    return _with_the_others(done, keys)


_CHOSEN = sql.SQL("""
    (%(topic)s::text IS NULL OR topic = %(topic)s)
    AND (%(operator_only)s::boolean IS NULL OR operator_only = %(operator_only)s)""")
_NAMED = sql.SQL("(topic, stream_key) IN (SELECT * FROM unnest(%(topics)s::text[], %(keys)s::text[]))")


def _values(choice: Choice) -> dict[str, Any]:
    return {"topic": choice.topic, "operator_only": choice.operator_only}


def _names(keys: Sequence[Key]) -> dict[str, Any]:
    return {"topics": [topic for topic, _ in keys], "keys": [key for _, key in keys]}


async def _lock(connection: Connection, schema: str) -> None:
    await connection.execute(
        sql.SQL("SELECT 1 FROM {}.relay_lease WHERE name = 'relay' FOR UPDATE").format(sql.Identifier(schema))
    )


def _detail(done: Sequence[Outcome]) -> dict[str, Any]:
    return {"events": [{"topic": o.topic, "stream_key": o.stream_key, "event_id": str(o.event_id)} for o in done]}


def _with_the_others(done: list[Outcome], asked: Sequence[Key]) -> list[Outcome]:
    found = {(one.topic, one.stream_key) for one in done}
    return [
        *done,
        *(Outcome(topic, key, "not_held") for topic, key in dict.fromkeys(asked) if (topic, key) not in found),
    ]
