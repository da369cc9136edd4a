"""While a series is paused its open occurrence reminds nobody; when it goes on, what is due then is told after all."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from event_contracts.identifiers import uuid7
from event_spine.loop import sweep
from notification_service.bootstrap import Process
from notification_service.projections.planning import replan

from .conftest import Backend
from .story import Owner, Story, ago, attempts, messages, queued, records

pytestmark = pytest.mark.integration
IN_AN_HOUR = -3600


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one by one"])
async def test_a_pause_takes_a_reminder_away_and_going_on_brings_it_back(
    process: Process, owner: Owner, at_once: bool
) -> None:
    story = Story(due=ago(IN_AN_HOUR))
    bodies = [story.act("created", series_id=str(uuid7())), story.series_act("paused", 2, "paused")]
    for batch in [bodies] if at_once else [[body] for body in bodies]:
        await process.consumer.handle(records(*batch))
    await process.deliverer.drain()
    assert queued(owner) == 0
    await process.consumer.handle(records(story.act(title="Water them")))
    assert queued(owner) == 0, "nor does a change of the task"
    await process.consumer.handle(records(*bodies, story.series_act("resumed", 3, "active")))
    await process.deliverer.drain()
    assert queued(owner) == 1
    await process.consumer.handle(records(*bodies))
    await process.deliverer.drain()
    assert queued(owner) == 1, "what was heard before is old"


async def test_what_came_due_during_a_pause_is_told_once_it_goes_on(process: Process, owner: Owner) -> None:
    story = Story()
    await process.consumer.handle(
        records(story.act("created", series_id=str(uuid7())), story.series_act("paused", 2, "paused"))
    )
    await process.deliverer.drain()
    assert (messages(owner), queued(owner)) == ([], 0)
    resumed = story.series_act("resumed", 3, "active")
    for _ in range(2):
        await process.consumer.handle(records(resumed))
        await process.deliverer.drain()
    assert messages(owner) == [("Pay rent", False, True)]


async def test_a_pause_between_queue_and_notification_drops_it(process: Process, owner: Owner) -> None:
    story = Story(due=ago(0.2))
    await process.consumer.handle(records(story.act("created", series_id=str(uuid7()))))
    await process.deliverer.drain()
    owner.execute("DELETE FROM notifications.messages")
    # As if it had been taken only now.
    owner.execute(
        "UPDATE notifications.attempts SET state = 'queued', settled_at = NULL, not_before = clock_timestamp()"
    )
    await process.consumer.handle(records(story.series_act("paused", 2, "paused")))
    await process.deliverer.drain()
    assert (messages(owner), attempts(owner)) == ([], [("dropped", "the task says otherwise now")])


async def test_going_on_while_the_backend_still_said_paused_is_not_lost(
    process: Process, owner: Owner, backend: Backend
) -> None:
    """The answer comes late: the series was paused when it was given, and has gone on since, as the heads know."""
    story = Story(due=ago(0.2))
    await process.consumer.handle(records(story.act("created", series_id=str(uuid7()))))
    backend.decide = lambda _: {"decision": "drop", "reason": "paused"}
    backend.gate.clear()
    asking = asyncio.create_task(process.deliverer.drain())
    await asyncio.wait_for(backend.called.wait(), 5)
    await process.consumer.handle(
        records(story.series_act("paused", 2, "paused"), story.series_act("resumed", 3, "active"))
    )

    await sweep(process.pool, lambda connection: replan(connection, 100))  # as another replica does meanwhile

    def decide(_: dict[str, Any]) -> dict[str, Any]:
        return {"decision": "drop", "reason": "paused"} if len(backend.asked) == 1 else {"decision": "send"}

    backend.decide = decide
    backend.gate.set()
    await asking
    await process.deliverer.drain()
    assert messages(owner) == [("Pay rent", False, True)]
    assert len(backend.asked) == 2
