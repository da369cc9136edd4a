"""The sweep of the due-queue: what is due becomes an attempt. Run by the loop and by cron, on every replica.

Nothing plans reminders yet, so the queue is empty and so is what the sweep brings back.
"""

from __future__ import annotations

from event_spine.loop import sweep
from prometheus_client import Counter
from service_kit.database import Pool

from notification_service.storage import due_queue

BATCH = 500
TAKEN = Counter("notification_reminders_due", "Reminders that came due and were taken from the queue")


async def take_what_is_due(pool: Pool) -> float | None:
    """Take all that is due; return the seconds until the next reminder is (None: none waits)."""
    while taken := await sweep(pool, lambda connection: due_queue.take(connection, BATCH)):
        TAKEN.inc(taken)
    return await sweep(pool, due_queue.seconds_until_due)
