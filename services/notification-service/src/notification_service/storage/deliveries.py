"""Deliveries in the database: queued in turns, claimed for a term, settled under the fence of the claim, logged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from notification_service.sending.delivery import Delivery, Logged

Connection = psycopg.AsyncConnection[Any]
QUIET = "it waits for the end of quiet hours"

# Turns make people come round in a lane: each one's next delivery stands behind what is at its head now, and behind
# that person's own last. Ten thousand of one person delay nobody else by more than one.
QUEUE: LiteralString = """
WITH told AS (
  SELECT * FROM jsonb_to_recordset(%s) AS t(delivery_id uuid, user_id uuid, channel_id uuid, lane text, key text,
    kind text, content jsonb, place int)
), bases AS (
  SELECT p.lane, p.user_id, greatest(
    (SELECT min(d.turn) FROM notifications.deliveries d WHERE d.ready AND d.lane = p.lane),
    (SELECT max(d.turn) + 1 FROM notifications.deliveries d
     WHERE d.state = 'queued' AND d.lane = p.lane AND d.user_id = p.user_id), 0) AS base
  FROM (SELECT DISTINCT lane, user_id FROM told) AS p
)
INSERT INTO notifications.deliveries (delivery_id, user_id, channel_id, lane, turn, key, kind, content)
SELECT t.delivery_id, t.user_id, t.channel_id, t.lane,
  b.base + row_number() OVER (PARTITION BY t.lane, t.user_id ORDER BY t.place) - 1, t.key, t.kind, t.content
FROM told t JOIN bases b USING (lane, user_id) ORDER BY t.channel_id, t.key
ON CONFLICT ON CONSTRAINT deliveries_once DO NOTHING"""

# What is to be tried again, and what somebody claimed and did not settle in its term.
PROMOTE: LiteralString = """
UPDATE notifications.deliveries d SET ready = true, claim = NULL
FROM (
  SELECT delivery_id FROM notifications.deliveries
  WHERE state = 'queued' AND NOT ready AND not_before <= (SELECT clock_timestamp())
  ORDER BY not_before LIMIT %s FOR UPDATE SKIP LOCKED
) AS due
WHERE d.delivery_id = due.delivery_id"""

# From lane to lane through the index, a few of each: what a round costs depends on what is ready, not on what waits.
CLAIM: LiteralString = """
WITH RECURSIVE lanes AS (
  (SELECT lane FROM notifications.deliveries WHERE ready ORDER BY lane LIMIT 1)
  UNION ALL
  SELECT (SELECT d.lane FROM notifications.deliveries d WHERE d.ready AND d.lane > l.lane ORDER BY d.lane LIMIT 1)
  FROM lanes l WHERE l.lane IS NOT NULL
), open AS (
  SELECT lane, CASE WHEN lane = ANY(%(broken)s) THEN 1 ELSE %(each)s END AS most FROM lanes
  WHERE lane IS NOT NULL AND lane <> ALL(%(shut)s) ORDER BY random() LIMIT %(limit)s
), mine AS (
  SELECT found.delivery_id FROM open o CROSS JOIN LATERAL (
    SELECT d.delivery_id FROM notifications.deliveries d
    WHERE d.ready AND d.lane = o.lane AND d.user_id <> ALL(%(busy)s)
    ORDER BY d.turn LIMIT o.most FOR UPDATE SKIP LOCKED
  ) AS found LIMIT %(limit)s
)
UPDATE notifications.deliveries d SET ready = false, claim = %(claim)s, tries = d.tries + 1,
  not_before = clock_timestamp() + %(lease)s * interval '1 second'
FROM mine WHERE d.delivery_id = mine.delivery_id
RETURNING d.delivery_id, d.user_id, d.channel_id, d.lane, d.kind, d.content, d.asked, d.tries, d.claim, d.queued_at,
  d.version"""

BEGIN_TRIAL: LiteralString = """
INSERT INTO notifications.deliveries (delivery_id, user_id, channel_id, lane, turn, key, kind, content, ready, asked,
  tries, claim, not_before)
VALUES (%(delivery_id)s, %(user_id)s, %(channel_id)s, %(lane)s, 0, %(key)s, 'test', %(content)s, false, true, 1,
  %(claim)s, clock_timestamp() + %(lease)s * interval '1 second')
