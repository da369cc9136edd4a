"""When the loop and the ticks ask: at once, all that is due, and never without rest."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from event_spine.loop import Loop, sweep
from recurring_task_service.bootstrap import Process
from recurring_task_service.storage import wanted
from recurring_task_service.sweeps import advance

from .conftest import APP_TOKEN, Backend
from .story import Owner, completed, rows, until

pytestmark = pytest.mark.integration


async def test_the_loop_hears_of_a_completion_at_once(process: Process, backend: Backend, owner: Owner) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(process.loop.run(stop))
    await completed(process)
    await asyncio.wait_for(backend.called.wait(), 5)
    await until(lambda: rows(owner) == [])
    stop.set()
    process.loop.wake()
    await running


async def test_the_tick_of_cron_does_all_that_is_due_with_the_loop_off(
    process: Process, backend: Backend, owner: Owner
) -> None:
    for _ in range(40):
        await completed(process)
    transport = httpx.ASGITransport(process.inner)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://inner", headers={"dapr-api-token": APP_TOKEN}
    ) as sidecar:
        assert (await sidecar.options("/recurrence-check")).status_code == 200
        assert (await sidecar.post("/recurrence-check")).status_code == 200
    assert (len(backend.calls), rows(owner)) == (40, [])
    async with httpx.AsyncClient(transport=transport, base_url="http://inner") as stranger:
        assert (await stranger.post("/recurrence-check")).status_code == 401


async def test_with_all_calls_in_flight_the_loop_rests_until_one_is_answered(
    process: Process, backend: Backend, owner: Owner
) -> None:
    steps = 0

    async def step() -> float | None:
        nonlocal steps
        steps += 1
        return await process.advancer.step()

    for _ in range(advance.MOST_IN_FLIGHT + 4):
        await completed(process)
    backend.gate.clear()
    loop, stop = Loop("counted", step), asyncio.Event()
    process.advancer.on_settled = loop.wake
    running = asyncio.create_task(loop.run(stop))
    await until(lambda: len(backend.calls) == advance.MOST_IN_FLIGHT)
    before = steps
    for _ in range(100):
        await sweep(process.pool, wanted.seconds_until_due)
    assert steps - before <= 2, "a loop that spins steps about as often as the database is asked here"
    backend.gate.set()
    await until(lambda: rows(owner) == [])
    assert len(backend.calls) == advance.MOST_IN_FLIGHT + 4
    stop.set()
    loop.wake()
    await running


async def test_what_another_holds_is_not_asked_for_without_a_pause(process: Process, owner: Owner) -> None:
    await completed(process)
    async with process.pool.connection() as other, other.transaction():
        await other.execute("SELECT 1 FROM recurring.wanted FOR UPDATE")
        assert await process.advancer.step() == advance.PAUSE_SECONDS
    assert rows(owner)[0][0] == 0
