"""Queueing what channels get, in the transaction that writes the notification: both are there, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from event_contracts.identifiers import uuid7

from notification_service.domain.compose import Message
from notification_service.sending.content import content_of
from notification_service.storage import channels, deliveries

Connection = deliveries.Connection


async def queue_deliveries(connection: Connection, messages: Sequence[Message]) -> int:
    """Queue each message for each channel of its person that gets its kind; return how many."""
    if not messages:
        return 0
    found = await channels.open_of(connection, {message.user_id for message in messages})
    rows: list[dict[str, Any]] = []
    for message in messages:
        for channel in found:
            if channel.user_id == message.user_id and channel.gets(message.kind):
                content = content_of(message, channel.channel_id)
                rows.append(
                    {
                        "delivery_id": str(uuid7()),
                        "user_id": str(message.user_id),
                        "channel_id": str(channel.channel_id),
                        "lane": channel.lane,
                        "key": content.key,
                        "kind": message.kind,
                        "content": content.model_dump(mode="json"),
                        "place": len(rows),
                    }
                )
    if rows:
        await deliveries.queue(connection, rows)
    return len(rows)
