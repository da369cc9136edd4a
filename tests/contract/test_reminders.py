"""Reminders between the real backend and the real notification-service: no event and no answer is made by a test."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from event_spine.records import Record
from todo_backend.doors.events.hints import notification_of
from todo_backend.doors.rest.replies import Notification

from tests.contract.test_services_and_backend import ZONE, Person
from tests.contract.wiring import World

pytestmark = pytest.mark.integration


def soon(seconds: float = 2.5) -> str:
    """An instant that is still to come when the task has been made, on a busy machine, too."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)).isoformat()


async def add(person: Person, **fields: Any) -> dict[str, Any]:
    status, task = await person.call("POST", "/tasks", {"title": "Pay rent", **fields})
    assert status == 201, task
    return task


def told(world: World) -> list[tuple[Any, ...]]:
    return world.superuser.execute("SELECT title, kind FROM notifications.messages ORDER BY number").fetchall()


def reasons(world: World) -> list[str]:
    rows = world.superuser.execute("SELECT last_error FROM notifications.attempts WHERE state = 'dropped'").fetchall()
    return [row[0] for row in rows]


def minutes_until_nine_tomorrow() -> tuple[str, int]:
    """Tomorrow, and how many minutes before nine o'clock there it is now or was a moment ago."""
    now = dt.datetime.now(ZoneInfo(ZONE))
    tomorrow = now.date() + dt.timedelta(days=1)
    nine = dt.datetime.combine(tomorrow, dt.time(9), ZoneInfo(ZONE)).astimezone(dt.UTC)
    return str(tomorrow), math.ceil((nine - now.astimezone(dt.UTC)).total_seconds() / 60)


@pytest.mark.parametrize("kind", ["at", "due", "start"])
async def test_every_kind_of_reminder_is_planned_confirmed_and_sent(world: World, kind: str) -> None:
    person = await Person.sign_up(world)
    tomorrow, minutes = minutes_until_nine_tomorrow()
    fields: dict[str, Any] = {
        "at": {"reminders": [{"at": soon()}]},
        "due": {"due": {"date": tomorrow}, "reminders": [{"minutes_before": minutes}]},
        "start": {"start_date": tomorrow, "reminders": [{"minutes_before": minutes, "relative_to": "start"}]},
    }[kind]
    task = await add(person, **fields)
    await world.deliver()
    # A version that the heads have not heard of: the backend must find what the event showed equal to what it has.
    await person.call("PATCH", f"/tasks/{task['id']}", {"title": "Pay the rent"})
    await fire_at_its_instant(world)
    assert (told(world), reasons(world)) == ([("Pay the rent", "reminder")], [])


@pytest.mark.parametrize(("act", "expected"), [("complete", "done"), ("skip", "skipped"), (None, "deleted")])
async def test_what_was_done_at_the_backend_a_moment_ago_is_not_told(
    world: World, act: str | None, expected: str
) -> None:
    person = await Person.sign_up(world)
    task = await add(person, reminders=[{"at": soon()}])
    await world.deliver()
    await person.call("POST", f"/tasks/{task['id']}/{act}") if act else await person.call(
        "DELETE", f"/tasks/{task['id']}"
    )
    await fire_at_its_instant(world)
    assert (told(world), reasons(world)) == ([], [expected])
    await world.deliver()
    await person.call("POST", f"/tasks/{task['id']}/{'restore' if act is None else 'reopen'}")
    await world.deliver()
    await fire_at_its_instant(world)
    assert told(world) == [("Pay rent", "reminder")], "taken back: it is told after all"


async def test_a_paused_series_reminds_nobody_until_it_goes_on(world: World) -> None:
    person = await Person.sign_up(world)
    tasks = [
        await add(person, title=f"heard {heard}", due={"date": "2030-05-01"}, recurrence={"rrule": "FREQ=DAILY"},
                  reminders=[{"at": soon()}]) for heard in (True, False)
    ]  # fmt: skip
    await world.deliver()
    for task in tasks:
        assert (await person.call("POST", f"/series/{task['series_id']}/pause"))[0] == 200
    await world.deliver_some(1)
    await fire_at_its_instant(world)
    assert (told(world), reasons(world)) == ([], ["paused"]), "one by its event, one by the backend's word"
    await world.deliver()
    await world.deliverer.drain()
    assert told(world) == []
    await world.replay(random.Random(3))
    for task in tasks:
        assert (await person.call("POST", f"/series/{task['series_id']}/resume"))[0] == 200
    await world.deliver()
    for _ in range(2):
        await world.deliverer.drain()
        await world.replay(random.Random(4))
    assert sorted(told(world)) == [("heard False", "reminder"), ("heard True", "reminder")]


