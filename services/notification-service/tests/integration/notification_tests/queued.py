"""Messages that wait for channels, of no task, so that nothing drops them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from event_contracts.identifiers import uuid7
from event_spine.loop import sweep
from notification_service.bootstrap import Process
from notification_service.storage import deliveries

from .story import ago


async def queue(process: Process, channel: dict[str, Any], user: UUID, count: int = 1, lane: str | None = None) -> None:
    """Queue them as `queue_deliveries` does, in the lane of the channel's host unless another is named."""
    content = {"kind": "note", "title": "x", "remind_at": ago(0).isoformat(), "fired_at": ago(0).isoformat()}
    port = channel["config"]["host"].rpartition(":")[2]
    rows = [
        {
            "delivery_id": str(uuid7()), "user_id": str(user), "channel_id": channel["id"],
            "lane": lane or f"webhook/127.0.0.1:{port}", "key": f"{user}/{place}", "kind": "note", "place": place,
            "content": {**content, "key": f"{user}/{place}"},
        }
        for place in range(count)
    ]  # fmt: skip
    for first in range(0, count, 500):
        await sweep(
            process.pool, lambda connection, first=first: deliveries.queue(connection, rows[first : first + 500])
        )
