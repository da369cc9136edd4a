"""The real broker refuses: one event that is too large for its topic, then a sidecar one topic; others flow."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.deliveries import topic_setting
from tests.operators import Operator
from tests.people import Person, eventually

TOPIC = "task-events"
LIMIT = 6_000
LONG = "x" * (2 * LIMIT)


@pytest.fixture
def operator(platform: Platform) -> Operator:
    return Operator(platform)


def test_an_event_that_is_too_large_holds_its_own_key_until_an_operator_acts(
    operator: Operator, person: Person, store: Any, brokers: str
) -> None:
    small = [person.add(f"small {n}") for n in range(20)]
    eventually(lambda: invariants.settled(store), 30)
    with topic_setting(brokers, TOPIC, "max.message.bytes", str(LIMIT)):
        large, given_up = (person.add("large", notes=LONG) for _ in range(2))
        for task in (large, given_up):
            person.ask("PATCH", f"tasks/{task['id']}", 200, json={"notes": "short again"})  # its event has both
        person.ask("PATCH", f"tasks/{given_up['id']}", 200, json={"title": "small again"})
        for task in small:
            person.complete(task["id"])
        held = {one["stream_key"]: one for one in eventually(lambda: _held(operator, 2), 30, "both are held")}
        eventually(lambda: evidence.pending_count(store) == 5, 30, "only their events wait")
        for task in small:
            assert len(person.history(task["id"])) == 2
        assert {one["operator_only"] for one in held.values()} == {True}
        assert {(one["attempts"], one["type"]) for one in held.values()} == {(1, "todo.task.created.v1")}
        assert [held[one["id"]]["waiting"] for one in (large, given_up)] == [2, 3]
        status = operator.run("status")
        assert (status.returncode, "2 stream keys are held" in status.stdout) == (1, True), status.stdout

        refused = operator.run("held", "release", _key(given_up))
        assert refused.returncode == 0, refused.stderr
        eventually(lambda: _attempts(operator, given_up) == 2, 30, "it was tried, refused and is held again")
        for behind in ("todo.task.updated.v1", None):
            done = operator.run("held", "discard", _key(given_up), "--why", "nobody needs it", "--by", "ada")
            assert (done.returncode, done.stdout) == (0, "1 discarded, 0 not.\n"), done.stderr
            eventually(lambda behind=behind: _refused_type(operator, given_up) == behind, 30, "the next one is tried")
        eventually(lambda: len(person.history(given_up["id"])) == 1, 30, "what was behind them goes on")
    released = operator.run("held", "release", _key(large), "--by", "ada")
    assert (released.returncode, released.stdout) == (0, "1 released, 0 not.\n")
    eventually(lambda: len(person.history(large["id"])) == 2, 30, "both of its events, the large one first")
    assert [one["version"] for one in person.history(large["id"])] == [2, 1]
    assert operator.run("held", "list").stdout == "No stream key is held.\n"
    assert operator.run("held", "release", _key(large)).returncode == 1
    acts = store.execute("SELECT act, done_by, told ->> 'why' FROM tasks.operator_acts ORDER BY began_at").fetchall()
    assert acts[-2:] == [("discard", "ada", "nobody needs it"), ("release", "ada", None)]
    _put_back(store, given_up)


def test_a_topic_that_takes_nothing_waits_by_itself_and_the_others_flow(
    operator: Operator, platform: Platform, person: Person, store: Any, brokers: str
) -> None:
    eventually(lambda: invariants.settled(store), 30)
    with _without_account_events(platform):
        newcomers = [Person.sign_up(platform.url("todo-backend")) for _ in range(3)]
        for n in range(10):
            task = newcomers[n % 3].add(f"flows {n}")
            eventually(lambda task=task, n=n: newcomers[n % 3].history(task["id"]), 20, "tasks are audited")
        held = eventually(lambda: _held(operator, 3), 30, "an operator sees which keys wait, and why")
        assert {(one["topic"], one["operator_only"]) for one in held} == {("account-events", False)}
        assert {one["stream_key"] for one in held} >= {str(one.user_id) for one in newcomers}
        assert "not allowed" in held[0]["reason"]
    eventually(lambda: invariants.settled(store), 60, "it flows again by itself")
    assert operator.told("held", "list")["items"] == []
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert evidence.dead_letters(store) == []


def _held(operator: Operator, count: int) -> list[dict[str, Any]] | None:
    items: list[dict[str, Any]] = operator.told("held", "list")["items"]
    return items if len(items) >= count else None


def _attempts(operator: Operator, task: dict[str, Any]) -> int | None:
    found = [one for one in operator.told("held", "list")["items"] if _key(task).endswith(one["stream_key"])]
    return found[0]["attempts"] if found and found[0]["operator_only"] else None


def _refused_type(operator: Operator, task: dict[str, Any]) -> str | None:
    found = [one for one in operator.told("held", "list")["items"] if _key(task).endswith(one["stream_key"])]
    return found[0]["type"] if found and found[0]["operator_only"] else "not held for an operator" if found else None


def _key(task: dict[str, Any]) -> str:
    return f"todo-backend/{TOPIC}/{task['id']}"


def _put_back(store: Any, task: dict[str, Any]) -> None:
    """Publish what was discarded after all, so that the promises hold for the tests that follow."""
    store.execute(
        "INSERT INTO tasks.pending (event_id, topic, stream_key) SELECT event_id, topic, stream_key FROM tasks.ledger"
        " WHERE aggregate_id = %s AND version < 3 ORDER BY version",
        (task["id"],),
    )
    eventually(lambda: invariants.settled(store), 30)


@contextmanager
def _without_account_events(platform: Platform) -> Iterator[None]:
    """While it lasts, the relay's sidecar refuses one topic: its component does not let this app publish to it."""
    component = platform.place.dapr_folder / "components" / "pubsub-kafka.yaml"
    rendered = component.read_text()
    narrowed = rendered.replace("todo-relay=task-events,account-events", "todo-relay=task-events")
    assert narrowed != rendered
    component.write_text(narrowed)
    try:
        _restart_sidecar(platform)
        yield
    finally:
        component.write_text(rendered)
        _restart_sidecar(platform)


def _restart_sidecar(platform: Platform) -> None:
    name = "todo-relay-daprd"
    restarts = platform.states()[name].restarts
    platform.kill(name, signal.SIGKILL)
    eventually(lambda: platform.states()[name].restarts > restarts, 30)
    platform.wait_healthy([name], 60)
