"""Preferences: one row per person who has said something. Written under the lock of the person's head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from notification_service.domain.preferences import Preferences

Connection = psycopg.AsyncConnection[Any]

READ: LiteralString = """
SELECT user_id, version, default_hour, default_lead_minutes, lead_since, quiet_from, quiet_to, agenda_at, review_day,
  review_at, nag_minutes, nag_most, updated_at
FROM notifications.preferences WHERE user_id = ANY(%s)"""

# Whoever writes a plan shares this lock (`heads.read_users`), so that no plan is written from what is just changing.
LOCK: LiteralString = "SELECT clock_timestamp(), (SELECT 1 FROM notifications.user_heads WHERE user_id = %s FOR UPDATE)"

WRITE: LiteralString = """
INSERT INTO notifications.preferences (user_id, version, default_hour, default_lead_minutes, lead_since, quiet_from,
  quiet_to, agenda_at, review_day, review_at, nag_minutes, nag_most, updated_at)
VALUES (%(user_id)s, %(version)s, %(default_hour)s, %(default_lead_minutes)s, %(lead_since)s, %(quiet_from)s,
  %(quiet_to)s, %(agenda_at)s, %(review_day)s, %(review_at)s, %(nag_minutes)s, %(nag_most)s, %(updated_at)s)
ON CONFLICT (user_id) DO UPDATE SET
  version = excluded.version, default_hour = excluded.default_hour, lead_since = excluded.lead_since,
  default_lead_minutes = excluded.default_lead_minutes, quiet_from = excluded.quiet_from,
  quiet_to = excluded.quiet_to, agenda_at = excluded.agenda_at, review_day = excluded.review_day,
  review_at = excluded.review_at, nag_minutes = excluded.nag_minutes, nag_most = excluded.nag_most,
  updated_at = excluded.updated_at
WHERE notifications.preferences.version = excluded.version - 1
RETURNING 1"""


async def read(connection: Connection, users: Collection[UUID]) -> dict[UUID, Preferences]:
    """Return the preferences of those of these people who have said any."""
    if not users:
        return {}
    async with connection.cursor(row_factory=class_row(Preferences)) as cursor:
        await cursor.execute(READ, (list(users),))
        return {one.user_id: one for one in await cursor.fetchall()}


async def of_one(connection: Connection, user_id: UUID) -> Preferences:
    """Return what a person wants: what they said, else what is so for everybody."""
    return (await read(connection, [user_id])).get(user_id) or Preferences(user_id)


async def lock(connection: Connection, user_id: UUID) -> dt.datetime:
    """Let nobody write plans of a person until the transaction ends; return the time by the database's clock."""
    row = await (await connection.execute(LOCK, (user_id,))).fetchone()
    return row[0] if row else dt.datetime.now(dt.UTC)


async def now(connection: Connection) -> dt.datetime:
    """Return the time by the database's clock."""
    row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
    return row[0] if row else dt.datetime.now(dt.UTC)


async def write(connection: Connection, preferences: Preferences) -> bool:
    """Write what a person wants now; say no when somebody else has written the same version."""
    given = {name: getattr(preferences, name) for name in preferences.__slots__}
    return (await (await connection.execute(WRITE, given)).fetchone()) is not None


async def forget(connection: Connection, users: Collection[UUID]) -> None:
    """Delete what people wanted, since they are gone."""
    if users:
        await connection.execute("DELETE FROM notifications.preferences WHERE user_id = ANY(%s)", (list(users),))
