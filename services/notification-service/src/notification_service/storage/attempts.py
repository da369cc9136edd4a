"""Attempts: claimed for a term, settled under the fence of the claim, remembered afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from notification_service.domain.attempt import Attempt, Later
from notification_service.domain.standing import Tried

Connection = psycopg.AsyncConnection[Any]

# Whole people at a time, so that a backlog of one person is seen as one; who waits longest comes first, or those whose
# ids sort last would wait until there is no backlog. From person to person, as far as the batch goes: of those after
# them nothing is read.
CLAIM: LiteralString = """
WITH people AS (
  SELECT user_id, min(not_before) AS since FROM (
    SELECT user_id, not_before FROM notifications.attempts
    WHERE state = 'queued' AND not_before <= (SELECT clock_timestamp()) ORDER BY not_before LIMIT %(limit)s) AS first
  GROUP BY user_id ORDER BY since, user_id
), mine AS (
  SELECT found.attempt_id FROM people p CROSS JOIN LATERAL (
    SELECT a.attempt_id FROM notifications.attempts a
    WHERE a.user_id = p.user_id AND a.state = 'queued' AND a.not_before <= (SELECT clock_timestamp())
    ORDER BY a.fire_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
  ) AS found LIMIT %(limit)s
)
UPDATE notifications.attempts a SET claim = %(claim)s, tries = a.tries + 1,
  not_before = clock_timestamp() + %(lease)s * interval '1 second'
FROM mine WHERE a.attempt_id = mine.attempt_id
RETURNING a.attempt_id, a.user_id, a.task_id, a.reminder_id, a.revision, a.fire_at, a.claim, a.tries, a.queued_at,
  a.held, a.version, extract(epoch FROM clock_timestamp() - a.queued_at)::float8 AS waited"""

SENT: LiteralString = """
UPDATE notifications.attempts a SET state = 'sent', claim = NULL, last_error = NULL, settled_at = %(now)s,
  confirmed = s.confirmed, late = s.late
FROM unnest(%(ids)b::uuid[], %(claims)b::uuid[], %(confirmed)s::boolean[], %(late)s::boolean[])
  AS s(attempt_id, claim, confirmed, late)
WHERE a.attempt_id = s.attempt_id AND a.claim = s.claim AND a.state = 'queued'
RETURNING a.attempt_id"""

CLOSED: LiteralString = """
UPDATE notifications.attempts a SET state = %(state)s, claim = NULL, last_error = s.reason, settled_at = %(now)s,
  version = a.version + s.events
FROM unnest(%(ids)b::uuid[], %(claims)b::uuid[], %(reasons)s::text[], %(events)s::int[])
  AS s(attempt_id, claim, reason, events)
WHERE a.attempt_id = s.attempt_id AND a.claim = s.claim AND a.state = 'queued'
RETURNING a.attempt_id"""

POSTPONED: LiteralString = """
UPDATE notifications.attempts a SET claim = NULL, last_error = s.error,
  tries = CASE WHEN s.counted THEN a.tries ELSE a.tries - 1 END,
  not_before = %(now)s + s.seconds * interval '1 second', held = a.held OR s.held,
  queued_at = CASE WHEN s.held THEN %(now)s + s.seconds * interval '1 second' ELSE a.queued_at END
FROM unnest(%(ids)b::uuid[], %(claims)b::uuid[], %(seconds)s::float8[], %(errors)s::text[], %(counted)s::boolean[],
  %(held)s::boolean[]) AS s(attempt_id, claim, seconds, error, counted, held)
WHERE a.attempt_id = s.attempt_id AND a.claim = s.claim AND a.state = 'queued'"""

# Those in hand are settled by whoever has them; they were held by what was wanted a moment ago.
RELEASE: LiteralString = """
UPDATE notifications.attempts SET not_before = clock_timestamp(), queued_at = clock_timestamp()
WHERE user_id = ANY(%s) AND state = 'queued' AND held AND claim IS NULL AND not_before > clock_timestamp()"""

OF_TASK: LiteralString = """
SELECT reminder_id, fire_at, state, coalesce(late, false) AS late, settled_at FROM notifications.attempts
WHERE user_id = %s AND task_id = %s"""

PRUNE: LiteralString = """
DELETE FROM notifications.attempts WHERE attempt_id IN (
  SELECT attempt_id FROM notifications.attempts
  WHERE settled_at < now() - %s * interval '1 day' AND fire_at < now() - %s * interval '1 day' LIMIT %s)"""


async def claim(connection: Connection, identity: UUID, limit: int, lease_seconds: float) -> list[Attempt]:
    """Claim what is to be sent, for one lease by the database's clock; what another holds is left alone."""
    async with connection.cursor(row_factory=class_row(Attempt)) as cursor:
        await cursor.execute(CLAIM, {"claim": identity, "limit": limit, "lease": lease_seconds})
        return await cursor.fetchall()


async def sent(
    connection: Connection,
    attempts: Sequence[Attempt],
    confirmed: Sequence[bool],
    late: Sequence[bool],
    now: dt.datetime,
) -> set[UUID]:
    """Mark attempts as sent; return those whose claim still held. Only these may be told of."""
    given = {"confirmed": list(confirmed), "late": list(late), "now": now, **_fence(attempts)}
    return {row[0] for row in await (await connection.execute(SENT, given)).fetchall()}


async def close(
    connection: Connection,
    state: str,
    attempts: Sequence[Attempt],
    reasons: Sequence[str],
    now: dt.datetime,
    events: Sequence[int] | None = None,
) -> set[UUID]:
    """Mark attempts as `dropped` or `dead`, with how many events that makes; return those whose claim still held."""
    given = {"state": state, "reasons": [r[:1000] for r in reasons], "now": now, **_fence(attempts)}
    given["events"] = list(events) if events is not None else [0] * len(attempts)
    return {row[0] for row in await (await connection.execute(CLOSED, given)).fetchall()}


async def postpone(connection: Connection, later: Sequence[tuple[Attempt, Later]], now: dt.datetime) -> None:
    """Give claims back until some seconds from now, with what went wrong."""
    given = {
        "seconds": [verdict.seconds for _, verdict in later],
        "errors": [verdict.error[:1000] for _, verdict in later],
        "counted": [verdict.counted for _, verdict in later],
        "held": [verdict.held for _, verdict in later],
        "now": now,
        **_fence([attempt for attempt, _ in later]),
    }
    await connection.execute(POSTPONED, given)


async def release(connection: Connection, users: Collection[UUID]) -> None:
    """Let what waits for the end of these people's quiet hours be looked at again now: they may be others."""
    if users:
        await connection.execute(RELEASE, (list(users),))


async def of_task(connection: Connection, user_id: UUID, task_id: UUID) -> list[Tried]:
    """Return what has come due of a task, as long as it is remembered."""
    async with connection.cursor(row_factory=class_row(Tried)) as cursor:
        await cursor.execute(OF_TASK, (user_id, task_id))
        return await cursor.fetchall()


async def prune(connection: Connection, keep_days: int, limit: int) -> int:
    """Forget attempts that were settled, and due, longer ago than some days; return how many."""
    return (await connection.execute(PRUNE, (keep_days, keep_days, limit))).rowcount


def _fence(attempts: Sequence[Attempt]) -> dict[str, Any]:
    return {"ids": [a.attempt_id for a in attempts], "claims": [a.claim for a in attempts]}
