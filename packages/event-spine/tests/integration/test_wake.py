"""Waking: at once after a pause, and one notification for many acts in a row."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import psycopg
import pytest
from event_spine.wake import QUIET_SECONDS, Waker

pytestmark = pytest.mark.integration
CHANNEL = "spine_wake"


@pytest.fixture
async def waker(spine_url: str) -> AsyncIterator[Waker]:
    stop = asyncio.Event()
    waker = Waker(spine_url, CHANNEL)
    running = asyncio.create_task(waker.run(stop))
    yield waker
    stop.set()
    await running


async def test_acts_in_a_row_share_notifications_and_the_last_one_is_told_of(waker: Waker, spine_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(spine_url, autocommit=True) as listener:
        await listener.execute(f"LISTEN {CHANNEL}")
        waker.wake()
        assert [1 async for _ in listener.notifies(timeout=5, stop_after=1)], "one alone is told of"
        began, acts = time.monotonic(), 0
        while time.monotonic() - began < 0.1:
            waker.wake()
            acts += 1
            await listener.execute("SELECT 1")  # what an act costs at least: a round trip
        took = time.monotonic() - began
        told = [1 async for _ in listener.notifies(timeout=0.5)]
        assert acts > len(told)
        assert 1 <= len(told) <= took / QUIET_SECONDS + 2
        waker.wake()
        assert [1 async for _ in listener.notifies(timeout=5, stop_after=1)], "and the next one again"
