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


async def until(fact: Callable[[], bool], seconds: float, says: str) -> None:
    """Wait for a fact while frames go on arriving; fail when it does not come."""
    give_up = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up, f"not within {seconds} s: {says}"
        await asyncio.sleep(0.02)


async def _follow(session: aiohttp.ClientSession, person: Person, heard: Heard, opened: asyncio.Event) -> None:
    event = ""
    async with session.get(person.base_url + person.path("updates"), headers=person.headers) as answer:
        assert answer.status == 200, answer.status
        async for line in answer.content:
            arrived = time.time()
            if line.startswith(b"event: "):
                event = line[7:].strip().decode()
                opened.set()  # the first heartbeat: from now on nothing is missed
            elif line.startswith(b"data: "):
                heard(event, json.loads(line[6:]), arrived)
