"""Notifications in the app: numbered per person in the order of commits, the oldest making room for the newest."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from notification_service.domain.compose import Message

Connection = psycopg.AsyncConnection[Any]
KEPT, MORE = 500, 50
"""Notifications of one person: so many are kept, and at most so many more until room is made for them in one go."""

NUMBER: LiteralString = """
INSERT INTO notifications.inboxes AS i (user_id, last_number)
SELECT user_id, count FROM unnest(%s::uuid[], %s::bigint[]) AS n(user_id, count) ORDER BY user_id
ON CONFLICT (user_id) DO UPDATE SET last_number = i.last_number + excluded.last_number
RETURNING user_id, last_number"""

INSERT: LiteralString = """
INSERT INTO notifications.messages (user_id, number, notification_id, kind, key, reminder_id, task_id, title,
  remind_at, due_at, sent_at, late, confirmed, digest, because, summary)
SELECT r.* FROM jsonb_to_recordset(%s) AS r (user_id uuid, number bigint, notification_id uuid, kind text, key text,
  reminder_id uuid, task_id uuid, title text, remind_at timestamptz, due_at timestamptz, sent_at timestamptz,
  late boolean, confirmed boolean, digest jsonb, because jsonb, summary jsonb)"""

MAKE_ROOM: LiteralString = """
DELETE FROM notifications.messages m USING notifications.inboxes i
WHERE i.user_id = ANY(%s) AND m.user_id = i.user_id AND m.number <= i.last_number - %s"""

COLUMNS: LiteralString = """number, notification_id, kind, reminder_id, task_id, title, remind_at, due_at, sent_at,
  late, confirmed, digest, because, summary, read_at"""

# Always oldest first: those after a number, or, without one, the newest.
AFTER: LiteralString = f"""
SELECT {COLUMNS} FROM notifications.messages WHERE user_id = %s AND number > %s ORDER BY number LIMIT %s"""
NEWEST: LiteralString = f"""
SELECT * FROM (SELECT {COLUMNS} FROM notifications.messages WHERE user_id = %s ORDER BY number DESC LIMIT %s) AS n
ORDER BY number"""

COUNTS: LiteralString = """
SELECT (SELECT count(*) FROM notifications.messages WHERE user_id = %(user)s AND read_at IS NULL),
  coalesce((SELECT last_number FROM notifications.inboxes WHERE user_id = %(user)s), 0)"""

READ_ONE: LiteralString = f"""
UPDATE notifications.messages SET read_at = coalesce(read_at, clock_timestamp())
WHERE user_id = %s AND notification_id = %s RETURNING {COLUMNS}"""

READ_ALL: LiteralString = """
UPDATE notifications.messages SET read_at = clock_timestamp()
WHERE user_id = %s AND number <= %s AND read_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One notification as it is kept."""

    number: int
    notification_id: UUID
    kind: str
    reminder_id: UUID | None
    task_id: UUID | None
    title: str
    remind_at: dt.datetime
    due_at: dt.datetime | None
    sent_at: dt.datetime
    late: bool
    confirmed: bool
    digest: list[dict[str, Any]]
    because: dict[str, Any] | None
    summary: list[dict[str, Any]]
    read_at: dt.datetime | None


async def add(connection: Connection, messages: Sequence[Message], now: dt.datetime) -> list[int]:
    """Write notifications, given sorted by user, and return their numbers in the same order."""
    counts = Counter(message.user_id for message in messages)
    cursor = await connection.execute(NUMBER, (list(counts), list(counts.values())))
    last = {row[0]: row[1] for row in await cursor.fetchall()}
    following = {user: number - counts[user] for user, number in last.items()}
    full = [user for user, number in last.items() if _fills(following[user], number)]
    numbers: list[int] = []
    for message in messages:
        following[message.user_id] += 1
        numbers.append(following[message.user_id])
    rows = [_row(message, number, now) for message, number in zip(messages, numbers, strict=True)]
    await connection.execute(INSERT, (Jsonb(rows),))
    if full:
        await connection.execute(MAKE_ROOM, (full, KEPT))
    return numbers


async def page(connection: Connection, user_id: UUID, after: int | None, limit: int) -> list[Shown]:
    """Return at most `limit` notifications, oldest first: those after a number; without one, the newest."""
    async with connection.cursor(row_factory=class_row(Shown)) as cursor:
        if after is None:
            await cursor.execute(NEWEST, (user_id, limit))
        else:
            await cursor.execute(AFTER, (user_id, after, limit))
        return await cursor.fetchall()


async def counts(connection: Connection, user_id: UUID) -> tuple[int, int]:
    """Return how many are unread, and the number of the newest that ever was (0: none)."""
    row = await (await connection.execute(COUNTS, {"user": user_id})).fetchone()
    return (row[0], row[1]) if row else (0, 0)


async def read_one(connection: Connection, user_id: UUID, notification_id: UUID) -> Shown | None:
    """Mark one as read, once; None when there is none."""
    async with connection.cursor(row_factory=class_row(Shown)) as cursor:
        await cursor.execute(READ_ONE, (user_id, notification_id))
        return await cursor.fetchone()


async def read_all(connection: Connection, user_id: UUID, up_to: int) -> int:
    """Mark all up to a number as read; return how many were not."""
    return (await connection.execute(READ_ALL, (user_id, up_to))).rowcount


async def forget(connection: Connection, users: Collection[UUID]) -> None:
    """Delete what users were told, since they are gone."""
    if users:
        await connection.execute("DELETE FROM notifications.messages WHERE user_id = ANY(%s)", (list(users),))


def _fills(before: int, last: int) -> bool:
    """Whether one of these numbers is the last of a `MORE` beyond what is kept."""
    return last > KEPT and before // MORE < last // MORE


def _row(message: Message, number: int, now: dt.datetime) -> dict[str, Any]:
    return {
        "user_id": message.user_id,
        "number": number,
        "notification_id": message.notification_id,
        "kind": message.kind,
        "key": message.key,
        "reminder_id": message.reminder_id,
        "task_id": message.task_id,
        "title": message.title,
        "remind_at": message.remind_at,
        "due_at": message.due_at,
        "sent_at": now,
        "late": message.late,
        "confirmed": message.confirmed,
        "digest": [item.model_dump() for item in message.digest],
        "because": message.because and message.because.model_dump(),
        "summary": [item.model_dump() for item in message.summary],
    }
