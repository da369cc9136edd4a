"""Order per key under load: while consumers are killed and rebalance, and while a topic gets more partitions."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from subprocess import PIPE, STDOUT
from typing import Any

import orjson
import pytest
from event_contracts.topics import TASK_EVENTS
from local_runtime.layout import CLONE
from local_runtime.platform import Platform
from local_runtime.render.components import METADATA_SECONDS

from tests import evidence, invariants
from tests.chaos.writers import Writers
from tests.evidence import KafkaRecord
from tests.people import eventually

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def test_order_per_key_holds_while_partitions_are_added_and_consumers_rebalance(
    platform: Platform, store: Any, brokers: str
) -> None:
    topic = TASK_EVENTS.name
    before = {record.partition for record in evidence.records(brokers, [topic])}
    with Writers(platform.url("todo-backend"), 4) as writers:
        eventually(lambda: len(writers.acknowledged()) > 40, 60, "people write")
        platform.kill("audit-service-daprd")  # its partitions go to nobody, and come back: two rebalances
        count = 1 + max(before | {TASK_EVENTS.partitions - 1}) + 2
        with _waiting_for(platform, "audit-service", writers) as go_on:
            where = ["--offset", str(platform.place.offset), "--directory", str(platform.place.folder)]
            command = [sys.executable, "-m", "local_runtime", "partitions", topic, str(count), *where]
            adding = subprocess.Popen(command, cwd=CLONE, stdout=PIPE, stderr=STDOUT, text=True)
            began = time.monotonic()
            eventually(
                lambda: time.monotonic() - began > METADATA_SECONDS + 3, 30, "what is written goes to new places"
            )
            go_on()
            told, _ = adding.communicate(timeout=300)
        assert adding.returncode == 0, told
        done = len(writers.acknowledged())
        eventually(lambda: len(writers.acknowledged()) > done + 40, 60, "people still write")
        platform.kill("recurring-task-service-daprd")
        eventually(lambda: len(writers.acknowledged()) > done + 80, 60, "and write")
        writers.stop()
        assert writers.failures == []
    eventually(lambda: invariants.settled(store), 120, "all has gone the whole way")

    records = evidence.records(brokers, [topic])
    assert {record.partition for record in records} == set(range(count)), "the new partitions are used"
    assert _moved_keys(records), "some keys live elsewhere now: the test can see an overtaking"
    assert _out_of_order(records) == []
    assert _recorded_out_of_order(store) == []
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert invariants.i4_histories_have_no_gap(store) == []
    assert invariants.i7_nothing_acknowledged_is_lost(store, writers.acknowledged()) == []
    assert evidence.dead_letters(store) == []


@contextmanager
def _waiting_for(platform: Platform, app: str, writers: Writers) -> Iterator[Callable[[], None]]:
    """With records of `app` waiting in each old partition, until what is yielded is called.

    Who adds partitions without a pause now lets later events of a key overtake them.
    """
    platform.kill(app, signal.SIGSTOP)
    try:
        before = len(writers.acknowledged())
        eventually(lambda: len(writers.acknowledged()) > before + 150, 60, "records wait")
        yield lambda: platform.kill(app, signal.SIGCONT)
    finally:
        platform.kill(app, signal.SIGCONT)


def _moved_keys(records: list[KafkaRecord]) -> set[str | None]:
    places: dict[str | None, set[int]] = defaultdict(set)
    for record in records:
        places[record.key].add(record.partition)
    return {key for key, partitions in places.items() if len(partitions) > 1}


def _out_of_order(records: list[KafkaRecord]) -> list[str]:
    """Tasks whose versions do not rise along their partition."""
    last: dict[tuple[int, str], int] = {}
    found: list[str] = []
    for record in sorted(records, key=lambda one: (one.partition, one.offset)):
        data = orjson.loads(record.body).get("data") or {}
        if "task_data" not in data:
            continue
        place = (record.partition, data["task_id"])
        if data["version"] < last.get(place, 0):
            found.append(f"{place} goes from {last[place]} to {data['version']}")
        last[place] = max(last.get(place, 0), data["version"])
    return found


def _recorded_out_of_order(store: Any) -> list[str]:
    """Tasks of which the audit recorded a later version before an earlier one: a partition overtook another."""
    rows = store.execute("""
        SELECT task_id, version FROM (
          SELECT task_id, version, recorded_at, max(recorded_at) OVER (PARTITION BY task_id ORDER BY version
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
          FROM audit.entries WHERE type LIKE 'todo.task.%' AND topic = 'task-events') e
        WHERE before > recorded_at""").fetchall()
    return [f"version {row[1]} of {row[0]} came before an earlier one" for row in rows]
