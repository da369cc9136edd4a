"""A try that falls into quiet hours waits for their end; what was put off or asked for does not."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from aiohttp import web
from notification_service.bootstrap import Process

from .counterparts import Receiver
from .person import Person
from .story import Owner, Story, ago, records, user_event
from .telling import due_again, reminded
from .wishes import puts_off, quiet_now, wants

pytestmark = pytest.mark.integration


async def fails_at_dusk(process: Process, person: Person, receiver: Receiver, *titles: str) -> tuple[str, list[Story]]:
    """So many reminders that a webhook did not take, and then quiet hours begin."""
    receiver.answer = lambda _: web.Response(status=503)
    channel = await person.webhook(receiver.url())
    await process.consumer.handle(records(user_event(person.user, 1, "created", time_zone="UTC")))
    stories = [Story(user=person.user) for _ in titles]
    for story, title in zip(stories, titles, strict=True):
        await reminded(process, story, title=title)
    await process.sender.drain()
    await wants(process, person.user, **quiet_now())
    receiver.answer = lambda _: web.Response()
    receiver.got.clear()
    return channel["id"], stories


async def again(process: Process, owner: Owner) -> None:
    due_again(owner)
    process.sender.forget_failures()
    await process.sender.drain()


async def test_a_retry_waits_for_their_end_and_says_so(
    process: Process, person: Person, receiver: Receiver, owner: Owner
) -> None:
    channel, _ = await fails_at_dusk(process, person, receiver, "Pay rent")
    await again(process, owner)
    assert receiver.got == []
    [logged] = await person.log(channel)
    assert (logged["tries"], logged["reason"]) == (1, "it waits for the end of quiet hours"), "no try was used up"
    waits = dt.datetime.fromisoformat(logged["next_try_at"]) - dt.datetime.now(dt.UTC)
    assert 3500 < waits.total_seconds() <= 3600
    seconds = await process.sender.step()
    assert seconds is not None
    assert seconds > 3500, "the loop sleeps as long"
    await wants(process, person.user, quiet_from=None, quiet_to=None)
    await process.sender.drain()
    assert [json.loads(got.body)["data"]["title"] for got in receiver.got] == ["Pay rent"]


async def test_of_what_waited_nothing_is_told_that_was_done_in_the_night(
    process: Process, person: Person, receiver: Receiver, owner: Owner
) -> None:
    channel, stories = await fails_at_dusk(process, person, receiver, "Pay rent", "Water")
    await again(process, owner)
    await process.consumer.handle(records(stories[0].completed()))
    await wants(process, person.user, quiet_from=None, quiet_to=None)
    await process.sender.drain()
    assert [json.loads(got.body)["data"]["title"] for got in receiver.got] == ["Water"]
    assert sorted(one["state"] for one in await person.log(channel)) == ["dropped", "sent"]


async def test_what_was_put_off_and_what_is_asked_for_come_all_the_same(
    process: Process, person: Person, receiver: Receiver, owner: Owner
) -> None:
    channel, [story] = await fails_at_dusk(process, person, receiver, "Pay rent")
    await again(process, owner)
    [logged] = await person.log(channel)
    await person.test(channel)
    await puts_off(process, person.user, story.reminder, until=ago(-0.3))
    while not queued_snooze(owner):
        await process.deliverer.drain()
    await process.sender.drain()
    told = [json.loads(got.body)["data"] for got in receiver.got]
    assert [one["kind"] for one in told] == ["test", "reminder"]
    assert told[1]["because"] == "You put this reminder off until now."
    assert logged["state"] == "failed"


def queued_snooze(owner: Owner) -> bool:
    row: Any = owner.execute("SELECT count(*) FROM notifications.deliveries WHERE kind = 'reminder'").fetchone()
    return row[0] == 2


async def test_a_digest_counts_what_is_left_of_it(
    process: Process, person: Person, receiver: Receiver, owner: Owner
) -> None:
    receiver.answer = lambda _: web.Response(status=503)
    await person.webhook(receiver.url())
    stories = [Story(user=person.user, due=ago(3600 + n)) for n in range(7)]
    await process.consumer.handle(records(*(story.act("created") for story in stories)))
    await process.deliverer.drain()
    await process.sender.drain()
    await process.consumer.handle(records(*(story.completed() for story in stories[:5])))
    receiver.answer = lambda _: web.Response()
    await again(process, owner)
    first, second = (json.loads(got.body)["data"] for got in receiver.got)
    assert (first["title"], len(first["digest"])) == ("7 reminders", 7)
    assert (second["title"], len(second["digest"])) == ("2 reminders", 2)
