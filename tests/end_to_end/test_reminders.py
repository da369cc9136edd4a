"""Reminders through the real thing: planned from the topic, fired at their instant, confirmed, live in the page."""

from __future__ import annotations

import datetime as dt
import json
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.deliveries import lag
from tests.end_to_end.test_live import LiveClient
from tests.people import Person, eventually
from tests.replicas import loop_runs, three_of

LATEST_SECONDS = 3.0
"""Far from a sweep once a minute; how late it is on a quiet machine is measured by `make bench`, not here."""
SERVICE, SIDECAR = "notification-service", "notification-service-daprd"


def ahead(seconds: float) -> str:
    """An instant so many seconds from now, in RFC 3339."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)).isoformat()


def notifications(person: Person, **query: Any) -> dict[str, Any]:
    return person.ask("GET", "notifications", 200, params=query).json()


def told(person: Person) -> list[str]:
    return [item["title"] for item in notifications(person)["items"]]


def reminders_in(live: LiveClient) -> list[dict[str, Any]]:
    return [json.loads(frame["data"]) for frame in live.frames if frame["event"] == "reminder"]


def lateness(item: dict[str, Any]) -> float:
    return (dt.datetime.fromisoformat(item["sent_at"]) - dt.datetime.fromisoformat(item["remind_at"])).total_seconds()


def test_a_reminder_fires_at_its_second_and_is_live(person: Person, base_url: str, store: Any, brokers: str) -> None:
    with LiveClient(base_url, person) as live:
        task = person.add("Pay rent", reminders=[{"at": ahead(2)}, {"at": ahead(2.5)}])
        instants = [dt.datetime.fromisoformat(r["at"]) for r in task["reminders"]]
        eventually(lambda: len(reminders_in(live)) == 2, seconds=6, says="both came live")
        arrived = dt.datetime.now(dt.UTC)
        frames = reminders_in(live)
    page = notifications(person)
    assert page["items"] == frames
    assert [dt.datetime.fromisoformat(item["remind_at"]) for item in frames] == instants
    assert (arrived - instants[1]).total_seconds() < LATEST_SECONDS
    for item in frames:
        assert 0 <= lateness(item) < LATEST_SECONDS
        assert (item["title"], item["late"], item["confirmed"]) == ("Pay rent", False, True)
        assert item["task_id"] == task["id"]
    eventually(lambda: invariants.settled(store), seconds=30)
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, set()) == []


def test_relative_to_a_due_and_in_a_series_again_for_the_next_one(person: Person) -> None:
    due = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=63)).replace(microsecond=0)
    task = person.add(
        "Standup",
        due={"date": str(due.date()), "time": due.strftime("%H:%M:%S"), "time_zone": "UTC"},
        reminders=[{"minutes_before": 1}],
        recurrence={"rrule": "FREQ=DAILY"},
    )
    item = eventually(lambda: notifications(person)["items"], seconds=8)[0]
    assert dt.datetime.fromisoformat(item["due_at"]) == due
    assert dt.datetime.fromisoformat(item["remind_at"]) == due - dt.timedelta(minutes=1)
    assert 0 <= lateness(item) < LATEST_SECONDS
    person.complete(task["id"])
    successor = eventually(lambda: found[1] if len(found := person.occurrences(task["series_id"])) == 2 else None)
    assert successor["reminders"] == task["reminders"]


@pytest.mark.parametrize("act", ["completed", "deleted", "moved"])
def test_done_deleted_or_moved_a_second_before_its_instant(person: Person, store: Any, act: str) -> None:
    first, later = ahead(1.5), ahead(3.5)
    task = person.add("Changed in time", reminders=[{"at": first}])
    guard = person.add("Guard", reminders=[{"at": first}])
    _planned(store, task["id"], guard["id"])
    eventually(lambda: dt.datetime.now(dt.UTC) > dt.datetime.fromisoformat(first) - dt.timedelta(seconds=1))
    if act == "completed":
        person.complete(task["id"])
    elif act == "deleted":
        person.ask("DELETE", f"tasks/{task['id']}")
    else:
        moved = [{**task["reminders"][0], "at": later}]
        person.ask("PATCH", f"tasks/{task['id']}", 200, json={"reminders": moved})
    eventually(lambda: "Guard" in told(person), seconds=5)
    assert told(person) == ["Guard"]
    if act == "moved":
        eventually(lambda: told(person) == ["Guard", "Changed in time"], seconds=6)
        item = notifications(person)["items"][1]
        assert dt.datetime.fromisoformat(item["remind_at"]) == dt.datetime.fromisoformat(later)
        assert 0 <= lateness(item) < LATEST_SECONDS
    eventually(lambda: evidence.unsettled_reminders(store) == 0)
    assert len(told(person)) == (2 if act == "moved" else 1)


def test_paused_a_second_before_its_instant_and_told_when_it_goes_on(person: Person, store: Any, brokers: str) -> None:
    instant = ahead(1.5)
    due = {"date": "2030-05-01", "time": "09:00"}
    task = person.add("Water", due=due, recurrence={"rrule": "FREQ=DAILY"}, reminders=[{"at": instant}])
    guard = person.add("Guard", reminders=[{"at": instant}])
    _planned(store, task["id"], guard["id"])
    eventually(lambda: dt.datetime.now(dt.UTC) > dt.datetime.fromisoformat(instant) - dt.timedelta(seconds=1))
    person.ask("POST", f"series/{task['series_id']}/pause", 200)
    eventually(lambda: "Guard" in told(person), seconds=5)
    eventually(lambda: lag(brokers, SERVICE, ["task-events"]) == 0 and invariants.settled(store), seconds=30)
    assert told(person) == ["Guard"]
    person.ask("POST", f"series/{task['series_id']}/resume", 200)
    eventually(lambda: told(person) == ["Guard", "Water"], seconds=5)
    eventually(lambda: invariants.settled(store), seconds=30)
    due_ones = {f"{one['reminders'][0]['id']}/{evidence.written(store, instant)}" for one in (task, guard)}
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, due_ones) == []


def test_notifications_are_counted_followed_and_read(person: Person, base_url: str) -> None:
    for n in range(3):
        person.add(f"Number {n}", reminders=[{"at": ahead(0.3 + n / 10)}])
    page = eventually(lambda: found if (found := notifications(person))["unread"] == 3 else None)
    assert [item["number"] for item in page["items"]] == [1, 2, 3]
    assert [item["number"] for item in notifications(person, after=1, limit=1)["items"]] == [2]
    assert notifications(person, after=3)["items"] == []
    middle = page["items"][1]["id"]
    assert person.ask("POST", f"notifications/{middle}/read", 200).json()["read_at"]
    assert notifications(person)["unread"] == 2
    assert person.ask("POST", "notifications/read-all", 200, json={"up_to": 2}).json() == {"read": 1}
    assert notifications(person)["unread"] == 1
    stranger = Person.sign_up(base_url)
    assert stranger.ask("POST", f"notifications/{middle}/read", 404).json()["code"] == "notification_not_found"
    assert notifications(stranger)["items"] == []


def test_without_the_service_everything_else_works(person: Person, platform: Platform) -> None:
    platform.kill(SERVICE, signal.SIGTERM, restart=False)
    try:
        answer = eventually(lambda: a if (a := person.ask("GET", "notifications")).status_code == 503 else None)
        assert answer.json()["code"] == "notifications_unavailable"
        task = person.add("Meanwhile", reminders=[{"at": ahead(0.5)}])
        assert person.complete(person.add("Other")["id"])
    finally:
        platform.revive(SERVICE)
        platform.wait_healthy([SERVICE])
    eventually(lambda: _told(person) == [task["title"]], seconds=30, says="told once it is back")


@pytest.fixture
def three_replicas(platform: Platform) -> Iterator[None]:
    with three_of(platform, SERVICE):
        yield


@pytest.mark.usefixtures("three_replicas")
def test_with_three_replicas_each_is_told_at_its_instant_once(
    platform: Platform, base_url: str, store: Any, brokers: str
) -> None:
    before = loop_runs(platform, SERVICE, "reminders")
    people = [Person.sign_up(base_url) for _ in range(4)]
    instant = ahead(5)
    tasks = [people[n % 4].add(f"Number {n}", reminders=[{"at": instant}]) for n in range(24)]
    assert dt.datetime.now(dt.UTC) < dt.datetime.fromisoformat(instant), "all were there before the instant"
    eventually(lambda: all(len(told(one)) == 6 for one in people), seconds=15)
    eventually(lambda: invariants.settled(store), seconds=30)
    for one in people:
        items = notifications(one)["items"]
        assert len(items) == 6, "and no more"
        assert all(0 <= lateness(item) < LATEST_SECONDS for item in items)
    due = {f"{task['reminders'][0]['id']}/{evidence.written(store, instant)}" for task in tasks}
    assert len(due) == 24
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, due) == []
    after = loop_runs(platform, SERVICE, "reminders")
    assert all(now > then for now, then in zip(after, before, strict=True)), "each of the three was sweeping"


@pytest.fixture
def cron_alone(platform: Platform) -> Iterator[None]:
    """notification-service without its loops, and a tick every two seconds."""
    binding = platform.place.dapr_folder / "components" / "bindings-cron.yaml"
    rendered = binding.read_text()
    _restart(platform, binding, rendered.replace("@every 5m", "@every 2s"), LOOPS_ENABLED="false")
    try:
        yield
    finally:
        _restart(platform, binding, rendered)


@pytest.mark.usefixtures("cron_alone")
def test_the_ticks_alone_deliver_everything(person: Person, store: Any) -> None:
    for n in range(5):
        person.add(f"By tick {n}", reminders=[{"at": ahead(0.5 + n)}])
    eventually(lambda: len(_told(person)) == 5, seconds=30)
    assert all(0 <= lateness(item) < 2 + LATEST_SECONDS for item in notifications(person)["items"])
    runs = store.execute(
        "SELECT count(DISTINCT sent_at) FROM notifications.messages WHERE user_id = %s", (person.user_id,)
    )
    assert runs.fetchone()[0] < 5, "several of them shared a tick"


def _restart(platform: Platform, binding: Any, text: str, **environment: str) -> None:
    for name in (SIDECAR, SERVICE):
        platform.kill(name, signal.SIGTERM, restart=False)
    eventually(lambda: all(platform.states()[name].pid is None for name in (SIDECAR, SERVICE)))
    binding.write_text(text)
    platform.revive(SERVICE, **environment)
    platform.revive(SIDECAR)
    platform.wait_healthy([SERVICE, SIDECAR])


def _told(person: Person) -> list[str]:
    """What a person was told, or nothing while the service starts."""
    answer = person.ask("GET", "notifications")
    return [item["title"] for item in answer.json()["items"]] if answer.status_code == 200 else []


def _planned(store: Any, *tasks: str) -> None:
    """Wait until the reminders of these tasks stand in the queue."""
    eventually(
        lambda: (
            store.execute(
                "SELECT count(*) FROM notifications.due_queue WHERE task_id = ANY(%s::uuid[])", (list(tasks),)
            ).fetchone()[0]
            == len(tasks)
        )
    )
