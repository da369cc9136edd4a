"""Channels in the database: a person's, found, added, changed, taken away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from notification_service.channels.channel import Channel

Connection = psycopg.AsyncConnection[Any]

COLUMNS: LiteralString = """channel_id, user_id, kind, name, config, secret, messages, lane, enabled, confirmed_at,
  state, state_reason, state_since, created_at, updated_at, version"""

HOLD: LiteralString = """
SELECT pg_advisory_xact_lock(hashtextextended(person, 7)) FROM unnest(%s::text[]) AS person ORDER BY person"""
OF_PERSON: LiteralString = f"SELECT {COLUMNS} FROM notifications.channels WHERE user_id = %s ORDER BY channel_id"
OPEN_OF: LiteralString = f"""
SELECT {COLUMNS} FROM notifications.channels
WHERE user_id = ANY(%s) AND enabled AND confirmed_at IS NOT NULL AND state <> 'dead' ORDER BY channel_id"""
BY_ID: LiteralString = f"SELECT {COLUMNS} FROM notifications.channels WHERE channel_id = ANY(%s)"

ADD: LiteralString = f"""
INSERT INTO notifications.channels (channel_id, user_id, kind, name, config, secret, messages, lane, enabled,
  confirmed_at)
VALUES (%(channel_id)s, %(user_id)s, %(kind)s, %(name)s, %(config)s, %(secret)s, %(messages)s, %(lane)s, true,
  CASE WHEN %(confirmed)s THEN clock_timestamp() END)
RETURNING {COLUMNS}"""

# Whoever changes or enables a channel wants it tried again.
WRITE: LiteralString = f"""
UPDATE notifications.channels SET name = %(name)s, messages = %(messages)s, enabled = %(enabled)s,
  secret = %(secret)s, config = %(config)s, lane = %(lane)s, state = 'working', state_reason = NULL,
  state_since = CASE WHEN state = 'working' THEN state_since ELSE clock_timestamp() END,
  updated_at = clock_timestamp(), version = version + 1
WHERE user_id = %(user_id)s AND channel_id = %(channel_id)s RETURNING {COLUMNS}"""

CONFIRM: LiteralString = f"""
UPDATE notifications.channels SET confirmed_at = coalesce(confirmed_at, clock_timestamp()), enabled = true,
  updated_at = clock_timestamp(), version = version + 1
WHERE user_id = %s AND channel_id = %s RETURNING {COLUMNS}"""

CONFIRM_OWN: LiteralString = """
UPDATE notifications.channels c SET confirmed_at = clock_timestamp(), version = version + 1
FROM unnest(%s::uuid[], %s::text[]) AS own(user_id, email)
WHERE c.user_id = own.user_id AND c.kind = 'email' AND c.confirmed_at IS NULL
  AND lower(c.config ->> 'address') = lower(own.email)"""

DISABLE: LiteralString = f"""
UPDATE notifications.channels SET enabled = false, updated_at = clock_timestamp(), version = version + 1
WHERE user_id = %s AND channel_id = %s RETURNING {COLUMNS}"""

STATE: LiteralString = """
UPDATE notifications.channels SET state = %(state)s, state_reason = %(reason)s,
  state_since = CASE WHEN state = %(state)s THEN state_since ELSE clock_timestamp() END
WHERE channel_id = %(channel_id)s AND version = %(version)s
  AND (state, state_reason) IS DISTINCT FROM (%(state)s, %(reason)s)"""

# Held in one order: whoever else says how several do takes them in the same.
WORKING: LiteralString = """
UPDATE notifications.channels SET state = 'working', state_reason = NULL,
  state_since = CASE WHEN state = 'working' THEN state_since ELSE clock_timestamp() END
WHERE channel_id IN (
  SELECT c.channel_id FROM notifications.channels c
    JOIN unnest(%s::uuid[], %s::bigint[]) AS seen(channel_id, version) USING (channel_id, version)
  WHERE (c.state, c.state_reason) IS DISTINCT FROM ('working', NULL) ORDER BY c.channel_id FOR UPDATE OF c)"""


async def hold(connection: Connection, user_id: UUID) -> None:
    """Let nobody else add channels of a person until this transaction ends: their number is limited."""
    await connection.execute(HOLD, ([str(user_id)],))


async def of_person(connection: Connection, user_id: UUID) -> list[Channel]:
    """Return a person's channels, oldest first."""
    return await _all(connection, OF_PERSON, (user_id,))


