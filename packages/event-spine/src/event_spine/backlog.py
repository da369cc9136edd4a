"""The pending queue as the relay sees it: read in order, delete what was acknowledged, hold what was refused."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

import psycopg
from psycopg import sql

from event_spine import metrics
from event_spine.errors import LeaseLost
from event_spine.lease import Lease
from event_spine.outgoing import Outgoing, Refusal

TRAILING_SECONDS = 2.0
UNBOUNDED_EVERY_SECONDS = 1.0
UNBOUNDED_SHARE = 20
"""A read without a lower bound comes again after so many times its own length at the earliest, and after the longest
pause at the latest: behind a dump that is held open it has to walk over every row deleted since."""
UNBOUNDED_LONGEST_SECONDS = 10.0
HOLD_FIRST_SECONDS = 0.5
HOLD_LONGEST_SECONDS = 60.0


class Backlog:
    """Reads `pending` in `seq` order.

    A long-held snapshot (a dump) keeps deleted rows visible to the index, so reads start above `low`, the highest
    seq read two seconds ago; it trails because a commit may become visible late. Once a second (less often while that
    is slow) a read looks everywhere: it has no lower bound, and finds what is late for longer and which held keys are
    due. A key that is held is left out of the other reads, due or not, or its newer events would overtake those below
    `low`; whenever something below `low` may be read again, `low` begins anew (`look_everywhere`).
    """

    def __init__(self, schema: str, batch: int = 1000) -> None:
        self._schema = sql.Identifier(schema)
        self._batch = batch
        self._highest: deque[tuple[float, int]] = deque()
        self._low = 0
        self._unbounded_due = 0.0

    async def read(self, connection: psycopg.AsyncConnection, without: Sequence[str] = ()) -> list[Outgoing]:
        """Return the next events whose stream key is not held, oldest first; none of the topics in `without`."""
        now = time.monotonic()
        low = self._lower_bound(now)
        cursor = await connection.execute(
            sql.SQL("""
            SELECT p.seq, p.event_id, p.topic, p.stream_key, l.record, l.user_id, l.change
            FROM {s}.pending p JOIN {s}.ledger l ON l.event_id = p.event_id
            WHERE p.seq > %(low)s AND p.topic <> ALL(%(without)s) AND NOT EXISTS (
              SELECT 1 FROM {s}.held h WHERE h.topic = p.topic AND h.stream_key = p.stream_key
                AND (%(low)s > 0 OR h.operator_only OR h.not_before > clock_timestamp()))
            ORDER BY p.seq LIMIT %(batch)s""").format(s=self._schema),
            {"low": low, "without": list(without), "batch": self._batch},
        )
        events = [Outgoing(*row) for row in await cursor.fetchall()]
        took = time.monotonic() - now
        metrics.RELAY_READ_SECONDS.observe(took)
        if low == 0:
            pause = min(UNBOUNDED_LONGEST_SECONDS, max(UNBOUNDED_EVERY_SECONDS, UNBOUNDED_SHARE * took))
            self._unbounded_due = now + pause
            await self._tell_held(connection)
        if events:
            self._highest.append((now, events[-1].seq))
        return events

    def look_everywhere(self) -> None:
        """Begin anew at the lowest seq: something below is, or will be, to be read again."""
        self._highest.clear()
        self._low = 0
        self._unbounded_due = 0.0

    async def acknowledge(self, connection: psycopg.AsyncConnection, lease: Lease, events: Sequence[Outgoing]) -> None:
        """Delete acknowledged events; their keys are held no longer. Raises LeaseLost when the lease is another's."""
        cursor = await connection.execute(
            sql.SQL("""
            WITH ours AS (
              SELECT 1 FROM {s}.relay_lease WHERE name = 'relay' AND owner = %(owner)s AND epoch = %(epoch)s),
            gone AS (
              DELETE FROM {s}.pending WHERE seq = ANY(%(seqs)s) AND EXISTS (SELECT 1 FROM ours)
              RETURNING topic, stream_key),
            freed AS (
              DELETE FROM {s}.held h USING gone g WHERE h.topic = g.topic AND h.stream_key = g.stream_key RETURNING 1)
            SELECT EXISTS (SELECT 1 FROM ours), EXISTS (SELECT 1 FROM freed)""").format(s=self._schema),
            {"seqs": [e.seq for e in events], "owner": lease.owner, "epoch": lease.epoch},
        )
        row = await cursor.fetchone()
        if row is None or not row[0]:
            raise LeaseLost
        if row[1]:
            self.look_everywhere()

    async def hold(
        self, connection: psycopg.AsyncConnection, lease: Lease, events: Sequence[Outgoing], refusals: Sequence[Refusal]
    ) -> None:
        """Remember why entries were refused and when their keys may be tried again (exponential, at most a minute).

        Raises LeaseLost when the lease is no longer this relay's. An event that has left the queue holds nothing back.
        """
        by_id = {e.event_id: e for e in events}
        refused = [(by_id[r.event_id], r) for r in refusals]
        async with connection.transaction():
            cursor = await connection.execute(
                sql.SQL(
                    "SELECT 1 FROM {s}.relay_lease WHERE name = 'relay' AND owner = %s AND epoch = %s FOR UPDATE"
                ).format(s=self._schema),
                (lease.owner, lease.epoch),
            )
            if await cursor.fetchone() is None:
                raise LeaseLost
            await connection.execute(
                sql.SQL("""
                INSERT INTO {s}.held AS h (topic, stream_key, event_id, reason, operator_only, attempts, not_before)
                SELECT r.topic, r.key, r.id, r.reason, r.operator, 1,
                       clock_timestamp() + %(first)s * interval '1 second'
                FROM unnest(%(seqs)s::bigint[], %(topics)s::text[], %(keys)s::text[], %(ids)s::uuid[],
                            %(reasons)s::text[], %(operators)s::boolean[]) AS r(seq, topic, key, id, reason, operator)
                WHERE EXISTS (SELECT 1 FROM {s}.pending p WHERE p.seq = r.seq)
                ON CONFLICT (topic, stream_key) DO UPDATE SET event_id = excluded.event_id, reason = excluded.reason,
                  operator_only = excluded.operator_only, attempts = h.attempts + 1,
                  not_before = clock_timestamp() + least(%(longest)s, %(first)s * power(2, least(h.attempts, 20)))
                    * interval '1 second'""").format(s=self._schema),
                {
                    "seqs": [e.seq for e, _ in refused],
                    "topics": [e.topic for e, _ in refused],
                    "keys": [e.stream_key for e, _ in refused],
                    "ids": [e.event_id for e, _ in refused],
                    "reasons": [r.reason[:2000] for _, r in refused],
                    "operators": [r.operator_only for _, r in refused],
                    "first": HOLD_FIRST_SECONDS,
                    "longest": HOLD_LONGEST_SECONDS,
                },
            )

    async def _tell_held(self, connection: psycopg.AsyncConnection) -> None:
        """Tell how many keys wait for an operator: each was refused once, and stays held however long ago that was."""
        cursor = await connection.execute(
            sql.SQL("SELECT count(*) FROM {}.held WHERE operator_only").format(self._schema)
        )
        row = await cursor.fetchone()
        metrics.RELAY_HELD.set(row[0] if row else 0)

    def _lower_bound(self, now: float) -> int:
        while self._highest and self._highest[0][0] < now - TRAILING_SECONDS:
            self._low = self._highest.popleft()[1]
        return 0 if now >= self._unbounded_due else self._low
