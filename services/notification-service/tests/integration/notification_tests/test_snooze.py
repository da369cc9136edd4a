"""What is put off comes then, once, also after a restart and in quiet hours, and never after its task is done."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process, build
from notification_service.settings import Settings
from service_kit.problems import Problem

from .story import Owner, Story, ago, messages, queued, records, sent_events, user_event
from .wishes import puts_off, quiet_now, wants

pytestmark = pytest.mark.integration


async def told_once(process: Process) -> Story:
    """A story whose reminder has been told."""
    story = Story()
    await process.consumer.handle(records(user_event(story.user, 1, time_zone="UTC"), story.act("created")))
    await process.deliverer.drain()
    return story


def becomes_due(owner: Owner) -> None:
    """As if the time had come to which it was put off."""
    owner.execute("UPDATE notifications.snoozes SET until = clock_timestamp() - interval '1 second'")
    owner.execute("UPDATE notifications.task_heads SET plan_stale = true")


async def test_it_comes_again_with_its_reason_and_once(process: Process, owner: Owner) -> None:
    story = await told_once(process)
    made = await puts_off(process, story.user, story.reminder, "1h")
    assert made.task_id == story.task
    assert 3590 < (made.until - ago(0)).total_seconds() <= 3600
    await process.deliverer.drain()
    assert (len(messages(owner)), queued(owner)) == (1, 1)
    becomes_due(owner)
    for _ in range(2):
        await process.deliverer.drain()
    first, put_off, second = [sent["data"] for sent in sent_events(owner)]
    assert put_off["event_type"] == "reminder_snoozed"
    assert put_off["actor"] == {"kind": "user", "id": str(story.user), "door": "internal"}, "by a link in a message"
    assert (put_off["task_id"], put_off["title"]) == (str(story.task), "Pay rent")
    assert dt.datetime.fromisoformat(put_off["until"]) == made.until
    assert first["because"]["kind"] == "due"
    assert (second["because"]["kind"], second["because"]["since"] is not None) == ("snooze", True)
    assert first["reminder_id"] == second["reminder_id"] == str(story.reminder)
    assert first["key"] != second["key"]
    # What was told because it was put off can be put off again.
    await puts_off(process, story.user, story.reminder, "10m")
    await process.deliverer.drain()
    assert queued(owner) == 1


async def test_put_off_twice_counts_once_and_survives_a_restart(
    process: Process, owner: Owner, settings: Settings
) -> None:
    story = await told_once(process)
    for minutes in (30, 60):
        await puts_off(process, story.user, story.reminder, until=ago(-60 * minutes))
        await process.deliverer.drain()
    assert queued(owner) == 1
    becomes_due(owner)
    after = build(settings)  # whatever the first process remembered is gone
    await after.pool.open()
    await after.deliverer.drain()
    await after.pool.close()
    assert len(messages(owner)) == 2


@pytest.mark.parametrize("act", ["completed", "deleted"])
async def test_it_dies_with_its_task_and_stays_dead(process: Process, owner: Owner, act: str) -> None:
    story = await told_once(process)
    await puts_off(process, story.user, story.reminder, "10m")
    await process.consumer.handle(records(getattr(story, act)()))
    becomes_due(owner)
    await process.deliverer.drain()
    await process.consumer.handle(records(story.reopened()))
    await process.deliverer.drain()
    assert (len(messages(owner)), queued(owner)) == (1, 0)
    assert owner.execute("SELECT count(*) FROM notifications.snoozes").fetchone() == (0,)


async def test_moving_the_task_leaves_what_was_put_off(process: Process, owner: Owner) -> None:
    story = await told_once(process)
    made = await puts_off(process, story.user, story.reminder, "1h")
    await process.consumer.handle(records(story.moved(ago(-7200))))
    instants = [row[0] for row in owner.execute("SELECT fire_at FROM notifications.due_queue ORDER BY 1").fetchall()]
    assert instants == [made.until, dt.datetime.fromisoformat(story.state["due_at"])]


async def test_it_pierces_quiet_hours(process: Process, owner: Owner) -> None:
    story = await told_once(process)
    await wants(process, story.user, **quiet_now())
    await puts_off(process, story.user, story.reminder, "10m")
    becomes_due(owner)
    await process.deliverer.drain()
    assert len(messages(owner)) == 2


async def test_one_of_a_digest_can_be_put_off(process: Process, owner: Owner) -> None:
    user = uuid7()
    backlog = [Story(user=user, due=ago(600 + n)) for n in range(8)]
    await process.consumer.handle(records(*(story.act("created") for story in backlog)))
    await process.deliverer.drain()
    assert (await puts_off(process, user, backlog[3].reminder, "1h")).task_id == backlog[3].task


async def test_what_cannot_be_put_off_is_refused_and_nothing_changes(process: Process, owner: Owner) -> None:
    story = await told_once(process)

    async def refused(user: UUID, reminder: UUID, until: dt.datetime) -> tuple[int, str]:
        with pytest.raises(Problem) as problem:
            await puts_off(process, user, reminder, until=until)
        return problem.value.status, problem.value.code

    assert await refused(story.user, uuid7(), ago(-60)) == (404, "reminder_not_found")
    assert await refused(uuid7(), story.reminder, ago(-60)) == (404, "reminder_not_found"), "somebody else's"
    assert await refused(story.user, story.reminder, ago(60)) == (422, "snooze_in_past")
    assert await refused(story.user, story.reminder, ago(-86_400 * 500)) == (422, "snooze_too_far")
    await process.consumer.handle(records(story.completed()))
    assert await refused(story.user, story.reminder, ago(-60)) == (409, "task_not_open")
    assert owner.execute("SELECT count(*) FROM notifications.snoozes").fetchone() == (0,)
