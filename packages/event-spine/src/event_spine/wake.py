"""Waking the relay: NOTIFY on a connection of its own, after the writer has committed.

NOTIFY inside the writing transaction takes a global lock through the commit's fsync and costs about four times the
throughput; a lost notification only costs one poll of the relay.
"""

from __future__ import annotations

import asyncio
import logging

import psycopg

logger = logging.getLogger(__name__)

QUIET_SECONDS = 0.008
"""How long after a notification the next one waits: acts in a row share one, an act alone is told of at once."""


class Waker:
    """Tells the relay that there is work. Calls between two notifications are answered by one.

    The first call after a pause notifies at once; the next notification goes out `QUIET_SECONDS` later at the earliest.
    """

    def __init__(self, conninfo: str, channel: str) -> None:
        self._conninfo = conninfo
        self._channel = channel
        self._asked = asyncio.Event()

    def wake(self) -> None:
        """Ask for a notification; returns at once and never fails."""
        self._asked.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send notifications until `stop` is set; a broken connection is opened again within a second."""
        while not stop.is_set():
            try:
                await self._serve(stop)
            except psycopg.Error as error:
                logger.warning("waker lost its connection: %s", error)
                await wait_for_any(stop, timeout=1.0)

    async def _serve(self, stop: asyncio.Event) -> None:
        # Nothing is prepared, so that a pooler may stand between.
        connecting = psycopg.AsyncConnection.connect(self._conninfo, autocommit=True, prepare_threshold=None)
        async with await connecting as connection:
            while not stop.is_set():
                await wait_for_any(stop, self._asked)
                if self._asked.is_set():
                    self._asked.clear()
                    await connection.execute("SELECT pg_notify(%s, '')", (self._channel,))
                    await asyncio.sleep(QUIET_SECONDS)


async def wait_for_any(*events: asyncio.Event, timeout: float | None = None) -> None:
    """Return when one of the events is set or after `timeout` seconds (None: wait for ever)."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
