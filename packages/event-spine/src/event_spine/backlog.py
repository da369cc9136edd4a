"""The pending queue as the relay sees it: read in order, delete what was acknowledged, hold what was refused."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

import psycopg
from psycopg import sql

from event_spine.errors import LeaseLost
from event_spine.lease import Lease
from event_spine.outgoing import Outgoing, Refusal

TRAILING_SECONDS = 2.0
UNBOUNDED_EVERY_SECONDS = 1.0
HOLD_FIRST_SECONDS = 0.5
HOLD_LONGEST_SECONDS = 60.0


class Backlog:
    """Reads `pending` in `seq` order.

    A long-held snapshot (a dump) keeps deleted rows visible to the index, so reads start above `low`, the highest
    seq read two seconds ago; it trails because a commit may become visible late. Once a second a read has no lower
    bound and finds what was held or late for longer.
    """

    def __init__(self, schema: str, batch: int = 1000) -> None:
        self._schema = sql.Identifier(schema)
        self._batch = batch
        self._highest: deque[tuple[float, int]] = deque()
        self._low = 0
        self._unbounded_at = 0.0

    async def read(self, connection: psycopg.AsyncConnection) -> list[Outgoing]:
        """Return the next events whose stream key is not held, oldest first."""
        now = time.monotonic()
        low = self._lower_bound(now)
        cursor = await connection.execute(
            sql.SQL("""
            SELECT p.seq, p.event_id, p.topic, p.stream_key, l.record, l.user_id, l.change
            FROM {s}.pending p JOIN {s}.ledger l ON l.event_id = p.event_id
            WHERE p.seq > %(low)s AND NOT EXISTS (
              SELECT 1 FROM {s}.held h WHERE h.topic = p.topic AND h.stream_key = p.stream_key
                AND (h.operator_only OR h.not_before > clock_timestamp()))
            ORDER BY p.seq LIMIT %(batch)s""").format(s=self._schema),
            {"low": low, "batch": self._batch},
        )
        events = [Outgoing(*row) for row in await cursor.fetchall()]
        if events:
            self._highest.append((now, events[-1].seq))
        return events

    def look_everywhere(self) -> None:
        """Make the next read one without a lower bound (after a bulk failed its events must be seen again)."""
        self._unbounded_at = 0.0

    async def acknowledge(self, connection: psycopg.AsyncConnection, lease: Lease, events: Sequence[Outgoing]) -> None:
        """Delete acknowledged events. Raises LeaseLost when the lease is no longer this relay's."""
        cursor = await connection.execute(
            sql.SQL("""
            WITH ours AS (
              SELECT 1 FROM {s}.relay_lease WHERE name = 'relay' AND owner = %(owner)s AND epoch = %(epoch)s),
            gone AS (
              DELETE FROM {s}.pending WHERE seq = ANY(%(seqs)s) AND EXISTS (SELECT 1 FROM ours)
              RETURNING topic, stream_key),
            freed AS (
              DELETE FROM {s}.held h USING gone g WHERE h.topic = g.topic AND h.stream_key = g.stream_key)
            SELECT EXISTS (SELECT 1 FROM ours)""").format(s=self._schema),
            {"seqs": [e.seq for e in events], "owner": lease.owner, "epoch": lease.epoch},
        )
        row = await cursor.fetchone()
        if row is None or not row[0]:
            raise LeaseLost

    async def hold(
        self, connection: psycopg.AsyncConnection, events: Sequence[Outgoing], refusals: Sequence[Refusal]
    ) -> None:
        """Remember why entries were refused and when their keys may be tried again (exponential, at most a minute)."""
        by_id = {e.event_id: e for e in events}
        for refusal in refusals:
            event = by_id[refusal.event_id]
            await connection.execute(
                sql.SQL("""
                INSERT INTO {s}.held AS h (topic, stream_key, event_id, reason, operator_only, attempts, not_before)
                VALUES (%(topic)s, %(key)s, %(id)s, %(reason)s, %(operator)s, 1,
                        clock_timestamp() + %(first)s * interval '1 second')
                ON CONFLICT (topic, stream_key) DO UPDATE SET event_id = excluded.event_id, reason = excluded.reason,
                  operator_only = excluded.operator_only, attempts = h.attempts + 1,
                  not_before = clock_timestamp() + least(%(longest)s, %(first)s * power(2, least(h.attempts, 20)))
                    * interval '1 second'""").format(s=self._schema),
                {
                    "topic": event.topic,
                    "key": event.stream_key,
                    "id": event.event_id,
                    "reason": refusal.reason[:2000],
                    "operator": refusal.operator_only,
                    "first": HOLD_FIRST_SECONDS,
                    "longest": HOLD_LONGEST_SECONDS,
                },
            )

    def _lower_bound(self, now: float) -> int:
        while self._highest and self._highest[0][0] < now - TRAILING_SECONDS:
            self._low = self._highest.popleft()[1]
        if now - self._unbounded_at >= UNBOUNDED_EVERY_SECONDS:
            self._unbounded_at = now
            return 0
        return self._low
