"""An open-loop load: acts begin at their appointed times whether or not earlier ones have ended.

A latency counts from the appointed time, so a stall is seen by every act that it delayed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

MAX_OPEN = 500


@dataclass
class Loaded:
    """What a run saw; `latencies` in seconds, of the answered ones. `answers` by number, of the kept ones."""

    per_second: float
    began_at: float = 0.0
    asked: int = 0
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    answers: dict[int, Any] = field(default_factory=dict)

    def appointed(self, n: int) -> float:
        """When request n was to leave, in Unix time."""
        return self.began_at + n / self.per_second


@dataclass(frozen=True)
class Shot:
    """One request to send."""

    method: str
    url: str
    headers: dict[str, str]
    body: dict[str, Any]


async def open_loop(make: Callable[[int], Shot], per_second: float, seconds: float, keep: bool = False) -> Loaded:
    """Send `make(n)` at a fixed rate for a fixed time and wait for the answers (at most 10 s each)."""
    loaded = Loaded(per_second)
    async with client() as session:

        async def shoot(n: int, appointed: float) -> None:
            shot = make(n)
            loaded.asked += 1
            try:
                async with session.request(shot.method, shot.url, json=shot.body, headers=shot.headers) as answer:
                    text = await answer.read()
                    loaded.latencies.append(time.perf_counter() - appointed)
                    if answer.status >= 300:
                        loaded.failures.append(f"{answer.status} {text[:200]!r}")
                    elif keep:
                        loaded.answers[n] = await answer.json()
            except (aiohttp.ClientError, TimeoutError) as error:
                loaded.failures.append(repr(error))

        loaded.began_at = await keep_pace(shoot, per_second, int(per_second * seconds))
    return loaded


async def keep_pace(act: Callable[[int, float], Awaitable[None]], per_second: float, total: int) -> float:
    """Begin `act(n, appointed)` at a fixed rate and wait for all; `appointed` is on the clock of `perf_counter`.

    Returns the Unix time of the first. At most 500 are under way at once.
    """
    limit = asyncio.Semaphore(MAX_OPEN)

    async def begin(n: int, appointed: float) -> None:
        async with limit:
            await act(n, appointed)

    began, began_at = time.perf_counter(), time.time()
    async with asyncio.TaskGroup() as group:
        for n in range(total):
            appointed = began + n / per_second
            delay = appointed - time.perf_counter()
            if delay > 0:
                await asyncio.sleep(delay)
            group.create_task(begin(n, appointed))
    return began_at


def client(seconds: float | None = 10) -> aiohttp.ClientSession:
    """A client with room for everything that may be under way; `seconds` bounds a whole request."""
    connector = aiohttp.TCPConnector(limit=MAX_OPEN)
    timeout = aiohttp.ClientTimeout(total=seconds)
    return aiohttp.ClientSession(timeout=timeout, connector=connector, read_bufsize=2**20)
