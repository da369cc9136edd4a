"""Webhooks against a real HTTP server that verifies signatures with the Standard Webhooks library."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from local_runtime.keys import Keys
from notification_service.bootstrap import Process, build
from notification_service.settings import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from .counterparts import Got, Receiver, receiving
from .person import Person, at_the_door
from .story import Owner, Story, ago, messages, records, sent_events
from .telling import reminded
from .wishes import puts_off, wants

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"send_seconds": 0.5})


def verified(got: Got, secret: str) -> dict:
    return Webhook(secret).verify(got.body, got.headers)


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
