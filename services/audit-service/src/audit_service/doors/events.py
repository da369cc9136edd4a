"""What takes deliveries: three topics through one bulk route, recorded by one consumer."""

from __future__ import annotations

from event_spine.consumer import Consumer
from service_kit.database import Pool

from audit_service.projections import DEFAULT, HANDLERS
from audit_service.storage.schema import SCHEMA


def make_consumer(pool: Pool) -> Consumer:
    """Return the consumer that records what is delivered."""
    return Consumer(
        schema=SCHEMA, pool=pool, handlers=HANDLERS, default=DEFAULT, partitioned=True, single_statement=True
    )
