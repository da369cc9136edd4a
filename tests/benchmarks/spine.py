"""The event spine alone: commit → audit at a high rate, and the relay's drain beside the same without a relay's logic.

The writer is one connection that commits ledgered events as `execute()` does, and wakes the relay after each commit:
over REST two cores do not write fast enough. `python -m tests.benchmarks.spine`
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Sequence
from typing import Any

import httpx
import orjson
import psutil
import psycopg
from dapr_edge.publisher import HttpBulkPublisher
from event_contracts.identifiers import uuid7
from event_spine.ledger import LedgerEntry, append_statement, ledger_parameters
from event_spine.outgoing import BULK_ENTRIES, Outgoing
from local_runtime.layout import CLONE
from local_runtime.platform import Platform
from todo_backend.relayed import RELAY_CHANNEL

from tests import evidence
from tests.benchmarks.figures import percentiles
from tests.benchmarks.load import keep_pace
from tests.benchmarks.processes import processor_seconds
from tests.benchmarks.report import arguments, write
from tests.benchmarks.stage import stage
from tests.chaos.backlog import Events
from tests.people import eventually

EXAMPLE = CLONE / "packages/event-contracts/examples/todo.task.created.v1.json"
COMMITS_PER_SECOND = 200
WARM_UP_SECONDS = 5.0
ROUNDS = 3
READ_ROWS = 1000


def main() -> None:
    chosen = arguments(__doc__, "spine", rate=2000, seconds=60, backlog=50_000)
    with stage("spine") as platform:
        to_audit = asyncio.run(_commit_to_audit(platform, chosen.rate, chosen.seconds))
    with stage("spine-relay", ("todo-relay",)) as platform:
        drain = _drain(platform, int(chosen.backlog))
    write(chosen.out, {"commit_to_audit": to_audit, "relay_drain": drain})


async def _commit_to_audit(platform: Platform, rate: float, seconds: float) -> dict[str, Any]:
    """From the commit's `occurred_at` to the audit's row, both by the database's clock, all consumers at work."""
    together = max(1, round(rate / COMMITS_PER_SECOND))
    example = orjson.loads(EXAMPLE.read_bytes())
    statement = append_statement("tasks").encode()
    with evidence.connect(platform.superuser_url) as store:
        async with await psycopg.AsyncConnection.connect(platform.app_url("tasks"), autocommit=True) as writer:
            waker = await psycopg.AsyncConnection.connect(platform.app_url("tasks"), autocommit=True)
            gate = asyncio.Lock()

            async def commit(n: int, appointed: float) -> None:
                async with gate:
                    row: Any = await (await writer.execute("SELECT clock_timestamp()")).fetchone()
                    entries = [_created(example, row[0].isoformat()) for _ in range(together)]
                    await writer.execute(statement, ledger_parameters(entries))
                    await waker.execute("SELECT pg_notify(%s, '')", (RELAY_CHANNEL,))

            commits = rate / together
            await keep_pace(commit, commits, int(commits * WARM_UP_SECONDS))
            began = store.execute("SELECT clock_timestamp()").fetchone()[0]
            at, used, free = time.monotonic(), processor_seconds(platform), psutil.cpu_times().idle
            await keep_pace(commit, commits, int(commits * seconds))
            took = time.monotonic() - at
            used = {name: round(spent - used[name], 1) for name, spent in processor_seconds(platform).items()}
            free = round(psutil.cpu_times().idle - free, 1)
            await waker.close()
        eventually(lambda: evidence.unaudited_count(store) == 0, seconds=120)
        rows = store.execute(
            "SELECT extract(epoch FROM recorded_at - occurred_at)::float8 FROM audit.entries"
            " WHERE occurred_at >= %s AND type = 'todo.task.created.v1'",
            (began,),
        ).fetchall()
    milliseconds = percentiles([row[0] for row in rows])
    return {
        "per_second": round(len(rows) / took),
        "seconds": seconds,
        "milliseconds": milliseconds,
        "processor_seconds": {**used, "total": round(sum(used.values()), 1), "nobody": free},
    }


