"""How many at once may hold connections for what nobody waits for: people find the others free."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from todo_backend.errors import Overloaded

PATIENCE_SECONDS = 4.0
"""Shorter than the deadline of those who ask (5 s): they hear that they are to come again."""


class Room:
    """Lets in so many at a time, in the order in which they came."""

    def __init__(self, places: int, patience: float = PATIENCE_SECONDS) -> None:
        self._free = asyncio.Semaphore(places)
        self._patience = patience

    @classmethod
    def beside_people(cls, connections: int) -> Room:
        """Return the room of services in a pool: a little more than half of it."""
        return cls(max(1, connections * 6 // 10))

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        """Wait for a place and keep it. Raises Overloaded when none gets free in time."""
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError as error:
            raise Overloaded from error
        try:
            yield
        finally:
            self._free.release()
