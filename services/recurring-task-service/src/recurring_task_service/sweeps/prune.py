"""Heads of occurrences long past are forgotten hourly, when no topic and no ledger can bring their events again."""

from __future__ import annotations

from event_spine.loop import sweep
from service_kit.database import Pool

from recurring_task_service.storage import heads
from recurring_task_service.storage.heads import KEEP_BATCH

KEEP_DAYS = 40
"""Longer than the topics (30 days) and the ledger (35 days) can replay."""
EVERY_SECONDS = 3600.0


async def prune(pool: Pool) -> float:
    """Forget what is past its time; return the seconds until the next run."""
    while await sweep(pool, lambda connection: heads.prune_tasks(connection, KEEP_DAYS, KEEP_BATCH)):
        pass
    return EVERY_SECONDS