RETURNING delivery_id, user_id, channel_id, lane, kind, content, asked, tries, claim, queued_at, version"""

SETTLE: LiteralString = """
UPDATE notifications.deliveries SET state = %(state)s, ready = false, claim = NULL, last_error = %(reason)s,
  settled_at = clock_timestamp(), version = version + %(events)s
WHERE delivery_id = %(id)s AND claim = %(claim)s AND state = 'queued' RETURNING version"""

SETTLE_SENT: LiteralString = """
UPDATE notifications.deliveries d SET state = 'sent', ready = false, claim = NULL, last_error = s.detail,
  settled_at = clock_timestamp(), version = d.version + 1
FROM unnest(%(ids)b::uuid[], %(claims)b::uuid[], %(details)s::text[]) AS s(delivery_id, claim, detail)
WHERE d.delivery_id = s.delivery_id AND d.claim = s.claim AND d.state = 'queued' RETURNING d.delivery_id, d.version"""

POSTPONE: LiteralString = """
UPDATE notifications.deliveries SET claim = NULL, last_error = %(reason)s,
  not_before = clock_timestamp() + %(seconds)s * interval '1 second'
WHERE delivery_id = %(id)s AND claim = %(claim)s AND state = 'queued' RETURNING version"""

# A wait that is nobody's fault is no try.
HOLD: LiteralString = POSTPONE.replace("claim = NULL,", "claim = NULL, tries = tries - 1,")

RELEASE: LiteralString = """
UPDATE notifications.deliveries SET not_before = clock_timestamp()
WHERE user_id = ANY(%s) AND state = 'queued' AND NOT ready AND claim IS NULL AND last_error = %s"""

NEXT: LiteralString = """
SELECT CASE WHEN EXISTS (SELECT FROM notifications.deliveries WHERE ready) THEN 0.0 ELSE extract(epoch FROM
  (SELECT min(not_before) FROM notifications.deliveries WHERE state = 'queued' AND NOT ready)
  - clock_timestamp())::float8 END"""

LOGGED: LiteralString = """delivery_id, user_id, channel_id, lane, key, kind, content ->> 'title' AS title,
  (content ->> 'task_id')::uuid AS task_id,
  CASE WHEN state = 'queued' AND last_error IS NOT NULL AND tries > 0 THEN 'failed' ELSE state END AS state, tries,
  last_error AS reason, queued_at, settled_at,
  CASE WHEN state = 'queued' THEN CASE WHEN ready THEN queued_at ELSE not_before END END AS next_try_at"""

LOG: LiteralString = f"""
SELECT {LOGGED} FROM notifications.deliveries
WHERE user_id = %(user)s AND channel_id = %(channel)s AND delivery_id < %(before)s
ORDER BY delivery_id DESC LIMIT %(limit)s"""

AGAIN: LiteralString = """
UPDATE notifications.deliveries SET state = 'queued', ready = true, asked = %(asked)s OR asked, tries = 0, claim = NULL,
  not_before = clock_timestamp(), last_error = NULL, settled_at = NULL, turn = coalesce(
    (SELECT min(d.turn) FROM notifications.deliveries d WHERE d.ready AND d.lane = deliveries.lane), 0)"""

REPLAY: LiteralString = f"""{AGAIN}
WHERE user_id = %(user)s AND channel_id = %(channel)s AND delivery_id = %(id)s AND state <> 'queued'"""

DROP_OPEN: LiteralString = """
UPDATE notifications.deliveries SET state = 'dropped', ready = false, claim = NULL, last_error = %(reason)s,
  settled_at = clock_timestamp()
WHERE channel_id = %(channel)s AND state = 'queued'"""

TRIALS: LiteralString = """
SELECT count(*) FROM notifications.deliveries WHERE user_id = %s AND channel_id = %s AND kind = 'test'
  AND queued_at > clock_timestamp() - interval '1 hour'"""

PRUNE: LiteralString = """
DELETE FROM notifications.deliveries WHERE delivery_id IN (SELECT delivery_id FROM notifications.deliveries
  WHERE settled_at < now() - %s * interval '1 day' LIMIT %s)"""


async def queue(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue deliveries; one that is there already (same channel and key) stays as it is."""
    await connection.execute(QUEUE, (Jsonb(rows),))


async def promote(connection: Connection, limit: int) -> int:
    """Let what waited long enough be claimed; return how many."""
    return (await connection.execute(PROMOTE, (limit,))).rowcount


