"""Who is slow or broken holds up nobody else, and who has much waits longest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
from aiohttp import web
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process, build
from notification_service.sending import sender as senders_loop
from notification_service.settings import Settings
from notification_service.storage import deliveries

from .counterparts import Receiver, receiving
from .person import Person
from .queued import queue
from .story import Owner, Story, records

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"send_seconds": 3.0})


@pytest.fixture
async def receivers() -> AsyncIterator[tuple[Receiver, Receiver]]:
    async with receiving() as slow, receiving() as quick:
        yield slow, quick


async def test_one_slow_host_holds_up_nobody_else(
    process: Process, person: Person, receivers: tuple[Receiver, Receiver]
) -> None:
    slow, quick = receivers
    slow.answer = slow.stall
    stalled, fine = await person.webhook(slow.url()), await person.other().webhook(quick.url())
    for number in range(1, 41):
        await queue(process, stalled, UUID(int=number))
    for number in range(1, 6):
        await queue(process, fine, UUID(int=1000 + number))
    draining = asyncio.create_task(process.sender.drain())
    async with asyncio.timeout(2):
        while len(quick.got) < 5:
            await asyncio.sleep(0.01)
    for _ in range(5):
        await process.sender.step()
    assert len(slow.got) <= senders_loop.OF_A_LANE, "a lane has so many under way and no more"
    assert not draining.done(), "the slow ones still wait"
    slow.released.set()
    await asyncio.wait_for(draining, 20)


async def test_ten_thousand_of_one_person_do_not_delay_another(
    process: Process, person: Person, receivers: tuple[Receiver, Receiver]
) -> None:
    _, quick = receivers
    channel = await person.webhook(quick.url())
    await queue(process, channel, UUID(int=1), 10_000)
    await queue(process, channel, UUID(int=2))
    for _ in range(3):
        await process.sender.step()
        await process.sender.finish()
    keys = [got.body.decode() for got in quick.got]
    assert any(str(UUID(int=2)) in body for body in keys), "the other one's is among the first few"
    assert len(keys) < 20


async def test_what_a_claim_costs_does_not_grow_with_what_waits(
    process: Process, person: Person, receivers: tuple[Receiver, Receiver], owner: Owner
) -> None:
    _, quick = receivers
    channel = await person.webhook(quick.url())
    await queue(process, channel, UUID(int=1), 10_000)
    owner.execute("UPDATE notifications.deliveries SET ready = false, not_before = now() + interval '1 day'")
    await queue(process, channel, UUID(int=2))
    owner.execute("VACUUM ANALYZE notifications.deliveries")
    lists = {"shut": [], "broken": [], "busy": []}
    given = {"claim": uuid7(), "limit": 200, "each": 4, "lease": 30.0, **lists}
    plan = owner.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {deliveries.CLAIM}", given).fetchone()
    assert plan is not None
    top = plan[0][0]["Plan"]
    assert top["Actual Rows"] == 1
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < 60


async def test_a_host_that_fails_is_left_alone_after_some_tries(
    process: Process, person: Person, receivers: tuple[Receiver, Receiver]
) -> None:
    slow, _ = receivers
    slow.answer = lambda _: web.Response(status=502)
    channel = await person.webhook(slow.url())
    for number in range(1, 41):
        await queue(process, channel, UUID(int=number))
    await process.sender.drain()
    assert 5 <= len(slow.got) <= 5 + senders_loop.OF_A_LANE


async def test_three_replicas_send_each_once(
    process: Process, person: Person, receivers: tuple[Receiver, Receiver], settings: Settings
) -> None:
    _, quick = receivers
    channel = await person.webhook(quick.url())
    for number in range(1, 101):
        await queue(process, channel, UUID(int=number))
    async with AsyncExitStack() as stack:
        replicas = [build(settings) for _ in range(2)]
        for replica in replicas:
            await replica.pool.open()
            stack.push_async_callback(replica.pool.close)
        for _ in range(3):
            await asyncio.gather(*(one.sender.drain() for one in (process, *replicas)))
    identities = [got.headers["webhook-id"] for got in quick.got]
    assert len(identities) == len(set(identities)) == 100


async def test_a_sender_that_died_is_replaced_after_its_lease(
    process: Process, person: Person, receivers: tuple[Receiver, Receiver], owner: Owner
) -> None:
    _, quick = receivers
    channel = await person.webhook(quick.url())
    await process.consumer.handle(records(Story(user=person.user).act("created")))
    await process.deliverer.drain()
    # As if a process had died between claim and mark.
    owner.execute(
        "UPDATE notifications.deliveries SET ready = false, claim = gen_random_uuid(), tries = 1,"
        " not_before = clock_timestamp() + interval '1 hour'"
    )
    await process.sender.drain()
    assert quick.got == [], "the lease runs"
    owner.execute("UPDATE notifications.deliveries SET not_before = clock_timestamp()")
    await process.sender.drain()
    assert len(quick.got) == 1
    assert [one["tries"] for one in await person.log(channel["id"])] == [2]
