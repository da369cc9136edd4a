"""What was sent is forgotten hourly, once no topic and no ledger can bring its events again."""

from __future__ import annotations

from event_spine.loop import sweep
from service_kit.database import Pool

from notification_service.storage import attempts, deliveries

KEEP_DAYS = 40
"""Longer than the topics (30 days) and the ledger (35 days) can replay, and than a plan may reach back (30 days)."""
BATCH = 5000
EVERY_SECONDS = 3600.0


async def prune(pool: Pool) -> float:
    """Forget what is past its time; return the seconds until the next run."""
    while await sweep(pool, lambda connection: attempts.prune(connection, KEEP_DAYS, BATCH)):
        pass
    while await sweep(pool, lambda connection: deliveries.prune(connection, KEEP_DAYS, BATCH)):
        pass
    return EVERY_SECONDS
