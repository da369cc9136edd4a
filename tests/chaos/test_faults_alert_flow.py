"""Events, reminders and messages go wrong: each alert fires, its runbook's first command finds it, the rest mends it.

How the rules are shortened: tests.chaos.observed. Nothing is lost in the end: `todo-ops verify` holds.
"""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from confluent_kafka import Producer
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.chaos.apart import platform_apart
from tests.chaos.observed import Observed
from tests.deliveries import topic_setting
from tests.hooks import hooking
from tests.operators import Operator
from tests.people import Person, eventually

pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(1200)]
LIMIT = 6_000
SOON = dt.timedelta(seconds=6)
MESSAGES = 12
"""More than ChannelFails lets pass, and than are sent at once before a host that fails is left alone."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One of its own: records that nobody wrote lie in its topics."""
    yield from platform_apart()


@pytest.fixture(scope="module")
def operator(platform: Platform) -> Operator:
    return Operator(platform)


@pytest.fixture(scope="module")
def large(base_url: str, brokers: str) -> Iterator[tuple[Person, str]]:
    """Somebody and the task of theirs whose event is too large for its topic, as long as the module runs."""
    somebody = Person.sign_up(base_url)
    with topic_setting(brokers, "task-events", "max.message.bytes", str(LIMIT)):
        yield somebody, somebody.add("large", notes="x" * 2 * LIMIT)["id"]


def test_an_event_that_the_broker_refuses(observed: Observed, large: tuple[Person, str]) -> None:
    observed.fires("EventsHeld", app_id="todo-relay")
    observed.finds("EventsHeld", "task-events", large[1], "large")


def test_records_and_hints_that_nobody_can_read(observed: Observed, operator: Operator, brokers: str) -> None:
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 0})
    for topic in ("task-events", "task-updates"):
        producer.produce(topic, b"\xff\xfe", "somebody")
    assert producer.flush(10) == 0
    for app in ("recurring-task-service", "notification-service", "audit-service"):
        observed.fires("RecordsBecameDeadLetters", app_id=app, topic="task-events", reason="not_json")
    observed.fires("HintsUnreadable", app_id="todo-backend", topic="task-updates")
    observed.finds("RecordsBecameDeadLetters", "not_json", "task-events/")
    observed.finds("HintsUnreadable", "task-updates", "unreadable_hint")
    assert operator.run("dead-letters", "discard", "--reason", "not_json", "--why", "a drill").returncode == 0


def test_a_rule_that_is_none(observed: Observed, operator: Operator, person: Person, store: Any) -> None:
    task = person.add_repeating("A rule is damaged", "2030-01-01", "FREQ=DAILY")
    damage = "UPDATE recurring.series_heads SET rrule = 'FREQ=OFTEN' WHERE series_id = %s"
    eventually(lambda: store.execute(damage, (task["series_id"],)).rowcount == 1, 60)
    eventually(lambda: person.history(task["id"]), 30, "its head is there as well")
    person.complete(task["id"])
    observed.fires("AdvancesRefused", app_id="recurring-task-service")
    observed.finds("AdvancesRefused", "advance_refused", "(OFTEN)")
    assert operator.run("rebuild", "--of", "recurring-task-service").returncode == 0
    eventually(lambda: len(person.occurrences(task["series_id"])) == 2, 60, "the next one is made after all")
    assert operator.run("dead-letters", "discard", "--reason", "advance_refused", "--why", "a drill").returncode == 0


def test_a_reminder_that_cannot_be_kept(observed: Observed, operator: Operator, person: Person, store: Any) -> None:
    store.execute("ALTER TABLE notifications.messages ADD CONSTRAINT left_over CHECK (title <> 'poison') NOT VALID")
    try:
        task = person.add("poison", reminders=[{"at": _soon()}])
        observed.fires("RemindersGivenUp", seconds=150, app_id="notification-service")
        observed.finds("RemindersGivenUp", "in_app", "left_over")
    finally:
        store.execute("ALTER TABLE notifications.messages DROP CONSTRAINT left_over")
    assert operator.run("deliveries", "requeue", "--lane", "in_app").returncode == 0
    told = "SELECT count(*) FROM notifications.messages WHERE reminder_id = %s"
    eventually(
        lambda: store.execute(told, (task["reminders"][0]["id"],)).fetchone()[0] == 1, 60, "it is told after all"
    )


