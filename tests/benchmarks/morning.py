"""A morning of channels, all due at one instant: `python -m tests.benchmarks.morning`.

Each message is of a person of their own, to one of some webhook hosts that answer after 20 ms; one more host takes
messages and never answers. Measured with one, two and three replicas: how long until the last one was out, how late
each was, and how they were shared. The messages are written to the queue of deliveries in one go, without the sweep.
Writes docs/benchmarks/morning.json.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from event_contracts.identifiers import uuid7
from local_runtime import ports
from local_runtime.platform import Platform
from notification_service.channels.sealing import SecretBox
from notification_service.sending.content import Content
from psycopg.types.json import Jsonb

from tests.benchmarks.figures import percentiles
from tests.benchmarks.report import arguments, write
from tests.benchmarks.stage import stage
from tests.people import eventually

SERVICE = "notification-service"
HOSTS, STALLED = 50, 500
LATENCY = 0.02
AHEAD_SECONDS = 5.0
REPLICAS = (1, 2, 3)

CHANNEL = """
COPY notifications.channels (channel_id, user_id, kind, name, config, secret, messages, lane, enabled, confirmed_at)
FROM STDIN"""
DELIVERY = """
COPY notifications.deliveries (delivery_id, user_id, channel_id, lane, turn, key, kind, content, ready, not_before)
FROM STDIN"""


def main() -> None:
    chosen = arguments(__doc__, "morning", messages=10_000)
    with stage("morning", apps=("todo-backend", "audit-service", SERVICE)) as platform, receiving() as first:
        figures = {f"{count} replicas": measured(platform, first, int(chosen.messages), count) for count in REPLICAS}
    write(chosen.out, {"morning": {"hosts": HOSTS, "latency_seconds": LATENCY, "stalled": STALLED, **figures}})


def measured(platform: Platform, first: int, count: int, replicas: int) -> dict[str, Any]:
    """Send so many with so many replicas, and return how it went."""
    with ExitStack() as stack:
        for replica in range(1, replicas):
            platform.start_replica(SERVICE, replica)
            stack.callback(platform.stop_replica, SERVICE, replica)
        before = [sent(platform, replica) for replica in range(replicas)]
        due, wanted = queue(platform, first, count)
        arrived = eventually(lambda: all_told(first, wanted), seconds=600, says="all have come")
        shares = [sent(platform, replica) - before[replica] for replica in range(replicas)]
    lateness = sorted(times[0] - due for times in arrived.values())
    return {
        "messages": count,
        "last_out_after_seconds": round(lateness[-1], 2),
        "a_second": round(count / lateness[-1]),
        "lateness_seconds": percentiles(lateness),
        "early": sum(one < 0 for one in lateness),
        "sent_twice": sum(len(times) > 1 for times in arrived.values()),
        "shares": [round(share / max(1, sum(shares)), 2) for share in shares],
    }


def queue(platform: Platform, first: int, count: int) -> tuple[float, set[str]]:
    """Write messages for an instant a little ahead; return it and the ids of those that can arrive."""
    box = SecretBox.from_file(platform.keys.channel_keys)
    secret = {"signing": "whsec_" + "QUJD" * 12}
    wanted: set[str] = set()
    channels: list[tuple[Any, ...]] = []
    deliveries: list[tuple[Any, ...]] = []
    due = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=AHEAD_SECONDS + count / 4000)

    for number in range(count + STALLED):
        user, channel = uuid4(), uuid7()
        port = first + (number % HOSTS if number < count else HOSTS)
        lane = f"webhook/127.0.0.1:{port}"
        content = Content(key=f"morning/{channel}", kind="note", title="A morning", remind_at=due, fired_at=due)
        sealed = box.seal(channel, {**secret, "url": f"http://127.0.0.1:{port}/"})
        channels.append((channel, user, "webhook", "Mine", Jsonb({}), sealed, [], lane, True, due))
        deliveries.append((uuid7(), user, channel, lane, number // HOSTS, content.key, "note",
                           Jsonb(content.model_dump(mode="json")), False, due))  # fmt: skip
        if number < count:
            wanted.add(f"msg_{content.outward_id}")
    with psycopg.connect(platform.owner_url("notifications")) as connection:
        for statement, rows in ((CHANNEL, channels), (DELIVERY, deliveries)):
            with connection.cursor().copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        connection.commit()
    assert dt.datetime.now(dt.UTC) < due, "all was written before the instant"
    return due.timestamp(), wanted


def all_told(first: int, wanted: set[str]) -> dict[str, list[float]] | None:
    """Return when each came, once all have."""
    time.sleep(0.5)  # asking is work for the receivers, too
    told: dict[str, list[float]] = httpx.get(f"http://127.0.0.1:{first}/told", timeout=30, trust_env=False).json()
    found = {identity: times for identity, times in told.items() if identity in wanted}
    return found if len(found) == len(wanted) else None


def sent(platform: Platform, replica: int) -> int:
    """Return how many a replica has sent."""
    text = httpx.get(f"{platform.url(SERVICE, replica)}/metrics", timeout=5, trust_env=False).text
    found = re.search(r'^notification_deliveries_total{kind="webhook",outcome="sent"} (\S+)$', text, re.MULTILINE)
    return int(float(found[1])) if found else 0


@contextmanager
def receiving() -> Iterator[int]:
    """The receivers in a process of their own; yields their first port."""
    first = next(
        port
        for port in iter(ports.any_free, None)
        if port + HOSTS < 65500 and not ports.taken(range(port, port + HOSTS + 1))
    )
    words = [sys.executable, "-m", "tests.benchmarks.sink", str(LATENCY), str(first), str(HOSTS + 1)]
    process = subprocess.Popen(words)
    try:
        eventually(lambda: not ports.is_free(first + HOSTS), 20, "the receivers listen")
        yield first
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
