"""Webhooks against a real HTTP server that verifies signatures with the Standard Webhooks library."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from aiohttp import web
from cryptography.fernet import Fernet
from local_runtime.keys import Keys
from notification_service.bootstrap import Process, build
from notification_service.sending.outcome import MOST_TRIES
from notification_service.settings import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from .conftest import APP_TOKEN
from .counterparts import Got, Receiver, receiving
from .person import Person, as_operator, at_the_door
from .story import Owner, Story, ago, messages, records, sent_events
from .wishes import puts_off, wants

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    file = tmp_path / "channel.keys"
    file.write_text(f"{Fernet.generate_key().decode()}\n")
    return settings.model_copy(
        update={"channel_keys_file": file, "allowed_networks": "127.0.0.1/32", "send_seconds": 0.5}
    )


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


@pytest.fixture
async def person(process: Process, keys: Keys) -> AsyncIterator[Person]:
    async with at_the_door(process, keys) as one:
        yield one


def verified(got: Got, secret: str) -> dict:
    return Webhook(secret).verify(got.body, got.headers)


def due_again(owner: Owner) -> None:
    owner.execute("UPDATE notifications.deliveries SET not_before = clock_timestamp() WHERE state = 'queued'")


async def reminded(process: Process, story: Story, **changes: object) -> None:
    await process.consumer.handle(records(story.act("created", **changes)))
    await process.deliverer.drain()


async def test_a_reminder_is_posted_once_signed_and_told_of(
    process: Process, person: Person, receiver: Receiver, owner: Owner
) -> None:
    channel = await person.webhook(receiver.url())
    story = Story(user=person.user)
    await reminded(process, story)
    await asyncio.gather(process.sender.drain(), process.sender.drain())
    [got] = receiver.got
    told = verified(got, channel["secret"])
    assert told["type"] == "reminder.reminder"
    assert (told["data"]["title"], told["data"]["task_id"]) == ("Pay rent", str(story.task))
    assert messages(owner) == [("Pay rent", False, True)], "the app was told as well"
    events = [one["data"] for one in sent_events(owner) if one["type"] == "todo.reminder.sent.v1"]
    assert [(one["channel"], one.get("channel_id")) for one in events] == [("in_app", None), ("webhook", channel["id"])]
    assert len({one["key"] for one in events}) == 2
    [logged] = await person.log(channel["id"])
    assert (logged["state"], logged["tries"], logged["reason"]) == ("sent", 1, "it answered 200")


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


async def test_an_answer_without_end_is_not_read(process: Process, person: Person, receiver: Receiver) -> None:
    async def endless(_: Got) -> web.StreamResponse:
        return web.Response(body=b"x" * 10_000_000)

    receiver.answer = endless
    channel = await person.webhook(receiver.url())
    assert (await person.test(channel["id"]))["outcome"] == "sent"


async def test_a_redirect_to_a_private_address_is_not_followed(
    process: Process, person: Person, receiver: Receiver
) -> None:
    async with receiving() as secret:
        receiver.answer = lambda _: web.Response(status=301, headers={"location": secret.url("/metadata")})
        channel = await person.webhook(receiver.url())
        tried = await person.test(channel["id"])
        assert tried["outcome"] == "failed"
        assert "redirects are not followed" in tried["detail"]
        assert secret.got == []


async def test_private_addresses_are_refused_when_added_and_when_sent(
    process: Process, person: Person, receiver: Receiver, settings: Settings, keys: Keys
) -> None:
    refused = await person.ask("POST", json={"kind": "webhook", "name": "x", "url": "http://10.0.0.1/"})
    assert (refused.status_code, refused.json()["code"]) == (422, "address_refused")
    channel = await person.webhook(receiver.url(host="localhost"))  # may be sent to, as an operator allows it here
    assert (await person.test(channel["id"]))["outcome"] == "sent"
    strict = build(settings.model_copy(update={"allowed_networks": ""}))
    await strict.pool.open()
    async with at_the_door(strict, keys, person.user) as same:
        tried = await same.test(channel["id"])
    await strict.pool.close()
    assert tried["detail"] == "localhost is at a private address, which is not sent to."
    assert len(receiver.got) == 1


async def test_two_signatures_while_a_secret_is_rotated(process: Process, person: Person, receiver: Receiver) -> None:
    channel = await person.webhook(receiver.url())
    rotated = (await person.ask("POST", f"/{channel['id']}/rotate-secret")).json()
    assert rotated["secret"] != channel["secret"]
    await person.test(channel["id"])
    [got] = receiver.got
    assert verified(got, channel["secret"]) == verified(got, rotated["secret"])
    again = (await person.ask("POST", f"/{channel['id']}/rotate-secret")).json()
    await person.test(channel["id"])
    verified(receiver.got[1], again["secret"])
    with pytest.raises(WebhookVerificationError):
        verified(receiver.got[1], channel["secret"])


async def test_a_replay_is_sent_again_with_its_id_though_the_task_is_done(
    process: Process, person: Person, receiver: Receiver
) -> None:
    channel = await person.webhook(receiver.url())
    story = Story(user=person.user)
    await reminded(process, story)
    await process.sender.drain()
    await process.consumer.handle(records(story.act("completed", status="done")))
    [logged] = await person.log(channel["id"])
    answer = await person.ask("POST", f"/{channel['id']}/deliveries/{logged['id']}/replay")
    assert answer.status_code == 202
    await process.sender.drain()
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert json.loads(first.body)["data"] == json.loads(second.body)["data"]


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


async def test_what_people_want_of_reminders_holds_for_channels(
    process: Process, person: Person, receiver: Receiver
) -> None:
    """Each is planned by more than its task: an hour of one's own, repetitions, and what was put off."""
    wall = (dt.datetime.now(ZoneInfo("Europe/Berlin")) - dt.timedelta(minutes=2)).replace(second=0, microsecond=0)
    await wants(process, person.user, default_hour=wall.time())
    await person.webhook(receiver.url())
    whole = Story(user=person.user)
    all_day = {"due": {"date": str(wall.date()), "time_zone": "Europe/Berlin"}, "due_at": ago(-86_400).isoformat()}
    await process.consumer.handle(records(whole.act("created", title="Whole day", **all_day)))
    nagging = Story(user=person.user, due=ago(900))
    again = [{"id": str(nagging.reminder), "minutes_before": 0, "relative_to": "due", "repeat_minutes": 5}]
    await process.consumer.handle(records(nagging.act("created", title="Nagging", reminders=again)))
    later = Story(user=person.user, due=ago(-3600))
    await process.consumer.handle(records(later.act("created", title="Put off")))
    await puts_off(process, person.user, later.reminder, until=ago(-1.0))
    async with asyncio.timeout(10):
        while len(receiver.got) < 3:
            await process.deliverer.drain()
            await process.sender.drain()
            await asyncio.sleep(0.05)
    told = [json.loads(got.body)["data"] for got in receiver.got]
    assert {one["title"] for one in told} == {"Whole day", "Nagging", "Put off"}
    put_off = next(one for one in told if one["title"] == "Put off")
    assert put_off["because"] == "You put this reminder off until now."


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
