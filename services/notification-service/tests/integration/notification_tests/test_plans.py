"""What follows from events: planned once, whatever their order and number, and never again once it was sent."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process

from .conftest import TABLES
from .story import Owner, Story, ago, attempts, messages, queued, records, sent_events, user_event

pytestmark = pytest.mark.integration


def rows(owner: Owner) -> dict[str, list[Any]]:
    return {t: owner.execute(f"SELECT t.* FROM notifications.{t} t ORDER BY t::text").fetchall() for t in TABLES}


async def test_replaying_everything_twice_sends_nothing_again(process: Process, owner: Owner) -> None:
    stories = [Story(due=ago(chosen)) for chosen in (1, 2, -600, -601)]
    streams = [
        [s.act("created"), s.act(title="renamed"), s.moved(s.due), *([s.completed()] if n % 2 else [])]
        for n, s in enumerate(stories)
    ]
    first = stories[0]
    for stream in streams:
        await process.consumer.handle(records(*stream))
    await process.deliverer.drain()
    before = rows(owner)
    assert len(messages(owner)) == 1
    for seed in (1, 2):
        mixed = _interleave([stream * 2 for stream in streams], random.Random(seed))
        for start in range(0, len(mixed), 3):
            await process.consumer.handle(records(*mixed[start : start + 3]))
        await process.deliverer.drain()
        assert rows(owner) == before
    # Also when the heads are lost and only what was sent is remembered.
    owner.execute("DELETE FROM notifications.task_heads")
    owner.execute("DELETE FROM notifications.due_queue")
    for stream in streams:
        await process.consumer.handle(records(*stream))
    await process.deliverer.drain()
    await process.consumer.handle(records(first.act(title="and again")))
    await process.deliverer.drain()
    assert (len(messages(owner)), len(sent_events(owner)), queued(owner)) == (1, 1, 1)


async def test_shuffled_and_late_events_plan_what_the_newest_says(process: Process, owner: Owner) -> None:
    story = Story(due=ago(-60))
    bodies = [story.act("created"), story.moved(ago(-120)), story.moved(ago(-180))]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0, 1]):
        owner.execute("DELETE FROM notifications.task_heads")
        for place in order:
            await process.consumer.handle(records(bodies[place]))
        found = owner.execute("SELECT fire_at FROM notifications.due_queue").fetchall()
        assert found == [(dt.datetime.fromisoformat(story.state["due_at"]),)]


@pytest.mark.parametrize("act", ["completed", "deleted", "moved"])
async def test_done_deleted_or_moved_before_its_instant(process: Process, owner: Owner, act: str) -> None:
    story = Story(due=ago(-0.2))
    change = story.act("created"), story.moved(ago(-3600)) if act == "moved" else getattr(story, act)()
    await process.consumer.handle(records(*change))
    assert queued(owner) == (1 if act == "moved" else 0)
    soon = (
        "SELECT count(*) FROM notifications.due_queue WHERE fire_at < now() + interval '1 hour' - interval '1 minute'"
    )
    assert owner.execute(soon).fetchone() == (0,)


async def test_taken_back_a_completion_brings_its_reminder_back(process: Process, owner: Owner) -> None:
    story = Story(due=ago(-3600))
    await process.consumer.handle(records(story.act("created"), story.completed()))
    assert queued(owner) == 0
    await process.consumer.handle(records(story.reopened()))
    assert queued(owner) == 1


async def test_what_was_sent_is_not_sent_again_after_edits_moves_and_completions(
    process: Process, owner: Owner
) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    await process.deliverer.drain()
    away = story.moved(ago(-3600))
    for body in (story.act(title="new"), away, story.moved(story.due), story.completed(), story.reopened()):
        await process.consumer.handle(records(body))
        await process.deliverer.drain()
    # Minutes and due moved so that the same instant comes out: what it would say has been said.
    reminder = {"id": str(story.reminder), "minutes_before": 60, "relative_to": "due"}
    story.state["reminders"] = [reminder]
    await process.consumer.handle(records(story.moved(story.due + dt.timedelta(hours=1))))
    await process.deliverer.drain()
    assert (len(messages(owner)), queued(owner), attempts(owner)) == (1, 0, [("sent", None)])


async def test_a_new_zone_moves_reminders_of_dates_and_leaves_the_others(process: Process, owner: Owner) -> None:
    user, day = uuid7(), dt.datetime.now(dt.UTC).date() + dt.timedelta(days=10)
    dated, timed = Story(user=user), Story(user=user, due=ago(-3600))
    await process.consumer.handle(
        records(dated.act("created", due={"date": str(day), "time_zone": "Europe/Berlin"}, due_at=f"{day}T21:59:59Z"))
    )
    await process.consumer.handle(records(timed.act("created")))
    for version, zone, hour in ((1, "Asia/Tokyo", 0), (2, "Africa/Abidjan", 9)):
        await process.consumer.handle(records(user_event(user, version, time_zone=zone)))
        await process.deliverer.drain()
        found = dict(owner.execute("SELECT task_id, fire_at FROM notifications.due_queue").fetchall())
        assert found == {dated.task: dt.datetime.combine(day, dt.time(hour), dt.UTC), timed.task: timed.due}
    await process.consumer.handle(records(user_event(user, 3, "deleted", deleted_at=ago(0).isoformat(), email=None)))
    await process.deliverer.drain()
    assert queued(owner) == 0


async def test_heads_that_were_here_before_plans_are_planned_once(process: Process, owner: Owner) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    owner.execute("DELETE FROM notifications.due_queue")
    owner.execute("UPDATE notifications.task_heads SET plan_stale = true, created_at = NULL")
    await process.deliverer.drain()
    assert len(messages(owner)) == 1


async def test_what_is_past_for_a_month_is_not_planned(process: Process, owner: Owner) -> None:
    await process.consumer.handle(records(Story(due=ago(31 * 86_400)).act("created")))
    assert queued(owner) == 0


async def test_one_reminder_id_twice_in_a_task_is_no_dead_letter(process: Process, owner: Owner) -> None:
    story = Story(due=ago(-60))
    twice = [{"id": str(story.reminder), "minutes_before": m, "relative_to": "due"} for m in (0, 5)]
    await process.consumer.handle(records(story.act("created", reminders=twice)))
    assert queued(owner) == 1
    assert owner.execute("SELECT count(*) FROM notifications.dead_letters").fetchone() == (0,)


def _interleave(streams: list[list[bytes]], chosen: random.Random) -> list[bytes]:
    """Return all events, shuffled between streams, each stream in its own order."""
    waiting = [list(stream) for stream in streams]
    mixed: list[bytes] = []
    while any(waiting):
        mixed.append(chosen.choice([stream for stream in waiting if stream]).pop(0))
    return mixed