def _created(example: dict[str, Any], instant: str) -> LedgerEntry:
    """A task's first event with ids of its own, as the backend would write it."""
    event_id, task_id, user_id = uuid7(), uuid7(), uuid7()
    data = {**example["data"], "task_id": str(task_id), "user_id": str(user_id), "occurred_at": instant}
    data["task_data"] = {**data["task_data"], "id": str(task_id), "user_id": str(user_id)}
    record = {**example, "id": str(event_id), "subject": str(task_id), "time": instant, "data": data}
    key = str(task_id)
    return LedgerEntry(event_id, "task-events", key, example["type"], task_id, 1, user_id, 1, orjson.dumps(record))


def _drain(platform: Platform, count: int) -> dict[str, Any]:
    """Publish the same number of events in turns: the relay, and a plain loop of read and publish."""
    relayed, plain = list[float](), list[float]()
    with evidence.connect(platform.superuser_url) as store:
        for _ in range(ROUNDS):
            platform.kill("todo-relay", signal.SIGKILL, restart=False)
            eventually(lambda: platform.states()["todo-relay"].pid is None)
            store.execute("TRUNCATE tasks.pending")
            Events(store).add(count)
            plain.append(asyncio.run(_read_and_publish(platform)))
            platform.revive("todo-relay")
            relayed.append(_relayed(platform, count))
            eventually(lambda: store.execute("SELECT count(*) FROM tasks.pending").fetchone() == (0,), 60)
    best = max(relayed) / max(plain)
    return {
        "events": count,
        "relay_per_second": [round(one) for one in relayed],
        "read_and_publish_per_second": [round(one) for one in plain],
        "share_of_the_best": round(best, 3),
    }


def _relayed(platform: Platform, count: int) -> float:
    """Events per second from the relay's first acknowledged bulk to its last."""
    first: tuple[float, float] | None = None
    give_up = time.monotonic() + 300
    while time.monotonic() < give_up:
        published = _published(platform)
        now = time.monotonic()
        if published and first is None:
            first = (now, published)
        if published >= count and first is not None:
            return (published - first[1]) / (now - first[0])
        time.sleep(0.1)
    raise TimeoutError("the relay did not drain its backlog within 300 s")


def _published(platform: Platform) -> float:
    try:
        text = httpx.get(platform.url("todo-relay") + "/metrics", timeout=5).text
    except httpx.HTTPError:
        return 0.0
    found = [line.split()[1] for line in text.splitlines() if line.startswith("event_relay_published_total ")]
    return float(found[0]) if found else 0.0


async def _read_and_publish(platform: Platform) -> float:
    """Read the queue and publish in bulks as large, through the same sidecar: no lease, no order, no deletion."""
    port = platform.place.app("todo-relay").sidecar.http
    publisher = HttpBulkPublisher(port, platform.keys.dapr_tokens["DAPR_API_TOKEN"])
    done, last = 0, 0
    async with await psycopg.AsyncConnection.connect(platform.app_url("tasks"), autocommit=True) as connection:
        began = time.monotonic()
        while rows := await _rows(connection, last):
            last = rows[-1].seq
            for first in range(0, len(rows), BULK_ENTRIES):
                await publisher.publish("task-events", rows[first : first + BULK_ENTRIES])
            done += len(rows)
        took = time.monotonic() - began
    await publisher.close()
    return done / took


async def _rows(connection: psycopg.AsyncConnection[Any], after: int) -> Sequence[Outgoing]:
    cursor = await connection.execute(
        "SELECT p.seq, p.event_id, p.topic, p.stream_key, l.record, l.user_id, l.change FROM tasks.pending p"
        " JOIN tasks.ledger l ON l.event_id = p.event_id WHERE p.seq > %s ORDER BY p.seq LIMIT %s",
        (after, READ_ROWS),
    )
    return [Outgoing(*row) for row in await cursor.fetchall()]


if __name__ == "__main__":
    main()