async def fire_at_its_instant(world: World) -> None:
    """Wait by the database's clock until everything planned is due, then sweep."""
    world.superuser.execute(
        "SELECT pg_sleep(greatest(0, extract(epoch FROM max(fire_at) - clock_timestamp())))"
        " FROM notifications.due_queue"
    )
    await world.deliverer.drain()


async def test_moved_at_the_backend_a_moment_ago_it_fires_at_its_new_instant(world: World) -> None:
    person = await Person.sign_up(world)
    task = await add(person, reminders=[{"at": soon()}])
    await world.deliver()
    moved = [{"id": task["reminders"][0]["id"], "at": soon(7)}]
    await person.call("PATCH", f"/tasks/{task['id']}", {"reminders": moved})
    await fire_at_its_instant(world)
    assert (told(world), reasons(world)) == ([], ["moved in version 2"])
    await world.deliver()
    await fire_at_its_instant(world)
    assert told(world) == [("Pay rent", "reminder")]


async def test_its_event_is_recorded_and_shown_live_as_the_list_shows_it(world: World) -> None:
    person = await Person.sign_up(world)
    await add(person, reminders=[{"at": soon()}])
    await world.deliver()
    await fire_at_its_instant(world)
    [row] = world.superuser.execute("SELECT record, digest FROM notifications.ledger").fetchall()
    event = orjson.loads(row[0])
    shown = Notification.model_validate(notification_of(event["data"]))
    assert (shown.title, shown.kind, shown.number) == ("Pay rent", "reminder", 1)
    await world.consumers["audit"].handle([Record("reminders", 0, 0, event["data"]["user_id"], bytes(row[0]))])
    audited = world.superuser.execute("SELECT type, digest FROM audit.entries WHERE topic = 'reminders'").fetchall()
    assert audited == [("todo.reminder.sent.v1", row[1])]
    assert world.dead_letters() == []


async def test_a_successor_reminds_at_its_own_instant_and_replay_tells_nobody_again(world: World) -> None:
    person = await Person.sign_up(world)
    now = dt.datetime.now(dt.UTC)
    due = {"date": str(now.date()), "time": now.strftime("%H:%M:%S"), "time_zone": "UTC"}
    task = await add(person, due=due, reminders=[{"minutes_before": 0}], recurrence={"rrule": "FREQ=DAILY"})
    await world.settle()
    await fire_at_its_instant(world)
    await person.call("POST", f"/tasks/{task['id']}/complete")
    await world.settle()
    rows = world.superuser.execute("SELECT task_id, fire_at FROM notifications.due_queue").fetchall()
    [(successor, fire_at)] = rows
    assert str(successor) != task["id"]
    assert fire_at - dt.datetime.fromisoformat(task["due_at"]) == dt.timedelta(days=1)
    before = world.domain()
    await world.replay(random.Random(5))
    await world.deliverer.drain()
    assert world.domain() == before
    assert len(told(world)) <= 1


async def test_a_change_of_the_rule_or_its_time_plans_anew_and_the_next_one_too(world: World) -> None:
    person = await Person.sign_up(world)
    monday = {"date": "2030-05-06", "time": "09:00", "time_zone": "UTC"}
    task = await add(person, due=monday, reminders=[{"minutes_before": 30}], recurrence={"rrule": "FREQ=WEEKLY"})
    await world.settle()
    assert planned(world) == ["2030-05-06T08:30:00Z"]
    for change, instant in (
        ({"time": "10:00"}, "2030-05-06T09:30:00Z"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=WE"}, "2030-05-08T09:30:00Z"),
    ):
        status, answer = await person.call("PATCH", f"/series/{task['series_id']}", {"scope": "all", **change})
        assert status == 200, answer
        await world.settle()
        assert planned(world) == [instant], change
    [(open_one,)] = world.superuser.execute("SELECT task_id FROM notifications.due_queue").fetchall()
    assert (await person.call("POST", f"/tasks/{open_one}/complete"))[0] == 200
    await world.settle()
    assert planned(world) == ["2030-05-15T09:30:00Z"]


def planned(world: World) -> list[str]:
    rows = world.superuser.execute("SELECT fire_at FROM notifications.due_queue ORDER BY fire_at").fetchall()
    return [row[0].astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for row in rows]
