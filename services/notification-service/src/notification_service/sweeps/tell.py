"""The one place where people are told: notification, deliveries and event, in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import psycopg
from event_spine.ledger import LedgerEntry

from notification_service.domain.compose import Message
from notification_service.sending.queueing import queue_deliveries
from notification_service.storage import messages
from notification_service.sweeps.announce import sent_entry


async def tell(
    connection: psycopg.AsyncConnection[Any], told: Sequence[Message], now: dt.datetime
) -> list[LedgerEntry]:
    """Write notifications, given sorted by user, and what channels get of them; return their events."""
    if not told:
        return []
    numbers = await messages.add(connection, told, now)
    await queue_deliveries(connection, told)
    return [sent_entry(message, number, now) for message, number in zip(told, numbers, strict=True)]
