"""Trying a channel again: a receiver that fails, stalls, is gone, or answers too late."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from aiohttp import web
from local_runtime.keys import Keys
from notification_service.bootstrap import Process, build
from notification_service.sending.outcome import MOST_TRIES
from notification_service.settings import Settings

from .counterparts import Got, Receiver
from .person import APP_TOKEN, Person, as_operator
from .story import Owner, Story, messages, records, sent_events
from .telling import due_again, reminded

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"send_seconds": 0.5})


async def test_the_id_stays_the_same_over_tries_and_the_log_says_why(
    process: Process, person: Person, receiver: Receiver, owner: Owner
) -> None:
    answers = iter([web.Response(status=503, headers={"retry-after": "900"}), web.Response(status=204)])
    receiver.answer = lambda _: next(answers)
    channel = await person.webhook(receiver.url())
    await reminded(process, Story(user=person.user))
    await process.sender.drain()
    [logged] = await person.log(channel["id"])
    assert (logged["state"], logged["reason"]) == ("failed", "it answered 503")
    waits = owner.execute(
        "SELECT extract(epoch FROM not_before - clock_timestamp())::float8 FROM notifications.deliveries"
    ).fetchone()
    assert waits is not None
    assert 890 < waits[0] <= 900, "Retry-After"
    assert (await person.channel(channel["id"]))["state"] == "failing"
    await process.sender.drain()
    assert len(receiver.got) == 1, "not before its time"
    due_again(owner)
    await process.sender.drain()
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert (await person.channel(channel["id"]))["state"] == "working"


async def test_a_day_of_500_ends_with_the_operator_and_loses_nothing(
    process: Process, person: Person, receiver: Receiver, owner: Owner, keys: Keys
) -> None:
    receiver.answer = lambda _: web.Response(status=500, text="<h1>oh</h1>" * 100_000)
    channel = await person.webhook(receiver.url())
    await reminded(process, Story(user=person.user))
    for _ in range(MOST_TRIES):
        due_again(owner)
        process.sender.forget_failures()
        await process.sender.drain()
    assert len(receiver.got) == MOST_TRIES
    assert [one["state"] for one in await person.log(channel["id"])] == ["dead"]
    [failed] = [one for one in sent_events(owner) if one["type"] == "todo.reminder.failed.v1"]
    assert (failed["data"]["reason"], failed["data"]["tries"]) == ("it answered 500", MOST_TRIES)
    receiver.answer = lambda _: web.Response()
    async with as_operator(process, keys) as operator:
        [dead] = (await operator.get("/operations/deliveries")).json()["items"]
        assert "title" not in dead, "an operator needs no titles"
        answer = await operator.post("/operations/deliveries/requeue", json={"ids": [dead["id"]], "by": "me"})
    assert answer.json() == {"ids": [dead["id"]], "more": False}
    await process.sender.drain()
    assert [one["state"] for one in await person.log(channel["id"])] == ["sent"]
    versions = [row[0] for row in owner.execute(
        "SELECT version FROM notifications.ledger WHERE aggregate_id = %s ORDER BY version", (dead["id"],)
    ).fetchall()]  # fmt: skip
    assert versions == [1, 2]


async def test_a_receiver_that_stalls_costs_its_time_and_no_more(
    process: Process, person: Person, receiver: Receiver
) -> None:
    receiver.answer = receiver.stall
    channel = await person.webhook(receiver.url())
    tried = await asyncio.wait_for(person.test(channel["id"]), 3)
    assert (tried["outcome"], tried["detail"]) == ("failed", "it did not answer within 0.5 s")


@pytest.mark.parametrize("verb", ["completed", "deleted", "moved"])
async def test_nothing_is_sent_of_a_task_that_says_otherwise_by_the_next_try(
    process: Process, person: Person, receiver: Receiver, owner: Owner, verb: str
) -> None:
    receiver.answer = lambda _: web.Response(status=500)
    channel = await person.webhook(receiver.url())
    story = Story(user=person.user)
    await reminded(process, story)
    await process.sender.drain()
    match verb:
        case "completed":
            act = story.act("completed", status="done")
        case "deleted":
            act = story.deleted()
        case _:
            act = story.act("updated", reminders=[])
    await process.consumer.handle(records(act))
    due_again(owner)
    await process.sender.drain()
    assert len(receiver.got) == 1
    [logged] = await person.log(channel["id"])
    assert (logged["state"], logged["reason"]) == ("dropped", "the task says otherwise now")


async def test_a_result_that_comes_after_the_lease_counts_for_nothing(
    process: Process, person: Person, receiver: Receiver, owner: Owner
) -> None:
    """The first claim sleeps past its lease; another one sends, and only its result is written down."""
    reached, let_go = asyncio.Event(), asyncio.Event()

    async def first_sleeps(got: Got) -> web.Response:
        if len(receiver.got) == 1:
            reached.set()
            await let_go.wait()
            return web.Response(status=500)
        return web.Response()

    receiver.answer = first_sleeps
    process.senders.seconds = 5.0
    channel = await person.webhook(receiver.url())
    await reminded(process, Story(user=person.user))
    sleeper = asyncio.create_task(process.sender.drain())
    await asyncio.wait_for(reached.wait(), 5)
    due_again(owner)
    waker = asyncio.create_task(process.sender.drain())
    async with asyncio.timeout(5):
        while [one["state"] for one in await person.log(channel["id"])] != ["sent"]:
            await asyncio.sleep(0.01)
    let_go.set()
    await asyncio.gather(sleeper, waker)
    [logged] = await person.log(channel["id"])
    assert (logged["state"], logged["tries"]) == ("sent", 2)
    assert (await person.channel(channel["id"]))["state"] == "working"
    assert len([one for one in sent_events(owner) if one["data"]["channel"] == "webhook"]) == 1


async def test_with_the_loops_off_a_tick_sends_to_channels(
    person: Person, receiver: Receiver, settings: Settings
) -> None:
    await person.webhook(receiver.url())
    quiet = build(settings.model_copy(update={"loops_enabled": False}))
    async with quiet.inner.router.lifespan_context(quiet.inner):
        await quiet.consumer.handle(records(Story(user=person.user).act("created")))
        transport = httpx.ASGITransport(quiet.inner)
        headers = {"dapr-api-token": APP_TOKEN}
        async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as sidecar:
            assert (await sidecar.post("/reminder-check")).status_code == 200
        assert len(receiver.got) == 1


async def test_a_shutdown_does_not_wait_for_a_receiver_that_stalls(
    person: Person, receiver: Receiver, settings: Settings, owner: Owner
) -> None:
    receiver.answer = receiver.stall
    channel = await person.webhook(receiver.url())
    ending = build(settings.model_copy(update={"send_seconds": 12.0, "shutdown_seconds": 0.5}))
    async with asyncio.timeout(8):
        async with ending.inner.router.lifespan_context(ending.inner):
            await ending.consumer.handle(records(Story(user=person.user).act("created")))
            while not receiver.got:
                await asyncio.sleep(0.01)
    [left] = await person.log(channel["id"])
    assert (left["state"], left["tries"]) == ("queued", 1), "another takes it when the lease ends"


async def test_a_receiver_that_is_gone_gets_nothing_until_its_owner_says_so(
    process: Process, person: Person, receiver: Receiver
) -> None:
    receiver.answer = lambda _: web.Response(status=410)
    channel = await person.webhook(receiver.url())
    await person.test(channel["id"])
    assert (await person.channel(channel["id"]))["state"] == "dead"
    await reminded(process, Story(user=person.user))
    await process.sender.drain()
    assert len(receiver.got) == 1
    await person.ask("PATCH", f"/{channel['id']}", json={"enabled": True})
    assert (await person.channel(channel["id"]))["state"] == "working"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://nobody-has-this-name.invalid/"])
async def test_an_unreachable_host_is_tried_again_and_the_app_is_told(
    process: Process, person: Person, owner: Owner, url: str
) -> None:
    channel = await person.webhook(url)
    await reminded(process, Story(user=person.user))
    await process.sender.drain()
    assert messages(owner) == [("Pay rent", False, True)]
    [logged] = await person.log(channel["id"])
    assert (logged["state"], logged["tries"]) == ("failed", 1)
    assert logged["reason"]
    assert logged["next_try_at"] > logged["queued_at"]
    shown = await person.channel(channel["id"])
    assert (shown["state"], shown["reason"]) == ("failing", logged["reason"])
