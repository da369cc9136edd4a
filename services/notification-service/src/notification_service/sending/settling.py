"""Writing down what became of a try, in one transaction: the delivery, the channel's state, and the event."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
from event_spine.ledger import append_statement, ledger_parameters

from notification_service.channels.channel import Channel
from notification_service.sending.content import Content
from notification_service.sending.delivery import Delivery
from notification_service.sending.outcome import MOST_TRIES, Gone, Outcome, Refused, Retry, Sent, seconds_until_next
from notification_service.storage import channels, deliveries
from notification_service.storage.schema import SCHEMA
from notification_service.sweeps.announce import delivery_entry

Connection = psycopg.AsyncConnection[Any]
_APPEND = append_statement(SCHEMA).encode()


async def settle(
    connection: Connection, delivery: Delivery, channel: Channel, told: Content, outcome: Outcome, now: dt.datetime
) -> int:
    """Do what follows from an outcome, if the claim still holds; return how many events it made."""
    match outcome:
        case Sent(detail):
            if await _close(connection, delivery, channel, told, "sent", detail, now) == 0:
                return 0
            await channels.set_state(connection, channel, "working", None)
            return 1
        case Retry(reason, after) if delivery.tries < MOST_TRIES and delivery.kind != "test":
            if await deliveries.postpone(connection, delivery, reason, seconds_until_next(delivery.tries, after)):
                await channels.set_state(connection, channel, "failing", reason)
            return 0
        case Retry(reason) | Refused(reason):
            made = await _close(connection, delivery, channel, told, "dead", reason, now)
            if made:
                await channels.set_state(connection, channel, "failing", reason)
            return made
        case Gone(reason, remove):
            made = await _close(connection, delivery, channel, told, "dead", reason, now)
            if made and remove:
                await channels.remove(connection, channel.user_id, channel.channel_id)
            elif made:
                await channels.set_state(connection, channel, "dead", reason)
                await deliveries.drop_open(connection, channel.channel_id, reason)
            return made


async def drop(connection: Connection, delivery: Delivery, reason: str) -> None:
    """Put a delivery aside that is not to be told of any more."""
    await deliveries.settle(connection, delivery, "dropped", reason, 0)


async def _close(
    connection: Connection,
    delivery: Delivery,
    channel: Channel,
    told: Content,
    state: str,
    reason: str,
    now: dt.datetime,
) -> int:
    number = await deliveries.settle(connection, delivery, state, reason, 1)
    if number is None:
        return 0
    failure = None if state == "sent" else reason
    entry = delivery_entry(delivery, told, channel.kind, number, now, failure)
    await connection.execute(_APPEND, ledger_parameters([entry]))
    return 1
