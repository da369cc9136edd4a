"""The broker is away for long under load: bounded memory, the API answers, the backlog drains in order (I1, I4, I7)."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.chaos.apart import platform_apart
from tests.chaos.backlog import Events
from tests.chaos.long import lasting
from tests.chaos.writers import Writers
from tests.people import eventually

BACKLOG = 50_000
AWAY_SECONDS = lasting(10, 3600)
GROWTH_BYTES = 40 * 1024 * 1024
"""What the relay may grow by; the records of the backlog alone are about 70 MB."""
DRAINED_SECONDS = lasting(120, 300)
SETTLED_SECONDS = lasting(60, 1800)
PACE_SECONDS = lasting(0, 0.5)
"""An hour's writers leave some hundred thousand events besides; as fast as they can they would leave millions."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One of its own: the backlog is taken out of the ledger in the end, and stays in audit and topics."""
    yield from platform_apart()


@pytest.mark.long
@pytest.mark.timeout(AWAY_SECONDS + 2400)
def test_a_long_outage_costs_the_relay_no_memory_and_its_backlog_drains_in_order(
    platform: Platform, base_url: str, store: Any, brokers: str
) -> None:
    eventually(lambda: invariants.settled(store), 60)
    events = Events(store)
    before = _memory(platform)
    most = before
    with Writers(base_url, count=4, pace=PACE_SECONDS) as writers:
        platform.kill("kafka", signal.SIGKILL, restart=False)
        try:
            events.add(BACKLOG)
            until = time.monotonic() + AWAY_SECONDS
            at = len(writers.acknowledged())
            while time.monotonic() < until:
                most = max(most, _memory(platform))
                eventually(lambda at=at: len(writers.acknowledged()) > at, 30, "the API takes changes")
                at = len(writers.acknowledged())
            assert evidence.pending_count(store) >= BACKLOG
        finally:
            platform.revive("kafka")
        platform.wait_healthy(["kafka"])

        def drained() -> bool:
            nonlocal most
            most = max(most, _memory(platform))
            return evidence.pending_count(store) == 0 and events.unaudited() == 0

        began = time.monotonic()
        eventually(drained, DRAINED_SECONDS, "the backlog is drained")
        print(f"{BACKLOG} events in {time.monotonic() - began:.1f} s; the relay grew by {most - before:,} bytes")
        platform.wait_healthy(deadline=60)
    assert writers.failures == []
    assert most - before < GROWTH_BYTES
    eventually(lambda: invariants.settled(store), SETTLED_SECONDS, "the successors of an hour are made")
    assert events.out_of_order(brokers) == []
    events.forget()
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i4_histories_have_no_gap(store) == []
    assert invariants.i7_nothing_acknowledged_is_lost(store, writers.acknowledged()) == []
    assert evidence.dead_letters(store) == []


def _memory(platform: Platform) -> int:
    """Resident bytes of the relay's processes."""
    pid = platform.states()["todo-relay"].pid
    assert pid is not None
    process = psutil.Process(pid)
    total = 0
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += one.memory_info().rss
    return total