async def open_of(connection: Connection, users: Collection[UUID]) -> list[Channel]:
    """Return the channels of these people that are sent to."""
    return await _all(connection, OPEN_OF, (list(users),))


async def by_id(connection: Connection, channels: Collection[UUID]) -> dict[UUID, Channel]:
    """Return channels by their ids."""
    return {channel.channel_id: channel for channel in await _all(connection, BY_ID, (list(channels),))}


async def add(connection: Connection, values: dict[str, Any], *, confirmed: bool) -> Channel:
    """Add a channel and return it."""
    return (await _all(connection, ADD, {**values, "config": Jsonb(values["config"]), "confirmed": confirmed}))[0]


async def write(connection: Connection, channel: Channel) -> Channel | None:
    """Write what its owner may change of a channel, under the next version; None when it is gone."""
    values = {
        "name": channel.name,
        "messages": channel.messages,
        "enabled": channel.enabled,
        "secret": channel.secret,
        "config": Jsonb(channel.config),
        "lane": channel.lane,
        "user_id": channel.user_id,
        "channel_id": channel.channel_id,
    }
    return _one(await _all(connection, WRITE, values))


async def confirm(connection: Connection, user_id: UUID, channel_id: UUID) -> Channel | None:
    """Mark an address as its owner's; None when the channel is gone."""
    return _one(await _all(connection, CONFIRM, (user_id, channel_id)))


async def confirm_own(connection: Connection, owners: Sequence[tuple[UUID, str]]) -> None:
    """Confirm addresses that are those of the accounts: somebody added one before their account was known here."""
    if owners:
        # Whoever adds one at this moment waits until the account is known, or is waited for.
        await connection.execute(HOLD, ([str(user) for user, _ in owners],))
        await connection.execute(CONFIRM_OWN, ([user for user, _ in owners], [address for _, address in owners]))


async def disable(connection: Connection, user_id: UUID, channel_id: UUID) -> Channel | None:
    """Send nothing there any more; None when the channel is gone."""
    return _one(await _all(connection, DISABLE, (user_id, channel_id)))


async def set_state(connection: Connection, channel: Channel, state: str, reason: str | None) -> None:
    """Say how a channel does, unless it was changed since it was read."""
    values = {"state": state, "reason": reason, "channel_id": channel.channel_id, "version": channel.version}
    await connection.execute(STATE, values)


async def set_working(connection: Connection, found: Sequence[Channel]) -> None:
    """Say of channels that they work, unless they were changed since they were read."""
    await connection.execute(WORKING, ([one.channel_id for one in found], [one.version for one in found]))


async def remove(connection: Connection, user_id: UUID, channel_id: UUID) -> bool:
    """Take a channel away with the log of what was sent to it; say whether it was there."""
    await connection.execute(
        "DELETE FROM notifications.deliveries WHERE user_id = %s AND channel_id = %s", (user_id, channel_id)
    )
    found = await connection.execute(
        "DELETE FROM notifications.channels WHERE user_id = %s AND channel_id = %s", (user_id, channel_id)
    )
    return found.rowcount > 0


async def forget(connection: Connection, users: Collection[UUID]) -> None:
    """Delete the channels of users who are gone, and what was sent to them."""
    if users:
        await connection.execute("DELETE FROM notifications.deliveries WHERE user_id = ANY(%s)", (list(users),))
        await connection.execute("DELETE FROM notifications.channels WHERE user_id = ANY(%s)", (list(users),))


async def _all(connection: Connection, statement: LiteralString, values: Any) -> list[Channel]:
    async with connection.cursor(row_factory=class_row(Channel)) as cursor:
        await cursor.execute(statement, values)
        return await cursor.fetchall()


def _one(found: list[Channel]) -> Channel | None:
    return found[0] if found else None
