"""When the loop and the ticks ask: at once, all that is due, and never without rest."""

from __future__ import annotations

import asyncio
import time

import httpx
import psycopg
import pytest
from event_spine.loop import STORE_AWAY_SECONDS, Loop, sweep
from recurring_task_service.bootstrap import Process
from recurring_task_service.storage import wanted
from recurring_task_service.sweeps import advance
from recurring_task_service.sweeps.reach import PROBE_SECONDS

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


async def test_somebody_who_does_a_task_now_does_not_wait_behind_all_arrears(
    process: Process, backend: Backend, owner: Owner
) -> None:
    for _ in range(3 * advance.MOST_IN_FLIGHT):
        await completed(process)
    owner.execute("UPDATE recurring.wanted SET not_before = not_before - interval '1 minute'")
    now = await completed(process)
    backend.gate.clear()
    await process.advancer.step()
    await until(lambda: len(backend.calls) == advance.MOST_IN_FLIGHT)
    assert str(now.series) in " ".join(path for path, _, _ in backend.calls)
    backend.gate.set()
    await process.advancer.drain()
    assert (len(backend.calls), rows(owner)) == (3 * advance.MOST_IN_FLIGHT + 1, [])


async def test_without_the_backend_little_is_asked_and_with_it_everything_is_made_at_once(
    process: Process, backend: Backend, owner: Owner
) -> None:
    for _ in range(60):
        await completed(process)
    backend.answers = [(503, {})]
    stop, began = asyncio.Event(), time.monotonic()
    running = asyncio.create_task(process.loop.run(stop))
    await until(lambda: len(backend.calls) > advance.MOST_IN_FLIGHT + 8)
    most = advance.MOST_IN_FLIGHT + (time.monotonic() - began) / PROBE_SECONDS + 1
    assert len(backend.calls) <= most, "a storm"
    backend.answers = [(200, {"outcome": "made"})]
    await until(lambda: rows(owner) == [], advance.LONGEST_UNANSWERED + 3)
    stop.set()
    process.loop.wake()
    await running


async def test_a_loop_goes_on_soon_after_its_store_is_back(process: Process, backend: Backend, owner: Owner) -> None:
    """However long it was away: a back-off that grew meanwhile would be waited for by whoever is owed something."""
    away, tries = True, 0

    async def step() -> float | None:
        nonlocal tries
        tries += 1
        if away:
            raise psycopg.OperationalError("away")
        return await process.advancer.step()

    loop, stop = Loop("store away", step), asyncio.Event()
    running = asyncio.create_task(loop.run(stop))
    await until(lambda: tries == 6)
    await completed(process)
    away = False
    await until(lambda: rows(owner) == [], 2 * STORE_AWAY_SECONDS + 1)
    stop.set()
    await running


async def test_what_another_holds_is_not_asked_for_without_a_pause(process: Process, owner: Owner) -> None:
    await completed(process)
    async with process.pool.connection() as other, other.transaction():
        await other.execute("SELECT 1 FROM recurring.wanted FOR UPDATE")
        assert await process.advancer.step() == advance.PAUSE_SECONDS
    assert rows(owner)[0][0] == 0
