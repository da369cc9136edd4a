"""Background loops: woken by events, by the next due time and by cron; an error only slows them down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import psycopg
from psycopg_pool import AsyncConnectionPool

from event_spine import metrics
from event_spine.wake import wait_for_any

logger = logging.getLogger(__name__)

STORE_AWAY_SECONDS = 0.5
"""Between two tries while the store does not answer. Each waits for a connection, so more would only be too late."""

T = TypeVar("T")
Step = Callable[[], Awaitable[float | None]]


class Loop:
    """Runs `step` again and again.

    `step` returns the seconds until it is next due (0: at once, there is more; None: nothing is planned) and the loop
    sleeps that long, at most `longest` seconds, or until `wake()`. While its store is away it goes on trying; after any
    other error it backs off from 1 s to 30 s.
    """

    def __init__(self, name: str, step: Step, longest: float = 1.0) -> None:
        self._name = name
        self._step = step
        self._longest = longest
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Make the loop run now."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; the step in flight is finished."""
        failures = 0
        while not stop.is_set():
            self._woken.clear()
            try:
                due = await self._step()
            except psycopg.OperationalError as error:
                metrics.LOOP_RUNS.labels(self._name, "failed").inc()
                logger.warning("loop waits for its store", extra={"loop": self._name, "detail": str(error)})
                await wait_for_any(stop, timeout=STORE_AWAY_SECONDS)
                continue
            except Exception:
                failures += 1
                metrics.LOOP_RUNS.labels(self._name, "failed").inc()
                logger.exception("loop failed", extra={"loop": self._name})
                await wait_for_any(stop, timeout=min(30.0, 0.5 * 2 ** min(failures, 6)))
                continue
            failures = 0
            metrics.LOOP_RUNS.labels(self._name, "done").inc()
            delay = self._longest if due is None else min(max(due, 0.0), self._longest)
            if delay > 0:
                await wait_for_any(stop, self._woken, timeout=delay)


async def sweep(pool: AsyncConnectionPool[Any], work: Callable[[psycopg.AsyncConnection], Awaitable[T]]) -> T:
    """Run `work` in one transaction and commit it: the only way in which a loop writes."""
    async with pool.connection() as connection, connection.transaction():
        return await work(connection)
