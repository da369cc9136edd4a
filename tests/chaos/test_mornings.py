"""Faults around what people put off, what waits for the morning and what tells of a day: once, nothing lost (I3)."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.end_to_end.test_reminders import ahead, notifications, told
from tests.people import Person, eventually

SERVICE = "notification-service"
LATE_SECONDS = 61
pytestmark = pytest.mark.long


def test_killed_between_putting_off_and_its_instant(
    platform: Platform, person: Person, store: Any, brokers: str
) -> None:
    person.add("Pay rent", reminders=[{"at": ahead(1)}])
    [first] = eventually(lambda: notifications(person)["items"], seconds=10)
    until = ahead(2)
    person.ask("POST", f"reminders/{first['reminder_id']}/snooze", 200, json={"until": until})
    platform.kill(SERVICE, signal.SIGKILL)
    platform.wait_healthy([SERVICE], 60)
    again = eventually(lambda: found[1:] if len(found := notifications(person)["items"]) > 1 else None, seconds=30)
    eventually(lambda: invariants.settled(store), seconds=60)
    assert [(one["title"], one["because"]["kind"]) for one in again] == [("Pay rent", "snooze")]
    assert told(person) == ["Pay rent", "Pay rent"], "once more, and no more"
    assert dt.datetime.fromisoformat(again[0]["sent_at"]) >= dt.datetime.fromisoformat(until), "not before its instant"
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, set()) == []


def test_killed_with_an_agenda_and_a_digest_in_its_hands(
    platform: Platform, base_url: str, store: Any, brokers: str
) -> None:
    early, sleeper = Person.sign_up(base_url, "UTC"), Person.sign_up(base_url, "UTC")
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    early.add("Overdue", due={"date": str(yesterday)})
    sleeper.ask("PATCH", "preferences", 200, json={"quiet_from": _clock(-3600), "quiet_to": _clock(3600)})
    for n in range(3):
        sleeper.add(f"Number {n}", reminders=[{"at": ahead(0.5)}])
    eventually(lambda: _held(store, sleeper) == 3, says="the night holds them")
    with _nothing_is_written(platform):
        early.ask("PATCH", "preferences", 200, json={"agenda_at": _clock(4)})
        eventually(lambda: _waiting(store) >= 1, seconds=20, says="the agenda is in its hands")
        platform.kill(SERVICE, signal.SIGKILL)
    platform.wait_healthy([SERVICE], 60)
    agenda = eventually(lambda: notifications(early)["items"], seconds=40)
    with _nothing_is_written(platform):
        sleeper.ask("PATCH", "preferences", 200, json={"quiet_from": None, "quiet_to": None})
        eventually(
            lambda: _claimed(store, sleeper) == 3 and _waiting(store) >= 1, seconds=20, says="and so is the digest"
        )
        platform.kill(SERVICE, signal.SIGKILL)
    platform.wait_healthy([SERVICE], 60)
    digest = eventually(lambda: notifications(sleeper)["items"], seconds=40)
    eventually(lambda: invariants.settled(store), seconds=60)
    assert [one["kind"] for one in agenda] == ["agenda"] == [one["kind"] for one in notifications(early)["items"]]
    assert [(one["kind"], len(one["digest"])) for one in digest] == [("digest", 3)]
    assert len(notifications(sleeper)["items"]) == 1
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, set()) == []


def test_a_laptop_that_slept_for_a_minute_tells_late_and_many_as_one(
    platform: Platform, base_url: str, store: Any, brokers: str
) -> None:
    many, one = Person.sign_up(base_url), Person.sign_up(base_url)
    at = ahead(8)
    tasks = [many.add(f"Number {n}", reminders=[{"at": at}]) for n in range(8)]
    alone = one.add("Alone", reminders=[{"at": at}])
    eventually(lambda: all(evidence.planned(store, task["id"]) == 1 for task in (*tasks, alone)), says="all is planned")
    asleep = SERVICE, f"{SERVICE}-daprd"
    for name in asleep:
        platform.kill(name, signal.SIGSTOP)
    assert dt.datetime.now(dt.UTC) < dt.datetime.fromisoformat(at), "it fell asleep before they were due"
    wakes = dt.datetime.fromisoformat(at) + dt.timedelta(seconds=LATE_SECONDS)
    eventually(lambda: dt.datetime.now(dt.UTC) > wakes, seconds=2 * LATE_SECONDS)
    for name in asleep:
        platform.kill(name, signal.SIGCONT)
    platform.wait_healthy([SERVICE], 60)
    found = eventually(lambda: notifications(many)["items"], seconds=40)
    assert [(item["kind"], item["late"], item["title"]) for item in found] == [("digest", True, "8 reminders")]
    [digest] = found
    [single] = eventually(lambda: notifications(one)["items"], seconds=40)
    eventually(lambda: invariants.settled(store), seconds=60)
    assert {item["task_id"] for item in digest["digest"]} == {task["id"] for task in tasks}
    assert (digest["kind"], digest["late"], single["title"], single["late"]) == ("digest", True, "Alone", True)
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, set()) == []


def test_the_database_is_restarted_in_the_middle_of_a_morning(platform: Platform, base_url: str, brokers: str) -> None:
    people = [Person.sign_up(base_url) for _ in range(8)]
    first = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=10)

    def remind(n: int) -> dict[str, Any]:
        at = (first + dt.timedelta(milliseconds=100 * n)).isoformat()
        return people[n % 8].add(f"reminder {n}", reminders=[{"at": at}])

    with ThreadPoolExecutor(8) as pool:
        tasks = list(pool.map(remind, range(80)))
    assert dt.datetime.now(dt.UTC) < first, "all is written down before the first reminder is due"
    eventually(lambda: sum(len(told(person)) for person in people) >= 10, seconds=30, says="the morning has begun")
    platform.kill("postgres", signal.SIGKILL)
    platform.wait_healthy(["postgres"], 60)
    platform.wait_healthy(deadline=60)
    with eventually(lambda: _connected(platform), seconds=30) as store:
        due = {f"{r['id']}/{evidence.written(store, r['at'])}" for task in tasks for r in task["reminders"]}
        eventually(lambda: _told_of(store, people) == 80 and invariants.settled(store), seconds=90)
        assert invariants.i3_every_due_reminder_is_told_once(store, brokers, due) == []
        assert evidence.dead_letters(store) == []


@contextmanager
def _nothing_is_written(platform: Platform) -> Iterator[None]:
    """Let whoever tells somebody wait in the middle of it, with what they took in their hands."""
    with closing(psycopg.connect(platform.superuser_url)) as holding:
        holding.execute("LOCK TABLE notifications.messages IN EXCLUSIVE MODE")
        yield


def _clock(seconds: float) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)).strftime("%H:%M:%S")


def _held(store: Any, person: Person) -> int:
    statement = "SELECT count(*) FROM notifications.attempts WHERE user_id = %s AND held AND state = 'queued'"
    return int(store.execute(statement, (person.user_id,)).fetchone()[0])


def _claimed(store: Any, person: Person) -> int:
    statement = "SELECT count(*) FROM notifications.attempts WHERE user_id = %s AND claim IS NOT NULL"
    return int(store.execute(statement, (person.user_id,)).fetchone()[0])


def _waiting(store: Any) -> int:
    """How many of the service's transactions wait to write a notification."""
    statement = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'notifications.messages'::regclass"
    return int(store.execute(statement).fetchone()[0])


def _connected(platform: Platform) -> psycopg.Connection[Any] | None:
    try:
        return evidence.connect(platform.superuser_url)
    except psycopg.OperationalError:
        return None


def _told_of(store: Any, people: list[Person]) -> int:
    """How many reminders these people were told of, those inside digests included."""
    statement = (
        "SELECT coalesce(sum(greatest(1, jsonb_array_length(digest))), 0) FROM notifications.messages"
        " WHERE user_id = ANY(%s)"
    )
    return int(store.execute(statement, ([person.user_id for person in people],)).fetchone()[0])
