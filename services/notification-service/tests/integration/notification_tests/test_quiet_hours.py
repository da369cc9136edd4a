"""Quiet hours end in one digest and no flood; what they held is not told when it is done meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process

from .conftest import Backend
from .story import Owner, Story, ago, attempts, messages, records, sent_events, user_event
from .wishes import quiet_now, wants

pytestmark = pytest.mark.integration


def morning_comes(owner: Owner) -> None:
    """As if the quiet hours had ended: wishes and attempts, an hour later."""
    owner.execute("UPDATE notifications.preferences SET quiet_from = NULL, quiet_to = NULL")
    owner.execute(
        "UPDATE notifications.attempts SET not_before = clock_timestamp() - interval '1 millisecond',"
        " queued_at = clock_timestamp() - interval '1 millisecond' WHERE held AND state = 'queued'"
    )


async def night(process: Process, count: int, first: float = 90) -> list[Story]:
    """So many reminders of one person, due some seconds ago, in their quiet hours."""
    user = uuid7()
    await process.consumer.handle(records(user_event(user, 1, time_zone="UTC")))
    await wants(process, user, **quiet_now())
    stories = [Story(user=user, due=ago(n + first)) for n in range(count)]
    await process.consumer.handle(records(*(story.act("created") for story in stories)))
    await process.deliverer.drain()
    return stories


async def test_what_comes_due_in_them_is_one_digest_at_their_end(
    process: Process, owner: Owner, backend: Backend
) -> None:
    stories = await night(process, 3)
    assert (messages(owner), backend.asked) == ([], [])
    assert {state for state, _ in attempts(owner)} == {"queued"}
    await process.consumer.handle(records(stories[0].completed()))
    seconds = await process.deliverer.step()
    assert seconds is not None
    assert 3500 < seconds <= 3600, "the loop knows when they end"
    waits: Any = owner.execute("SELECT bool_and(queued_at = not_before) FROM notifications.attempts").fetchone()
    assert waits == (True,), "it is due then: the night is no time that the backend was waited for"
    morning_comes(owner)
    await process.deliverer.drain()
    [digest] = [sent["data"] for sent in sent_events(owner)]
    assert (digest["kind"], digest["because"]["held"], digest["because"]["preference"]) == (
        "digest",
        True,
        "quiet_hours",
    )
    assert {item["task_id"] for item in digest["digest"]} == {str(stories[1].task), str(stories[2].task)}


async def test_they_come_together_also_when_they_have_waited_for_a_moment_only(process: Process, owner: Owner) -> None:
    stories = await night(process, 2, first=0.5)
    morning_comes(owner)
    await process.deliverer.drain()
    [digest] = [sent["data"] for sent in sent_events(owner)]
    assert (len(digest["digest"]), digest["late"]) == (len(stories), False)


async def test_one_alone_comes_as_itself_and_says_that_it_waited(process: Process, owner: Owner) -> None:
    await night(process, 1)
    morning_comes(owner)
    await process.deliverer.drain()
    [sent] = sent_events(owner)
    assert (sent["data"]["kind"], sent["data"]["because"]["held"]) == ("reminder", True)
    assert sent["data"]["remind_at"] <= sent["data"]["fired_at"]


async def test_without_the_backend_at_their_end_it_is_waited_for_as_ever(
    process: Process, owner: Owner, backend: Backend
) -> None:
    """The hours of the night are no reason to send unconfirmed in the morning."""
    await night(process, 1)
    owner.execute("UPDATE notifications.attempts SET queued_at = queued_at - interval '1 second'")
    morning_comes(owner)
    backend.status = 503
    await process.deliverer.drain()
    assert messages(owner) == []


async def test_with_other_quiet_hours_what_they_held_is_looked_at_again(process: Process, owner: Owner) -> None:
    [story] = await night(process, 1)
    await wants(process, story.user, quiet_from=None, quiet_to=None)
    await process.deliverer.drain()
    assert [title for title, *_ in messages(owner)] == ["Pay rent"]


async def test_other_people_are_told_meanwhile(process: Process, owner: Owner) -> None:
    await night(process, 2)
    loud = Story()
    await process.consumer.handle(records(loud.act("created")))
    await process.deliverer.drain()
    rows: list[Any] = owner.execute("SELECT user_id FROM notifications.messages").fetchall()
    assert rows == [(loud.user,)]
