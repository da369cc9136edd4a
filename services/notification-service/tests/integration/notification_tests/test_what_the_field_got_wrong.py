"""Faults that other products had for years with reminders, each named by what it did to people.

Beside these: test_mail.py `test_one_bad_mailbox_stops_no_other`, test_web_push.py
`test_a_retired_push_endpoint_is_taken_away_with_what_waits_for_it`.
"""

from __future__ import annotations

import asyncio

import pytest
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process

from .conftest import Backend
from .story import Owner, Story, ago, attempts, messages, queued, records

pytestmark = pytest.mark.integration


async def test_fixed_windows_what_came_due_while_it_was_away_for_an_hour_is_told(
    process: Process, owner: Owner
) -> None:
    stories = [Story(due=ago(60 * minutes)) for minutes in (61, 47, 20, 6, 1)]
    await process.consumer.handle(records(*(story.act("created") for story in stories)))
    await process.deliverer.drain()
    assert len(messages(owner)) == len(stories)


async def test_sent_at_creation_a_reminder_waits_for_its_instant(process: Process, owner: Owner) -> None:
    await process.consumer.handle(records(Story(due=ago(-60)).act("created"), Story(due=ago(-86_400)).act("created")))
    await process.deliverer.drain()
    assert (messages(owner), attempts(owner), queued(owner)) == ([], [], 2)


async def test_not_moved_with_the_due_date_it_comes_at_the_new_instant_only(process: Process, owner: Owner) -> None:
    later, sooner = Story(due=ago(0.2)), Story(due=ago(-3600))
    await process.consumer.handle(records(later.act("created"), sooner.act("created")))
    await process.consumer.handle(records(later.moved(ago(-3600)), sooner.moved(ago(0.1))))
    await process.deliverer.drain()
    told = owner.execute("SELECT task_id FROM notifications.messages").fetchall()
    assert (told, queued(owner)) == ([(sooner.task,)], 1)


async def test_blocking_waits_one_that_is_far_does_not_hold_up_one_that_is_near(process: Process, owner: Owner) -> None:
    await process.consumer.handle(records(Story(due=ago(-86_400)).act("created")))
    stop = asyncio.Event()
    running = asyncio.create_task(process.loop.run(stop))
    await process.consumer.handle(records(Story(due=ago(-0.2)).act("created")))
    async with asyncio.timeout(5):
        while not messages(owner):
            await asyncio.sleep(0.01)
    stop.set()
    await running


async def test_blocking_waits_a_backend_that_thinks_holds_up_only_whom_it_thinks_about(
    process: Process, owner: Owner, backend: Backend
) -> None:
    """Batches that wait for an answer are waited for beside the loop, which goes on with the next."""
    backend.gate.clear()
    stop = asyncio.Event()
    running = asyncio.create_task(process.loop.run(stop))
    for _ in range(2):
        await process.consumer.handle(records(Story().act("created")))
        await asyncio.wait_for(backend.called.wait(), 5)
        backend.called.clear()
    stop.set()
    await running
    backend.gate.set()
    await process.deliverer.finish()
    assert len(messages(owner)) == 2


async def test_a_flood_after_an_absence_is_one_digest(process: Process, owner: Owner) -> None:
    user = uuid7()
    backlog = [Story(user=user, due=ago(3600 + n)) for n in range(40)]
    await process.consumer.handle(records(*(story.act("created") for story in backlog)))
    await process.deliverer.drain()
    assert len(messages(owner)) == 1


async def test_again_after_it_was_done_from_the_notification(process: Process, owner: Owner) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    await process.deliverer.drain()
    await process.consumer.handle(records(story.completed(), story.act(title="edited after it was done")))
    await process.deliverer.drain()
    assert (len(messages(owner)), queued(owner)) == (1, 0)