async def claim(
    connection: Connection,
    identity: UUID,
    *,
    limit: int,
    each: int,
    lease: float,
    shut: Collection[str],
    broken: Collection[str],
    busy: Collection[UUID],
) -> list[Delivery]:
    """Claim for one lease: at most `each` of a lane (one of a `broken` one), none of lanes and people left out."""
    values = {"claim": identity, "limit": limit, "each": each, "lease": lease}
    lists = {"shut": list(shut), "broken": list(broken), "busy": list(busy)}
    async with connection.cursor(row_factory=class_row(Delivery)) as cursor:
        await cursor.execute(CLAIM, {**values, **lists})
        return await cursor.fetchall()


async def begin_trial(connection: Connection, values: dict[str, Any]) -> Delivery:
    """Write a test message as claimed by whoever sends it now."""
    async with connection.cursor(row_factory=class_row(Delivery)) as cursor:
        await cursor.execute(BEGIN_TRIAL, {**values, "content": Jsonb(values["content"])})
        [made] = await cursor.fetchall()
        return made


async def settle(connection: Connection, delivery: Delivery, state: str, reason: str, events: int) -> int | None:
    """Close a delivery; return the number of its newest event, None when the claim does not hold any more."""
    values = {"id": delivery.delivery_id, "claim": delivery.claim, "state": state, "reason": reason[:500]}
    row = await (await connection.execute(SETTLE, {**values, "events": events})).fetchone()
    return None if row is None else int(row[0])


async def settle_sent(connection: Connection, sent: Sequence[tuple[Delivery, str]]) -> dict[UUID, int]:
    """Close deliveries that were taken, with what was answered; return the event's number of each still ours."""
    values = {
        "ids": [delivery.delivery_id for delivery, _ in sent],
        "claims": [delivery.claim for delivery, _ in sent],
        "details": [detail[:500] for _, detail in sent],
    }
    return dict(await (await connection.execute(SETTLE_SENT, values)).fetchall())


async def postpone(connection: Connection, delivery: Delivery, reason: str, seconds: float) -> bool:
    """Give a delivery back until some seconds from now; say whether the claim still held."""
    values = {"id": delivery.delivery_id, "claim": delivery.claim, "reason": reason[:500], "seconds": seconds}
    return (await connection.execute(POSTPONE, values)).rowcount > 0


async def hold(connection: Connection, delivery: Delivery, seconds: float) -> None:
    """Give a delivery back until quiet hours end, some seconds from now, as if it had not been claimed."""
    values = {"id": delivery.delivery_id, "claim": delivery.claim, "reason": QUIET, "seconds": seconds}
    await connection.execute(HOLD, values)


async def release(connection: Connection, users: Collection[UUID]) -> None:
    """Let what waits for the end of these people's quiet hours be looked at again now: they may be others."""
    if users:
        await connection.execute(RELEASE, (list(users), QUIET))


async def seconds_until_next(connection: Connection) -> float | None:
    """Return in how many seconds something may be claimed; None when nothing waits."""
    row = await (await connection.execute(NEXT)).fetchone()
    return row[0] if row else None


async def log(connection: Connection, user_id: UUID, channel_id: UUID, before: UUID, limit: int) -> list[Logged]:
    """Return what was sent to a channel, newest first."""
    values = {"user": user_id, "channel": channel_id, "before": before, "limit": limit}
    async with connection.cursor(row_factory=class_row(Logged)) as cursor:
        await cursor.execute(LOG, values)
        return await cursor.fetchall()


async def replay(connection: Connection, user_id: UUID, channel_id: UUID, delivery_id: UUID) -> bool:
    """Send a settled delivery again because its owner asks for it; say whether there is one."""
    values = {"user": user_id, "channel": channel_id, "id": delivery_id, "asked": True}
    return (await connection.execute(REPLAY, values)).rowcount > 0


async def drop_open(connection: Connection, channel_id: UUID, reason: str) -> int:
    """Drop what still waits for a channel; return how many."""
    return (await connection.execute(DROP_OPEN, {"channel": channel_id, "reason": reason})).rowcount


async def trials(connection: Connection, user_id: UUID, channel_id: UUID) -> int:
    """Return how many test messages a channel was sent in the last hour."""
    row = await (await connection.execute(TRIALS, (user_id, channel_id))).fetchone()
    return row[0] if row else 0


async def prune(connection: Connection, keep_days: int, limit: int) -> int:
    """Forget what was settled longer ago than some days; return how many."""
    return (await connection.execute(PRUNE, (keep_days, limit))).rowcount
