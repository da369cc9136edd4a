"""Agenda and review: at the person's hour, once whatever dies, and only with something to say."""

from __future__ import annotations

import asyncio
import datetime as dt
from uuid import UUID

import pytest
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process, build
from notification_service.settings import Settings

from .story import Owner, Story, ago, records, sent_events, user_event
from .wishes import wants

pytestmark = pytest.mark.integration
DAY = "UPDATE notifications.appointments SET fire_at = clock_timestamp() - interval '1 second' WHERE kind = %s"


async def early_bird(process: Process, *, has_tasks: bool = True) -> UUID:
    """A person in UTC who wants agenda and review, with a task that is overdue and names no reminder."""
    user = uuid7()
    await process.consumer.handle(records(user_event(user, 1, time_zone="UTC")))
    await wants(process, user, agenda_at=dt.time(7), review_day=6, review_at=dt.time(18))
    if has_tasks:
        story = Story(user=user, due=ago(3600))
        await process.consumer.handle(records(story.act("created", reminders=[])))
    return user


def fire_times(owner: Owner) -> dict[str, dt.datetime]:
    return dict(owner.execute("SELECT kind, fire_at FROM notifications.appointments").fetchall())


async def test_it_tells_of_the_day_once_and_makes_the_next_appointment(process: Process, owner: Owner) -> None:
    user = await early_bird(process)
    owner.execute(DAY, ("agenda",))
    for _ in range(2):
        await process.deliverer.drain()
    [sent] = sent_events(owner)
    data = sent["data"]
    assert (sent["type"], data["kind"], data["title"]) == ("todo.reminder.sent.v1", "agenda", "Today: 1 overdue")
    assert [(item["group"], item["title"]) for item in data["summary"]] == [("overdue", "Pay rent")]
    assert data["because"]["preference"] == "agenda_at"
    assert data["key"] == f"agenda/{user}/{ago(1).date()}/in_app"
    tomorrow = ago(0).date() + dt.timedelta(days=1)
    assert fire_times(owner)["agenda"] == dt.datetime.combine(tomorrow, dt.time(7), dt.UTC)


async def test_a_row_that_comes_twice_for_one_day_tells_once(
    process: Process, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever sets it back, a dump or a clock: the day that was told is remembered with it."""
    await early_bird(process)
    for _ in range(3):
        owner.execute(DAY, ("agenda",))
        await process.deliverer.drain()
    assert len(sent_events(owner)) == 1
    assert not [entry for entry in caplog.records if entry.levelname == "ERROR"], "the day, not a constraint, held"


async def test_three_sweepers_at_once_tell_each_person_once(owner: Owner, settings: Settings) -> None:
    replicas = [build(settings) for _ in range(3)]
    for replica in replicas:
        await replica.pool.open()
    people = [await early_bird(replicas[0]) for _ in range(12)]
    owner.execute(DAY, ("agenda",))
    await asyncio.gather(*(replica.deliverer.drain() for replica in replicas))
    for replica in replicas:
        await replica.pool.close()
    assert sorted(sent["data"]["user_id"] for sent in sent_events(owner)) == sorted(map(str, people))


async def test_with_nothing_to_say_nothing_is_sent(process: Process, owner: Owner) -> None:
    await early_bird(process, has_tasks=False)
    for kind in ("agenda", "review"):
        owner.execute(DAY, (kind,))
    await process.deliverer.drain()
    assert sent_events(owner) == []
    assert all(instant > ago(0) for instant in fire_times(owner).values())


async def test_one_bad_person_delays_nobody_else(process: Process, owner: Owner) -> None:
    bad, good = await early_bird(process), await early_bird(process)
    owner.execute(f"ALTER TABLE notifications.messages ADD CONSTRAINT no_bad CHECK (user_id <> '{bad}')")
    try:
        owner.execute(DAY, ("agenda",))
        await process.deliverer.drain()
    finally:
        owner.execute("ALTER TABLE notifications.messages DROP CONSTRAINT no_bad")
    assert [sent["data"]["user_id"] for sent in sent_events(owner)] == [str(good)]
    owner.execute("UPDATE notifications.appointments SET fire_at = clock_timestamp() WHERE user_id = %s", (bad,))
    await process.deliverer.drain()
    assert len(sent_events(owner)) == 3, "agenda and review of the one who was set aside"


async def test_another_zone_or_hour_moves_it_and_off_is_off(process: Process, owner: Owner) -> None:
    user = await early_bird(process)
    await process.consumer.handle(records(user_event(user, 2, time_zone="Asia/Tokyo")))
    assert fire_times(owner)["agenda"].hour == 22
    await wants(process, user, agenda_at=dt.time(8))
    assert fire_times(owner)["agenda"].hour == 23
    await wants(process, user, agenda_at=None)
    assert fire_times(owner)["agenda"].year == 9999
    await process.consumer.handle(records(user_event(user, 3, "deleted", deleted_at=ago(0).isoformat(), email=None)))
    assert fire_times(owner) == {}


async def test_yesterdays_agenda_tells_nobody(process: Process, owner: Owner) -> None:
    """The service was away all day: today's comes at its hour, or at once when that has passed."""
    await early_bird(process)
    owner.execute(DAY, ("agenda",))
    owner.execute("UPDATE notifications.appointments SET fire_at = fire_at - interval '3 days' WHERE kind = 'agenda'")
    owner.execute("UPDATE notifications.preferences SET agenda_at = '23:59:59'")
    await process.deliverer.drain()
    assert sent_events(owner) == []
    owner.execute("UPDATE notifications.preferences SET agenda_at = '00:00'")
    owner.execute(DAY, ("agenda",))
    owner.execute("UPDATE notifications.appointments SET fire_at = fire_at - interval '3 days' WHERE kind = 'agenda'")
    await process.deliverer.drain()
    [sent] = sent_events(owner)
    assert (sent["data"]["key"].split("/")[2], sent["data"]["late"]) == (str(ago(0).date()), True)


async def test_a_review_tells_of_what_was_done(process: Process, owner: Owner) -> None:
    user = await early_bird(process)
    story = Story(user=user, due=ago(3600))
    await process.consumer.handle(records(story.act("created", title="Water"), story.completed()))
    owner.execute(DAY, ("review",))
    await process.deliverer.drain()
    [sent] = sent_events(owner)
    assert (sent["data"]["kind"], sent["data"]["title"]) == ("review", "Your week: 1 overdue, 1 done")
