"""What was given up, in the app and in channels: listed by when, the newest first, and queued again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from notification_service.storage.deliveries import AGAIN

Connection = psycopg.AsyncConnection[Any]
Place = tuple[dt.datetime, UUID]
"""When it was given up, and which one: what a page is followed by."""

_DEAD: LiteralString = """
WHERE state = 'dead' AND (%(lane)s::text IS NULL OR {lane} = %(lane)s)
  AND (%(at)s::timestamptz IS NULL OR (settled_at, {id}) < (%(at)s, %(id)s::uuid))
ORDER BY settled_at DESC, {id} DESC LIMIT %(limit)s"""

# Each half reads the end of its own index.
LIST: LiteralString = f"""
SELECT * FROM (
  (SELECT delivery_id AS id, user_id, channel_id, lane, kind, tries, last_error AS reason, queued_at, settled_at
   FROM notifications.deliveries {_DEAD.format(lane="lane", id="delivery_id")})
  UNION ALL
  (SELECT attempt_id, user_id, NULL, channel, 'reminder', tries, last_error, queued_at, settled_at
   FROM notifications.attempts {_DEAD.format(lane="channel", id="attempt_id")})
) AS given_up ORDER BY settled_at DESC, id DESC LIMIT %(limit)s"""

REQUEUE_DELIVERIES: LiteralString = f"""{AGAIN}
WHERE state = 'dead' AND delivery_id IN (SELECT delivery_id FROM notifications.deliveries
  WHERE state = 'dead' AND (%(ids)s::uuid[] IS NULL OR delivery_id = ANY(%(ids)s))
    AND (%(lane)s::text IS NULL OR lane = %(lane)s) ORDER BY delivery_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING delivery_id"""

# It counts as taken from the queue now: the backend is asked anew, with the same patience.
REQUEUE_ATTEMPTS: LiteralString = """
UPDATE notifications.attempts SET state = 'queued', tries = 0, claim = NULL, last_error = NULL, settled_at = NULL,
  not_before = clock_timestamp(), queued_at = clock_timestamp()
WHERE state = 'dead' AND attempt_id IN (SELECT attempt_id FROM notifications.attempts
  WHERE state = 'dead' AND (%(ids)s::uuid[] IS NULL OR attempt_id = ANY(%(ids)s))
    AND (%(lane)s::text IS NULL OR channel = %(lane)s) ORDER BY attempt_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING attempt_id"""


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that was given up; in the app its lane is `in_app`, and it has no channel."""

    id: UUID
    user_id: UUID
    channel_id: UUID | None
    lane: str
    kind: str
    tries: int
    reason: str | None
    queued_at: dt.datetime
    settled_at: dt.datetime


async def page(connection: Connection, lane: str | None, before: Place | None, limit: int) -> list[Dead]:
    """Return what was given up, newest first: at most `limit`, those before a place where one is given."""
    at, identity = before or (None, None)
    async with connection.cursor(row_factory=class_row(Dead)) as cursor:
        await cursor.execute(LIST, {"lane": lane, "at": at, "id": identity, "limit": limit})
        return await cursor.fetchall()


async def requeue(connection: Connection, ids: Sequence[UUID] | None, lane: str | None, limit: int) -> list[UUID]:
    """Try again what was given up: those with these ids, or of a lane, or all; return which, at most `limit`."""
    values: dict[str, Any] = {"ids": None if ids is None else list(ids), "lane": lane, "asked": False}
    found: list[UUID] = []
    for statement in (REQUEUE_ATTEMPTS, REQUEUE_DELIVERIES):
        cursor = await connection.execute(statement, {**values, "limit": limit - len(found)})
        found += [row[0] for row in await cursor.fetchall()]
    return found
