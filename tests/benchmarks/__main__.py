"""`make bench`: the whole platform on this machine under an open load, figures to docs/benchmarks/platform.json.

Everything runs side by side on the same cores: broker, database, sidecars, apps, page and the load itself.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
from local_runtime.layout import CLONE, RUN
from local_runtime.platform import Place, Platform
from local_runtime.provision.everything import Parts, provide
from local_runtime.render.policies import AWAIT_MILLISECONDS

from tests import evidence
from tests.benchmarks.figures import buckets, histogram_percentiles, percentiles
from tests.benchmarks.load import Loaded, Shot, open_loop
from tests.benchmarks.machine import commit, machine
from tests.benchmarks.plain_kafka import PlainReader, PlainWriter
from tests.benchmarks.processes import memory_mib, processor_seconds
from tests.benchmarks.stage import OFFSET
from tests.people import Person, eventually

WARM_UP_SECONDS = 20
PEOPLE = 20
SHARE_SECONDS = 60


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--rate", type=float, default=200)
    options.add_argument("--out", type=Path, default=CLONE / "docs" / "benchmarks" / "platform.json")
    chosen = options.parse_args()

    folder = RUN / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    parts = provide(lambda *_: None)
    first = _timed_start(folder, parts)
    first[1].stop()
    second_seconds, platform = _timed_start(folder, parts)
    try:
        figures = {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "commit": commit(),
            "machine": machine(),
            "start_seconds": {"first_with_empty_data": round(first[0], 1), "second": round(second_seconds, 1)},
            **_under_load(platform, chosen.rate, chosen.seconds),
        }
    finally:
        platform.stop()
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
    shutil.rmtree(folder, ignore_errors=True)


def _timed_start(folder: Path, parts: Parts) -> tuple[float, Platform]:
    platform = Platform(Place(OFFSET, folder), parts, report=lambda what, s: print(f"{s:6.1f} s  {what}"))
    began = time.monotonic()
    platform.start()
    return time.monotonic() - began, platform


def _under_load(platform: Platform, rate: float, seconds: float) -> dict[str, Any]:
    base_url = platform.url("todo-backend")
    people = [Person.sign_up(base_url) for _ in range(PEOPLE)]

    def create(n: int) -> Shot:
        person = people[n % PEOPLE]
        due = {"date": "2030-01-01", "time": "09:00", "time_zone": "Europe/Berlin"}
        return Shot("POST", base_url + person.path("tasks"), person.headers, {"title": f"Task {n}", "due": due})

    asyncio.run(open_loop(create, rate, WARM_UP_SECONDS))
    with evidence.connect(platform.superuser_url) as store:
        began = store.execute("SELECT clock_timestamp()").fetchone()[0]
        used, free = processor_seconds(platform), psutil.cpu_times().idle
        loaded = asyncio.run(open_loop(create, rate, seconds))
        used = {name: round(spent - used[name], 1) for name, spent in processor_seconds(platform).items()}
        free = round(psutil.cpu_times().idle - free, 1)
        eventually(lambda: evidence.unaudited_count(store) == 0, seconds=60)
        to_audit = _commit_to_audit(store, began)
        memory = memory_mib(platform)
        share = _dapr_share(platform, create, rate)
        eventually(lambda: evidence.unaudited_count(store) == 0, seconds=60)
        successors = _successors(platform, people, store)
    return {
        "create_task": {"per_second": rate, "seconds": seconds, "milliseconds": _answered(loaded)},
        "commit_to_audit_milliseconds": to_audit,
        "dapr_share_milliseconds": share,
        "completion_to_successor_milliseconds": successors,
        "memory_mib": memory,
        "processor_seconds_under_load": {**used, "total": round(sum(used.values()), 1), "nobody": free},
    }


def _dapr_share(platform: Platform, create: Callable[[int], Shot], rate: float) -> dict[str, Any]:
    """The same load again, with a plain client beside it that publishes and reads: what the sidecars add.

    Apart from the figures above, for the plain clients take processor time of their own.
    """
    relay, audit = platform.url("todo-relay") + "/metrics", platform.url("audit-service") + "/metrics"
    before = (httpx.get(relay).text, httpx.get(audit).text)
    with PlainReader(platform.broker.address) as reader, PlainWriter(platform.broker.address) as writer:
        asyncio.run(open_loop(create, rate, SHARE_SECONDS))
    after = (httpx.get(relay).text, httpx.get(audit).text)
    publish = histogram_percentiles(
        buckets(before[0], "event_relay_publish_seconds"), buckets(after[0], "event_relay_publish_seconds")
    )
    label = 'topic="task-events"'
    arrival = histogram_percentiles(
        buckets(before[1], "event_consumer_arrival_seconds", label),
        buckets(after[1], "event_consumer_arrival_seconds", label),
    )
    waited = AWAIT_MILLISECONDS["audit-service"]
    plain_publish, plain_arrival = percentiles(writer.acknowledgements), percentiles(reader.arrivals)
    return {
        "publish_bulk_through_dapr": publish,
        "events_per_bulk": round(len(reader.arrivals) / max(1, publish["samples"]), 1),
        "publish_plain_client_bulks_of_4": plain_publish,
        "publish_p90_share": round(publish["p90"] - plain_publish["p90"], 2),
        "await_of_a_bulk": waited,
        "arrival_through_dapr_await_included": arrival,
        "arrival_plain_client": plain_arrival,
        "arrival_p90_share_net_of_the_await": round(arrival["p90"] - plain_arrival["p90"] - waited, 2),
    }


def _answered(loaded: Loaded) -> dict[str, Any]:
    return {**percentiles(loaded.latencies), "failed": len(loaded.failures), "first_failures": loaded.failures[:3]}


def _commit_to_audit(store: Any, began: dt.datetime) -> dict[str, float]:
    """From `occurred_at` (just before the commit) to the audit's row, both by the database's clock."""
    rows = store.execute(
        "SELECT extract(epoch FROM recorded_at - occurred_at)::float8 FROM audit.entries"
        " WHERE occurred_at >= %s AND type = 'todo.task.created.v1'",
        (began,),
    ).fetchall()
    return percentiles([row[0] for row in rows])


def _successors(platform: Platform, people: list[Person], store: Any) -> dict[str, float]:
    """Complete 200 recurring tasks at 10/s; from the completion to the successor's row, by the database's clock."""
    base_url = platform.url("todo-backend")
    tasks = [
        (person, person.add_repeating("Chore", "2030-01-01", "FREQ=DAILY")) for person in people for _ in range(10)
    ]

    def complete(n: int) -> Shot:
        person, task = tasks[n]
        return Shot("POST", base_url + person.path(f"tasks/{task['id']}/complete"), person.headers, {})

    asyncio.run(open_loop(complete, 10, len(tasks) / 10))
    # Not "nothing is wanted": that is so, too, before the last event has been heard.
    eventually(lambda: len(_until_next(store)) == len(tasks), seconds=60)
    return percentiles(_until_next(store))


def _until_next(store: Any) -> list[float]:
    rows = store.execute(
        "SELECT extract(epoch FROM n.created_at - t.completed_at)::float8 FROM tasks.tasks t"
        " JOIN tasks.tasks n ON n.user_id = t.user_id AND n.predecessor_id = t.id"
    ).fetchall()
    return [row[0] for row in rows]


if __name__ == "__main__":
    main()
