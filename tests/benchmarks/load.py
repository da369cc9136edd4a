"""An open-loop load: requests leave at their appointed times whether or not earlier ones were answered.

A latency counts from the appointed time, so a stall is seen by every request that it delayed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

MAX_OPEN = 500


@dataclass
class Loaded:
    """What a run saw; `latencies` in seconds, of the answered ones."""

    asked: int = 0
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Shot:
    """One request to send."""

    method: str
    url: str
    headers: dict[str, str]
    body: dict[str, Any]


async def open_loop(make: Callable[[int], Shot], per_second: float, seconds: float, keep: bool = False) -> Loaded:
    """Send `make(n)` at a fixed rate for a fixed time and wait for the answers (at most 10 s each)."""
    loaded = Loaded()
    limit = asyncio.Semaphore(MAX_OPEN)
    timeout = aiohttp.ClientTimeout(total=10)
    connector = aiohttp.TCPConnector(limit=MAX_OPEN)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session, asyncio.TaskGroup() as group:

        async def shoot(shot: Shot, appointed: float) -> None:
            async with limit:
                try:
                    async with session.request(shot.method, shot.url, json=shot.body, headers=shot.headers) as answer:
                        text = await answer.read()
                        loaded.latencies.append(time.perf_counter() - appointed)
                        if answer.status >= 300:
                            loaded.failures.append(f"{answer.status} {text[:200]!r}")
                        elif keep:
                            loaded.answers.append(await answer.json())
                except (aiohttp.ClientError, TimeoutError) as error:
                    loaded.failures.append(repr(error))

        began = time.perf_counter()
        total = int(per_second * seconds)
        for n in range(total):
            appointed = began + n / per_second
            delay = appointed - time.perf_counter()
            if delay > 0:
                await asyncio.sleep(delay)
            loaded.asked += 1
            group.create_task(shoot(make(n), appointed))
    return loaded