def test_a_webhook_that_answers_500(observed: Observed, base_url: str, store: Any) -> None:
    people = [Person.sign_up(base_url) for _ in range(4)]
    with hooking() as hook:
        for one in people:
            one.ask("POST", "channels", 201, json={"kind": "webhook", "name": "Mine", "url": hook.url})
        hook.status = 500
        at = _soon()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: people[n % 4].add(f"message {n}", reminders=[{"at": at}]), range(MESSAGES)))
        observed.fires("ChannelFails", seconds=120, app_id="notification-service", kind="webhook")
        observed.finds("ChannelFails", "webhook/127.0.0.1", "500")
        hook.status = 200
        waiting = "SELECT count(*) FROM notifications.deliveries WHERE state = 'queued'"
        eventually(lambda: store.execute(waiting).fetchone()[0] == 0, 240, "all are taken")


def test_reminders_wait_while_the_backend_cannot_be_asked(
    observed: Observed, platform: Platform, base_url: str
) -> None:
    people = [Person.sign_up(base_url) for _ in range(3)]
    at = _soon()
    for n in range(MESSAGES):
        people[n % 3].add(f"late {n}", reminders=[{"at": at}])
    platform.kill("todo-backend-daprd", signal.SIGSTOP)
    try:
        late = dt.datetime.fromisoformat(at) + dt.timedelta(seconds=8)
        eventually(lambda: dt.datetime.now(dt.UTC) > late, 30)
    finally:
        platform.kill("todo-backend-daprd", signal.SIGCONT)
    observed.fires("RemindersLate")
    observed.finds("RemindersLate", "reminders not confirmed")


def test_a_relay_on_a_database_that_it_does_not_know(observed: Observed, operator: Operator, store: Any) -> None:
    store.execute("UPDATE tasks.relay_lease SET system_identifier = '1'")
    observed.fires("RelayRefusesDatabase", app_id="todo-relay")
    observed.finds("RelayRefusesDatabase", "todo-relay refuses to relay", "The lease names the database 1/")
    assert operator.run("adopt", "--resend-nothing", "--yes", "--why", "a drill").returncode == 0
    observed.ends("RelayRefusesDatabase")


def test_an_event_that_was_refused_is_told_as_long_as_it_waits(
    observed: Observed, operator: Operator, large: tuple[Person, str], brokers: str
) -> None:
    person, task_id = large
    window = "increase(event_relay_refused_total[2m])"
    eventually(lambda: not _nonzero(observed, window), 200, "it was refused longer ago than the rule looks back")
    assert observed.is_firing("EventsHeld", app_id="todo-relay"), "it still waits for an operator"
    with topic_setting(brokers, "task-events", "max.message.bytes", str(100 * LIMIT)):
        assert operator.run("held", "release", f"todo-backend/task-events/{task_id}").returncode == 0
        eventually(lambda: person.history(task_id), 30, "it came through")


def test_in_the_end_nothing_fires_and_nothing_is_lost(
    observed: Observed, operator: Operator, store: Any, brokers: str
) -> None:
    eventually(lambda: observed.unexpected() == set(), 240, "each alert has ended")
    observed.ends("RemindersLate")
    eventually(lambda: invariants.settled(store), 60)
    assert operator.told("verify")["holds"] is True
    assert operator.run("status").stdout.endswith("All is well.\n")
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert evidence.dead_letters(store) == []


def _soon() -> str:
    return (dt.datetime.now(dt.UTC) + SOON).isoformat()


def _nonzero(observed: Observed, query: str) -> bool:
    return any(float(one["value"][1]) > 0 for one in observed.asked("query", query=query)["result"])
