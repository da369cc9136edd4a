"""Partitions are made ahead and retired hourly; each replica may do it, the functions exclude each other."""

from __future__ import annotations

from event_spine.loop import sweep
from event_spine.partitions import drop_partitions, make_partitions
from service_kit.database import Pool

from notification_service.storage.schema import SCHEMA

EVERY_SECONDS = 3600.0


async def keep_partitions(pool: Pool) -> float:
    """Make what is missing, then retire what is past its time; return the seconds until the next run."""
    await sweep(pool, lambda connection: make_partitions(connection, SCHEMA))
    await sweep(pool, lambda connection: drop_partitions(connection, SCHEMA))
    return EVERY_SECONDS
