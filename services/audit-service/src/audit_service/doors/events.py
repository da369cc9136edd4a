"""What takes deliveries: three topics through one bulk route, recorded by one consumer."""

from __future__ import annotations

from typing import Any

from event_spine.consumer import Consumer
from service_kit.database import Pool

from audit_service.projections import DEFAULT, HANDLERS
from audit_service.storage.schema import SCHEMA


def make_consumer(pool: Pool) -> Consumer:
    """Return the consumer that records what is delivered."""
    return Consumer(
        schema=SCHEMA, pool=pool, handlers=HANDLERS, default=DEFAULT, partitioned=True, single_statement=True
    )


def progress(consumer: Consumer) -> dict[str, Any]:
    """Return what has been seen of each topic, for the health document."""
    return {
        topic: {
            "last_event_at": seen.last_event_at and seen.last_event_at.isoformat(),
            "last_event_id": seen.last_event_id and str(seen.last_event_id),
            "last_probe_at": seen.last_probe_at and seen.last_probe_at.isoformat(),
            "last_probe_id": seen.last_probe_id and str(seen.last_probe_id),
        }
        for topic, seen in consumer.progress.items()
    }
