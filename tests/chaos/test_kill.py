"""kill -9 while changes are under way: nothing acknowledged is lost, nothing happens twice (I1, I2, I4, I7)."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.chaos.writers import Writers
from tests.people import eventually

UNDER_WAY = 20
# (what is killed, what is held still first so that changes pile up between acknowledgement and audit)
VICTIMS = [
    ("todo-backend", "todo-relay"),
    ("todo-relay", "todo-relay"),
    ("audit-service", "audit-service"),
    ("recurring-task-service", "audit-service"),
    pytest.param("audit-service-daprd", "audit-service-daprd", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("victim", "held"), VICTIMS)
def test_the_promises_hold_when_a_process_is_killed(
    platform: Platform, base_url: str, store: Any, brokers: str, victim: str, held: str
) -> None:
    with Writers(base_url) as writers:
        eventually(lambda: len(writers.acknowledged()) > 10)
        platform.kill(held, signal.SIGSTOP)
        eventually(lambda: _under_way(store, writers) >= UNDER_WAY, says="changes acknowledged and not yet audited")
        under_way = _under_way(store, writers)
        platform.kill(victim, signal.SIGKILL)
        if held != victim:
            platform.kill(held, signal.SIGCONT)
        at_the_kill = len(writers.acknowledged())
        platform.wait_healthy(deadline=60)
        eventually(lambda: len(writers.acknowledged()) > at_the_kill + 20, seconds=30, says="work goes on")
    assert writers.failures == []
    assert under_way >= UNDER_WAY

    eventually(lambda: invariants.settled(store), seconds=60, says="everything has arrived")
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert invariants.i4_histories_have_no_gap(store) == []
    assert evidence.dead_letters(store) == []
    assert invariants.i7_nothing_acknowledged_is_lost(store, writers.acknowledged()) == []


def _under_way(store: Any, writers: Writers) -> int:
    acknowledged = writers.acknowledged()
    row = store.execute(
        "SELECT count(*) FROM unnest(%s::uuid[], %s::bigint[]) AS a(task_id, version)"
        " WHERE NOT EXISTS (SELECT 1 FROM audit.entries e WHERE e.task_id = a.task_id AND e.version = a.version"
        "   AND e.type LIKE 'todo.task.%%')",
        ([task_id for task_id, _ in acknowledged], [version for _, version in acknowledged]),
    ).fetchone()
    return int(row[0])
