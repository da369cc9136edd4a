"""Live clients as pages have them: a stream of server-sent events per person, each frame with the time it arrived."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.benchmarks.load import client
from tests.people import Person

Heard = Callable[[str, dict[str, Any], float], None]
"""Told an event's name, its data and the Unix time at which it was here."""


@asynccontextmanager
async def listening(people: Sequence[Person], heard: Heard) -> AsyncIterator[None]:
    """Listen for everybody while the block runs; it begins when every stream is open."""
    async with client(seconds=None) as session:
        opened = [asyncio.Event() for _ in people]
        streams = [asyncio.create_task(_follow(session, p, heard, o)) for p, o in zip(people, opened, strict=True)]
        try:
            await asyncio.wait_for(asyncio.gather(*(event.wait() for event in opened)), 30)
            yield
            assert not any(stream.done() for stream in streams), "a stream ended by itself"
        finally:
            for stream in streams:
                stream.cancel()
            await asyncio.gather(*streams, return_exceptions=True)


async def until(fact: Callable[[], bool], seconds: float, says: str, every: float = 0.02) -> None:
    """Wait for a fact while frames go on arriving; fail when it does not come."""
    give_up = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up, f"not within {seconds} s: {says}"
        await asyncio.sleep(every)


async def _follow(session: aiohttp.ClientSession, person: Person, heard: Heard, opened: asyncio.Event) -> None:
    """Hear one person's stream as a page does: it ends with its token, and the next one begins with a new token."""
    last = 0
    while True:
        event, connects = "", opened.is_set()
        async with session.get(person.base_url + person.path("updates"), headers=person.headers) as answer:
            assert answer.status == 200, answer.status
            async for line in answer.content:
                arrived = time.time()
                if line.startswith(b"event: "):
                    event = line[7:].strip().decode()
                    if connects:
                        last, connects = await _catch_up(session, person, heard, last), False
                    opened.set()  # the first heartbeat: from now on nothing is missed
                elif line.startswith(b"data: "):
                    data = json.loads(line[6:])
                    last = max(last, data["number"]) if event == "reminder" else last
                    heard(event, data, arrived)
        await asyncio.to_thread(person.refresh)


async def _catch_up(session: aiohttp.ClientSession, person: Person, heard: Heard, last: int) -> int:
    """Ask for the notifications after one, which may have come between two streams; return the newest's number."""
    asked = person.base_url + person.path("notifications")
    async with session.get(asked, params={"after": last, "limit": 100}, headers=person.headers) as answer:
        assert answer.status == 200, answer.status
        missed = (await answer.json())["items"]
    for one in missed:
        heard("missed", one, time.time())
    return max((one["number"] for one in missed), default=last)
