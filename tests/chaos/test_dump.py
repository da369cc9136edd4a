"""A dump is held open under load: the relay does not slow down with the deleted rows that it keeps, nothing is lost."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest
from event_spine.ledger import append_statement, ledger_parameters
from event_spine.probes import Probes
from local_runtime.platform import Platform

from tests import invariants
from tests.chaos.long import lasting
from tests.chaos.writers import Writers
from tests.people import eventually

HELD_SECONDS = lasting(20, 600)
BEFORE_SECONDS = lasting(8, 60)
DEAD_ROWS = 300_000
"""What some hundred events a second leave behind in ten minutes, made at once."""
LATE_SECONDS = 4.0
"""Longer than the relay's reads trail behind."""
SLOWER_SECONDS = 0.05
READ_SECONDS = 0.02
"""A read over all of DEAD_ROWS takes several times as long."""


@pytest.mark.long
@pytest.mark.timeout(HELD_SECONDS + BEFORE_SECONDS + 300)
def test_a_dump_held_open_slows_nothing_down_and_loses_nothing(
    platform: Platform, base_url: str, store: Any, brokers: str
) -> None:
    with Writers(base_url) as writers:
        eventually(lambda: len(writers.acknowledged()) > 20)
        usual = _delay(store, BEFORE_SECONDS)
        with _dump(platform.superuser_url):
            _leave_dead_rows(store)
            late = _commit_late(platform.superuser_url)
            reads = _reads(platform)
            slowest = _delay(store, HELD_SECONDS)
            count, seconds = (now - then for now, then in zip(_reads(platform), reads, strict=True))
            eventually(lambda: _is_audited(store, late), 30, "what was committed late is published")
    milliseconds = [round(one * 1000, 2) for one in (usual, slowest, seconds / count)]
    print("median delay, the same with the dump, one read of the queue [ms]:", *milliseconds)
    assert writers.failures == []
    assert seconds / count < READ_SECONDS
    assert slowest < usual * 2 + SLOWER_SECONDS
    eventually(lambda: invariants.settled(store), 60)
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i4_histories_have_no_gap(store) == []
    assert invariants.i7_nothing_acknowledged_is_lost(store, writers.acknowledged()) == []


@contextmanager
def _dump(url: str) -> Iterator[None]:
    """A snapshot that is held open, as pg_dump holds one."""
    with psycopg.connect(url) as connection:
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.commit()
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SELECT count(*) FROM tasks.pending")
        yield


def _leave_dead_rows(store: Any) -> None:
    """Rows that were queued and deleted since the snapshot: the index keeps all of them while it is open."""
    with store.transaction():
        store.execute(
            "INSERT INTO tasks.pending (event_id, topic, stream_key)"
            " SELECT uuidv7(), 'task-events', 'dead' FROM generate_series(1, %s)",
            (DEAD_ROWS,),
        )
        store.execute("DELETE FROM tasks.pending WHERE stream_key = 'dead'")


def _commit_late(url: str) -> Any:
    """Queue an event, let later ones pass for a while, then commit; return its id."""
    probes = Probes("tasks", "todo-relay", "todo-backend")
    entry = probes._probe("account-events", datetime.now(UTC))
    with psycopg.connect(url) as connection:
        connection.execute(append_statement("tasks").encode(), ledger_parameters([entry]))
        time.sleep(LATE_SECONDS)  # the fact to wait for is that time passes
        connection.commit()
    return entry.event_id


def _delay(store: Any, seconds: float) -> float:
    """Watch for so long; return the median from the instant of a change to its row in the audit."""
    began = store.execute("SELECT clock_timestamp()").fetchone()[0]
    time.sleep(seconds)  # what is measured is a stretch of time
    rows = store.execute(
        "SELECT extract(epoch FROM recorded_at - occurred_at)::float FROM audit.entries"
        " WHERE occurred_at > %s AND type LIKE 'todo.task.%%'",
        (began,),
    ).fetchall()
    assert len(rows) > 20, "people work meanwhile"
    return statistics.median(row[0] for row in rows)


def _reads(platform: Platform) -> tuple[float, float]:
    """How often the relay has read its queue, and how many seconds that took."""
    text = httpx.get(platform.url("todo-relay") + "/metrics", timeout=5).text
    found = [re.search(rf"^event_relay_read_seconds_{name} (\S+)$", text, re.MULTILINE) for name in ("count", "sum")]
    count, total = (float(one[1]) for one in found if one)
    return count, total


def _is_audited(store: Any, event_id: Any) -> bool:
    statement = "SELECT EXISTS (SELECT 1 FROM audit.entries WHERE event_id = %s)"
    return bool(store.execute(statement, (event_id,)).fetchone()[0])
