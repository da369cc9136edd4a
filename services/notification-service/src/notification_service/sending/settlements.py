"""Settling what channels took: whatever has gathered while a transaction was under way is the next one's.

A morning of ten thousand messages is then some hundred transactions; a message alone waits for nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import psycopg
from event_spine.consumer import TRANSIENT
from event_spine.loop import sweep
from service_kit.database import Pool

from notification_service.sending.settling import Accepted, settle_accepted

logger = logging.getLogger(__name__)
_Waiting = tuple[Accepted, "asyncio.Future[bool]"]

MOST = 200
"""In one transaction."""


class Settlements:
    """Writes down what was accepted, one transaction after another."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def settle(self, accepted: Accepted) -> bool:
        """Mark as sent; return whether the claim still held. Raises what the database says: then nothing is marked."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((accepted, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="settlements")
        return await done

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._settle(batch)
        finally:
            self._writing = None

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        accepted = [one for one, _ in batch]
        try:
            held = await sweep(self._pool, lambda connection: settle_accepted(connection, accepted))
        except Exception as error:
            if len(batch) == 1 or _is_everybodys(error):
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                return
            logger.exception("deliveries failed to be settled together, they are settled one by one")
            for one in batch:
                await self._settle([one])
            return
        for one, done in batch:
            if not done.done():  # who waited may have been cut off by a shutdown
                done.set_result(one.delivery.delivery_id in held)


def _is_everybodys(error: Exception) -> bool:
    """Say whether the store is away: then asking again for each alone would only take longer."""
    return isinstance(error, TRANSIENT) and not isinstance(error, psycopg.errors.DeadlockDetected)
