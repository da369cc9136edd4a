"""What happens to consumers: the store goes away, handlers are slow, processes are paused and restarted one by one.

Under load, all three services at once. Nothing is lost, doubled, reordered or made a dead letter, and people see no
error. `make chaos` (TODO_CHAOS=long) keeps the store away for two minutes and pauses for thirty seconds.
"""

from __future__ import annotations

import datetime as dt
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.chaos.long import LONG, lasting
from tests.chaos.proxied import Through
from tests.chaos.writers import Writers
from tests.people import eventually

AWAY_SECONDS = lasting(3, long=120)
PAUSE_SECONDS = lasting(8, long=30)
"""Longer than Kafka waits for a member of a group (6 s), so that its partitions go to another."""
BACK_SECONDS = 5.0
"""One second is promised; two cores that run a platform and tests beside are given more."""
SETTLED_SECONDS = lasting(90, long=600)
"""Two minutes of four writers are some ten thousand successors to make."""
SLOW_SECONDS = 0.5
"""What each statement of a handler takes longer; still well below what the store allows a statement."""
SERVICES = ("audit-service", "recurring-task-service", "notification-service")
SCHEMAS = {"audit": "entries", "recurring": "task_heads", "notifications": "task_heads"}

pytestmark = pytest.mark.timeout(lasting(600, long=1200))


def test_without_their_store_consumers_wait_and_go_on_at_once(
    platform: Platform, base_url: str, store: Any, brokers: str
) -> None:
    """Their roles may not log in and their connections are cut, while the backend's store goes on."""
    with Writers(base_url, count=4) as writers:
        eventually(lambda: len(writers.acknowledged()) > 10)
        with _locked_out(store):
            eventually(lambda: not any(_is_ready(platform, app) for app in SERVICES), 30, "they say that it is away")
            began = time.monotonic()
            at_first, letters = len(writers.acknowledged()), evidence.dead_letters(store)
            eventually(lambda: time.monotonic() - began > AWAY_SECONDS, AWAY_SECONDS + 10)
            assert len(writers.acknowledged()) > at_first, "people go on"
            assert evidence.unaudited_count(store) > 0
            missing = _unaudited(store)
        back, since = time.monotonic(), _now(store)
        eventually(lambda: _audited(store, missing) > 0, 30, "events flow again")
        flows_after = time.monotonic() - back
        eventually(lambda: _successors(store, since) > 0, 30, "successors are made again")
        made_after = time.monotonic() - back
        assert evidence.dead_letters(store) == letters
    print(f"events flow {flows_after:.2f} s after the store is back, successors are made {made_after:.2f} s after it")
    assert flows_after < BACK_SECONDS
    assert made_after < BACK_SECONDS
    _everything_holds(store, brokers, writers)


def test_slow_handlers_only_delay(platform: Platform, base_url: str, store: Any, brokers: str) -> None:
    with Writers(base_url, count=4) as writers:
        eventually(lambda: len(writers.acknowledged()) > 10)
        with _slow(store, SLOW_SECONDS):
            since, slow = _now(store), len(writers.acknowledged())
            eventually(lambda: len(writers.acknowledged()) > slow + 60, 60, "people do not wait for consumers")
            eventually(lambda: len(_lateness(store, since)) > 20, 60, "the audit goes on")
            eventually(lambda: _successors(store, since) > 0, 60, "successors go on")
            assert min(_lateness(store, since)) >= SLOW_SECONDS, "the handlers really were slow"
    _everything_holds(store, brokers, writers)


@pytest.mark.long
def test_a_paused_replica_loses_its_partitions_and_does_no_harm_when_it_wakes(
    replicas: Platform, base_url: str, store: Any, brokers: str
) -> None:
    victims = [name for app in SERVICES for name in (app, f"{app}-daprd")]
    with Writers(base_url, count=4) as writers:
        eventually(lambda: len(writers.acknowledged()) > 10)
        for name in victims:
            replicas.kill(name, signal.SIGSTOP)
        try:
            began = time.monotonic()
            eventually(lambda: time.monotonic() - began > PAUSE_SECONDS, PAUSE_SECONDS + 10)
            behind = _unaudited(store)
            eventually(lambda: _audited(store, behind) == len(behind), 30, "the other replica has taken over")
        finally:
            for name in victims:
                replicas.kill(name, signal.SIGCONT)
        replicas.wait_healthy(deadline=60)
        at_the_wake = len(writers.acknowledged())
        eventually(lambda: len(writers.acknowledged()) > at_the_wake + 20, 30)
    _everything_holds(store, brokers, writers)


@pytest.mark.long
def test_a_rolling_restart_is_seen_by_nobody(replicas: Platform, store: Any, brokers: str) -> None:
    """Processes end as at an update (SIGTERM) and are back before the next ones go; people come through a proxy."""
    urls = [replicas.url("todo-backend", replica) for replica in (0, 1)]
    with Through(urls) as people:
        eventually(lambda: people.done > 10)
        for wave in _waves():
            before = people.done
            _restart(replicas, wave)
            assert people.done > before, f"nobody did anything while {wave} were restarted"
            after = people.done
            eventually(lambda a=after: people.done > a + 3, 30, "people go on")
    assert people.errors == []
    assert people.turned_away > 0, "nobody met a process that was being restarted"
    assert all(people.answered_by.values()), "a replica answered nobody"
    eventually(lambda: invariants.settled(store), seconds=90, says="everything has arrived")
    assert _begun(store, people.user_ids) == people.created, "a task was made twice"
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert invariants.i4_histories_have_no_gap(store) == []
    assert invariants.i7_nothing_acknowledged_is_lost(store, people.acknowledged) == []


