"""The stores suffer: each alert fires, its runbook's first command finds the cause, and nothing is lost.

How the rules are shortened: tests.chaos.observed. ConsumerSilent and TransactionStaysOpen have their minutes in their
rules themselves: one session that is left open with a lock serves both, and ConsumerBehind.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
import pytest
from event_contracts.topics import TOPICS
from local_runtime.platform import Platform

from tests import invariants
from tests.chaos.apart import platform_apart
from tests.chaos.observed import Observed
from tests.operators import Operator
from tests.people import Person, eventually

pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(1200)]
AUDIT = "audit-service"
PEOPLE = 24
"""So many that each partition has events of some."""
BEHIND = 1_100
"""More than ConsumerBehind lets wait."""
MOST_TIMES = 60
SLOWER_THAN = 0.6
"""Seconds. ApiSlow counts what takes longer than half a one."""
SECONDS_OF_SILENCE, SECONDS_OPEN = 180, 300
"""What the rules say."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One of its own: a thousand tasks are made in it."""
    yield from platform_apart()


@pytest.fixture(scope="module")
def console(platform: Platform, observed: Observed, base_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody's session that is left open with a lock on the audit, while people work on.

    Before that the audit has taken something of every partition: how far a group is behind is known where it was once.
    """
    people = [Person.sign_up(base_url) for _ in range(PEOPLE)]
    for one in people:
        one.add("before the lock")
    known = f'kafka_consumergroup_lag{{consumergroup="{AUDIT}",topic="task-events"}}'
    eventually(
        lambda: len(observed.asked("query", query=known)["result"]) == TOPICS["task-events"].partitions,
        60,
        "the audit has been in each partition",
    )
    url = platform.superuser_url
    never = "-c idle_in_transaction_session_timeout=0"  # otherwise the server ends it, which is not what is tried here
    with closing(psycopg.connect(url, application_name="somebodys-console", options=never)) as forgotten:
        forgotten.execute("LOCK TABLE audit.entries IN ACCESS EXCLUSIVE MODE")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: people[n % PEOPLE].add(f"behind the lock {n}"), range(BEHIND)))
        yield forgotten


def test_a_session_that_people_wait_for(observed: Observed, platform: Platform, store: Any, base_url: str) -> None:
    people = [Person.sign_up(base_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(MOST_TIMES):
            with psycopg.connect(platform.superuser_url, application_name="somebodys-migration") as migration:
                migration.execute("LOCK TABLE tasks.tasks IN ACCESS EXCLUSIVE MODE")
                asked = [pool.submit(one.ask, "GET", "tasks", 200) for one in people]
                pid = migration.info.backend_pid
                eventually(lambda pid=pid: _waiting_for(store, pid, SLOWER_THAN) >= len(people), 30, "everybody waits")
                said = observed.finds("ApiSlow", "somebodys-migration", "idle in transaction")
                assert said.count(f"{{{pid}}}") >= len(people), said
                fired = observed.is_firing("ApiSlow")
            for one in asked:
                one.result(30)
            if fired:
                break
        else:
            pytest.fail("ApiSlow did not fire")
    observed.ends("ApiSlow")


def test_a_consumer_that_gets_no_further(observed: Observed, console: psycopg.Connection[Any]) -> None:
    assert console.info.transaction_status is psycopg.pq.TransactionStatus.INTRANS
    observed.fires("ConsumerBehind", consumergroup=AUDIT, topic="task-events")
    observed.fires("ConsumerSilent", SECONDS_OF_SILENCE + 60, app_id=AUDIT, topic="task-events")
    for name in ("ConsumerBehind", "ConsumerSilent"):
        observed.finds(name, f"{AUDIT}: the last probe on task-events is")


def test_a_transaction_that_is_left_open(
    observed: Observed, console: psycopg.Connection[Any], store: Any, brokers: str
) -> None:
    observed.fires("TransactionStaysOpen", SECONDS_OPEN + 60)
    pid = console.info.backend_pid
    said = observed.finds("TransactionStaysOpen", str(pid), "somebodys-console", "LOCK TABLE audit.entries")
    assert "somebodys-console" in said.splitlines()[2], "the oldest comes first"
    store.execute("SELECT pg_terminate_backend(%s)", (pid,))
    for name in ("TransactionStaysOpen", "ConsumerBehind", "ConsumerSilent"):
        observed.ends(name)
    eventually(lambda: invariants.settled(store), 120, "the audit has everything")
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []


def test_in_the_end_nothing_fires_and_nothing_is_lost(
    observed: Observed, platform: Platform, store: Any, brokers: str
) -> None:
    eventually(lambda: observed.unexpected() == set(), 240, "each alert has ended")
    eventually(lambda: invariants.settled(store), 60)
    assert Operator(platform).told("verify")["holds"] is True
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i4_histories_have_no_gap(store) == []


def _waiting_for(store: Any, pid: int, seconds: float) -> int:
    """Return how many sessions have waited so long for another."""
    asked = """SELECT count(*) FROM pg_stat_activity
    WHERE %s = ANY(pg_blocking_pids(pid)) AND clock_timestamp() - query_start > %s * interval '1 second'"""
    return store.execute(asked, (pid, seconds)).fetchone()[0]
