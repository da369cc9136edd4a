"""Writing down what became of tries, in one transaction: the delivery, the channel's state, and the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from event_spine.ledger import append_statement, ledger_parameters

from notification_service.channels.channel import Channel
from notification_service.sending.content import Content
from notification_service.sending.delivery import Delivery
from notification_service.sending.outcome import MOST_TRIES, Gone, Refused, Retry, seconds_until_next
from notification_service.storage import channels, deliveries
from notification_service.storage.schema import SCHEMA
from notification_service.sweeps.announce import delivery_entry

Connection = psycopg.AsyncConnection[Any]
_APPEND = append_statement(SCHEMA).encode()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A delivery that its channel took: what it said, what was answered, and when it was handed over."""

    delivery: Delivery
    channel: Channel
    told: Content
    detail: str
    at: dt.datetime


async def settle_accepted(connection: Connection, accepted: Sequence[Accepted]) -> set[UUID]:
    """Mark as sent what is still claimed as it was, each with its event; return what that is."""
    numbers = await deliveries.settle_sent(connection, [(one.delivery, one.detail) for one in accepted])
    ours = [one for one in accepted if one.delivery.delivery_id in numbers]
    if ours:
        await channels.set_working(connection, [one.channel for one in ours])
        entries = [
            delivery_entry(one.delivery, one.told, one.channel.kind, numbers[one.delivery.delivery_id], one.at, None)
            for one in ours
        ]
        await connection.execute(_APPEND, ledger_parameters(entries))
    return set(numbers)


async def settle(
    connection: Connection,
    delivery: Delivery,
    channel: Channel,
    told: Content,
    outcome: Retry | Refused | Gone,
    now: dt.datetime,
) -> int:
    """Do what follows from an outcome, if the claim still holds; return how many events it made."""
    match outcome:
        case Retry(reason, after) if delivery.tries < MOST_TRIES and delivery.kind != "test":
            if await deliveries.postpone(connection, delivery, reason, seconds_until_next(delivery.tries, after)):
                await channels.set_state(connection, channel, "failing", reason)
            return 0
        case Retry(reason) | Refused(reason):
            made = await _bury(connection, delivery, channel, told, reason, now)
            if made:
                await channels.set_state(connection, channel, "failing", reason)
            return made
        case Gone(reason, remove):
            made = await _bury(connection, delivery, channel, told, reason, now)
            if made and remove:
                await channels.remove(connection, channel.user_id, channel.channel_id)
            elif made:
                await channels.set_state(connection, channel, "dead", reason)
                await deliveries.drop_open(connection, channel.channel_id, reason)
            return made


async def drop(connection: Connection, delivery: Delivery, reason: str) -> None:
    """Put a delivery aside that is not to be told of any more."""
    await deliveries.settle(connection, delivery, "dropped", reason, 0)


async def _bury(
    connection: Connection, delivery: Delivery, channel: Channel, told: Content, reason: str, now: dt.datetime
) -> int:
    number = await deliveries.settle(connection, delivery, "dead", reason, 1)
    if number is None:
        return 0
    entry = delivery_entry(delivery, told, channel.kind, number, now, reason)
    await connection.execute(_APPEND, ledger_parameters([entry]))
    return 1