@pytest.fixture(scope="module")
def replicas(platform: Platform) -> Iterator[Platform]:
    """A second one of the backend and of each service."""
    with ExitStack() as stack:
        for app in ("todo-backend", *SERVICES):
            platform.start_replica(app, 1)
            stack.callback(platform.stop_replica, app, 1)
        yield platform


def _waves() -> list[list[str]]:
    """What is restarted at once: one process after the other, or one of each app where there is little time."""
    pairs = [[app, f"{app}-1"] for app in ("todo-backend", *SERVICES)]
    if LONG:
        return [[name] for pair in pairs for name in pair] + [["todo-relay"]]
    return [[first for first, _ in pairs], [second for _, second in pairs], ["todo-relay"]]


def _restart(platform: Platform, names: list[str]) -> None:
    """End processes as an update does, and wait until others have taken their place."""
    old = {name: platform.states()[name] for name in names}
    for name in names:
        platform.kill(name, signal.SIGTERM)
    for name in names:
        eventually(lambda n=name: platform.states()[n].restarts > old[n].restarts, 30, f"{name} has ended")
    platform.wait_healthy(names, deadline=60)
    assert all(platform.states()[name].pid != old[name].pid for name in names)


def _everything_holds(store: Any, brokers: str, writers: Writers) -> None:
    assert writers.failures == []
    began = time.monotonic()
    eventually(lambda: invariants.settled(store), SETTLED_SECONDS, "everything has arrived")
    print(f"{len(writers.acknowledged())} changes, settled {time.monotonic() - began:.1f} s after the last")
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert invariants.i4_histories_have_no_gap(store) == []
    assert invariants.i7_nothing_acknowledged_is_lost(store, writers.acknowledged()) == []
    assert evidence.dead_letters(store) == []


@contextmanager
def _locked_out(store: Any) -> Iterator[None]:
    roles = [f"{schema}_app" for schema in SCHEMAS]
    for role in roles:
        store.execute(f"ALTER ROLE {role} NOLOGIN")
    store.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY(%s)", (roles,))
    try:
        yield
    finally:
        for role in roles:
            store.execute(f"ALTER ROLE {role} LOGIN")


@contextmanager
def _slow(store: Any, seconds: float) -> Iterator[None]:
    """While it lasts, each statement that writes what a consumer projects or records takes so much longer."""
    for schema, table in SCHEMAS.items():
        store.execute(
            f"CREATE FUNCTION {schema}.slow() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END $$"
        )
        store.execute(
            f"CREATE TRIGGER slow BEFORE INSERT ON {schema}.{table} FOR EACH STATEMENT EXECUTE FUNCTION {schema}.slow()"
        )
    try:
        yield
    finally:
        for schema, table in SCHEMAS.items():
            store.execute(f"DROP TRIGGER slow ON {schema}.{table}")
            store.execute(f"DROP FUNCTION {schema}.slow")


def _is_ready(platform: Platform, app: str) -> bool:
    try:
        return httpx.get(f"{platform.url(app)}/health/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _unaudited(store: Any) -> list[Any]:
    """Events that are in a ledger and not in the audit."""
    rows = store.execute(
        "SELECT l.event_id FROM tasks.ledger l"
        " WHERE NOT EXISTS (SELECT 1 FROM audit.entries e WHERE e.event_id = l.event_id)"
    )
    return [row[0] for row in rows.fetchall()]


def _now(store: Any) -> dt.datetime:
    return store.execute("SELECT clock_timestamp()").fetchone()[0]


def _successors(store: Any, since: dt.datetime) -> int:
    """How many successors have been made since then."""
    asked = "SELECT count(*) FROM tasks.tasks WHERE predecessor_id IS NOT NULL AND created_at > %s"
    return int(store.execute(asked, (since,)).fetchone()[0])


def _lateness(store: Any, since: dt.datetime) -> list[float]:
    """Seconds from the act to the audit's row, of what has been done since then and is in the audit."""
    rows = store.execute(
        "SELECT extract(epoch FROM recorded_at - occurred_at)::float8 FROM audit.entries"
        " WHERE occurred_at > %s AND type LIKE 'todo.task.%%'",
        (since,),
    )
    return [row[0] for row in rows.fetchall()]


def _begun(store: Any, people: list[UUID]) -> int:
    """How many tasks these people have that follow no other."""
    asked = "SELECT count(*) FROM tasks.tasks WHERE user_id = ANY(%s) AND predecessor_id IS NULL"
    return int(store.execute(asked, (people,)).fetchone()[0])


def _audited(store: Any, events: list[Any]) -> int:
    """How many of these the audit has."""
    asked = "SELECT count(*) FROM audit.entries WHERE event_id = ANY(%s)"
    return int(store.execute(asked, (events,)).fetchone()[0])
