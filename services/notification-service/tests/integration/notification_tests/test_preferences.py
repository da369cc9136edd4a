"""Preferences: kept whole, changed by one at a time, and followed by all that is planned."""

from __future__ import annotations

import datetime as dt

import pytest
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process
from notification_service.storage import preferences
from service_kit.problems import Problem

from .conftest import Backend
from .story import Owner, Story, ago, attempts, messages, queued, records, user_event
from .wishes import wants

pytestmark = pytest.mark.integration


def instants(owner: Owner) -> list[dt.datetime]:
    return [row[0] for row in owner.execute("SELECT fire_at FROM notifications.due_queue ORDER BY 1").fetchall()]


async def test_they_are_merged_and_a_stale_etag_changes_nothing(process: Process, owner: Owner) -> None:
    user = uuid7()
    assert (await wants(process, user, '"0"', default_hour=dt.time(7))).version == 1
    assert (await wants(process, user, '"1"', nag_most=3)).default_hour == dt.time(7)
    with pytest.raises(Problem) as stale:
        await wants(process, user, '"1"', nag_most=4)
    assert (stale.value.status, stale.value.code) == (412, "stale_etag")
    with pytest.raises(Problem) as half:
        await wants(process, user, quiet_from=dt.time(22))
    assert (half.value.status, half.value.code) == (422, "quiet_hours_half")
    async with process.pool.connection() as connection:
        kept = await preferences.of_one(connection, user)
    assert (kept.version, kept.default_hour, kept.nag_most, kept.quiet_from) == (2, dt.time(7), 3, None)


async def test_another_default_hour_moves_what_is_planned(process: Process, owner: Owner) -> None:
    user, day = uuid7(), dt.datetime.now(dt.UTC).date() + dt.timedelta(days=10)
    dated = Story(user=user)
    due = {"date": str(day), "time_zone": "UTC"}
    await process.consumer.handle(records(user_event(user, 1, time_zone="UTC")))
    await process.consumer.handle(records(dated.act("created", due=due, due_at=f"{day}T23:59:59Z")))
    assert instants(owner) == [dt.datetime.combine(day, dt.time(9), dt.UTC)]
    await wants(process, user, default_hour=dt.time(6, 15))
    await process.deliverer.drain()
    assert instants(owner) == [dt.datetime.combine(day, dt.time(6, 15), dt.UTC)]


async def test_one_planned_before_the_change_cannot_fire_after_it(
    process: Process, owner: Owner, backend: Backend
) -> None:
    """The plan is not written anew yet, and its row is due: it is dropped, and what is wanted now is planned."""
    user, today = uuid7(), dt.datetime.now(dt.UTC).date()
    dated = Story(user=user)
    await process.consumer.handle(records(user_event(user, 1, time_zone="UTC")))
    due = {"date": str(today + dt.timedelta(days=1)), "time_zone": "UTC"}
    await process.consumer.handle(records(dated.act("created", due=due, due_at=ago(-86_400).isoformat())))
    await wants(process, user, default_hour=dt.time(23, 59))
    owner.execute("UPDATE notifications.task_heads SET plan_stale = false")  # as if another replica had it in hand
    owner.execute("UPDATE notifications.due_queue SET fire_at = clock_timestamp() - interval '1 second'")
    await process.deliverer.drain()
    assert (messages(owner), backend.asked) == ([], [])
    assert attempts(owner) == [("dropped", "the task says otherwise now")]
    tomorrow = today + dt.timedelta(days=1)
    assert instants(owner) == [dt.datetime.combine(tomorrow, dt.time(23, 59), dt.UTC)]


async def test_a_default_lead_is_a_reminder_of_new_tasks_with_a_time_that_name_none(
    process: Process, owner: Owner
) -> None:
    user = uuid7()
    await process.consumer.handle(records(user_event(user, 1, time_zone="UTC")))
    older, newer = Story(user=user, due=ago(-1800)), Story(user=user, due=ago(-1800))
    made = {"reminders": [], "created_at": ago(0).isoformat()}
    await process.consumer.handle(records(older.act("created", **made)))
    await wants(process, user, default_lead_minutes=10)
    await process.consumer.handle(records(newer.act("created", reminders=[], created_at=ago(-1).isoformat())))
    await process.deliverer.drain()
    assert instants(owner) == [newer.due - dt.timedelta(minutes=10)]
    await process.consumer.handle(records(newer.moved(ago(-3600))))
    assert instants(owner) == [dt.datetime.fromisoformat(newer.state["due_at"]) - dt.timedelta(minutes=10)]
    await process.consumer.handle(records(newer.completed()))
    assert queued(owner) == 0
    await wants(process, user, default_lead_minutes=None)
    await process.consumer.handle(records(newer.reopened()))
    await process.deliverer.drain()
    assert queued(owner) == 0


async def test_an_account_that_is_gone_takes_them_along(process: Process, owner: Owner) -> None:
    user = uuid7()
    await wants(process, user, default_hour=dt.time(7))
    await process.consumer.handle(records(user_event(user, 3, "deleted", deleted_at=ago(0).isoformat(), email=None)))
    assert owner.execute("SELECT count(*) FROM notifications.preferences").fetchone() == (0,)
