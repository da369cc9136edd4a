"""Replay: ledgered events given to the same `Consumer.handle()` that deliveries use, on behalf of an operator.

A replayed record has no place in Kafka: its partition is -1, and its offset is made of its event id, so that a dead
letter of it is kept once however often it is replayed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from uuid import UUID

from event_spine import acts
from event_spine.acts import Act
from event_spine.consumer import Consumer
from event_spine.events_in_range import LedgeredEvent
from event_spine.records import Record, Refused

logger = logging.getLogger(__name__)

FROM_LEDGER = -1
"""The partition of a record that was not read from Kafka."""


async def replay(consumer: Consumer, topic: str, events: Sequence[LedgeredEvent], act: Act) -> list[Refused]:
    """Handle ledgered events; return those that became dead letters. Raises Transient while the store is away.

    The operator's act is written down before its first event is handled, and counted after each call.
    """
    await acts.add(consumer.pool, consumer.schema, act, events=0, refused=0)
    refused = await consumer.handle(records_of(topic, events))
    await acts.add(consumer.pool, consumer.schema, act, events=len(events), refused=len(refused))
    logger.info(
        "events replayed",
        extra={
            "schema": consumer.schema,
            "act_id": str(act.id),
            "by": act.by,
            "topic": topic,
            "events": len(events),
            "refused": len(refused),
        },
    )
    return refused


def records_of(topic: str, events: Sequence[LedgeredEvent]) -> list[Record]:
    """Return ledgered events as records."""
    return [Record(topic, FROM_LEDGER, _place(one.event_id), one.stream_key, one.record) for one in events]


def _place(event_id: UUID) -> int:
    return int.from_bytes(hashlib.sha256(event_id.bytes).digest()[:8], "big") >> 1
