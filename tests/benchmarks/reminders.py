"""How late reminders are that come due each second: `python -m tests.benchmarks.reminders [--rate 100] [--seconds 60]`.

All of them are set beforehand through the API, some to a task, spread over people who each have a page open; they are
all planned before the first is due. Lateness counts from a reminder's instant to the time of its sending (the service's
transaction, the database's clock) and to its arrival in the page. With `--at-once 50000` so many are due within a
fiftieth of a second, and nothing before them. Writes docs/benchmarks/reminders.json.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from local_runtime.platform import Platform

from tests import evidence
from tests.benchmarks.figures import percentiles
from tests.benchmarks.listening import listening, until
from tests.benchmarks.load import Shot, open_loop
from tests.benchmarks.processes import memory_mib, processor_seconds
from tests.benchmarks.report import arguments, write
from tests.benchmarks.stage import stage
from tests.people import Person

PEOPLE, A_SECOND = 50, 5
"""At least so many people; at high rates so many that none is reminded more often than so many times a second."""
AT_ONCE_PEOPLE = 500
CREATING_RATE = 80
MARGIN_SECONDS = 15
"""From the last creation to the first instant: what planning may take at most."""
COUNT_SECONDS = 0.5
"""Counting is work for the store that is measured, so it is done seldom, and not before the last one is due."""
WARM_UP_SECONDS = 5
"""Reminders that come due but are not counted, at the same rate."""
LATENESS = """
SELECT extract(epoch FROM settled_at - fire_at)::float8, floor(extract(epoch FROM fire_at - %(since)s) / 60)::int
FROM notifications.attempts WHERE state = 'sent' AND fire_at >= %(since)s"""
INSTANTS = """
SELECT attempt_id::text, extract(epoch FROM fire_at)::float8 FROM notifications.attempts
WHERE state = 'sent' AND fire_at >= %s"""
"""A notification of one reminder has its attempt's id. Attempts are all kept; of notifications, 500 of a person."""


@dataclass
class Heard:
    """What the pages were told: Unix times by reminder, and what came more than once."""

    arrivals: dict[str, float] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    repeated: int = 0

    def hear(self, event: str, data: dict[str, Any], at: float) -> None:
        if event == "reminder":
            self.repeated += data["id"] in self.live
            self.live.add(data["id"])
        if event in ("reminder", "missed"):
            self.arrivals.setdefault(data["id"], at)


def main() -> None:
    chosen = arguments(__doc__, "reminders", rate=100, seconds=60, per_task=4, at_once=0)
    per_task = int(chosen.per_task)
    with stage("reminders") as platform:
        made = (
            at_once(platform, int(chosen.at_once), per_task)
            if chosen.at_once
            else each_second(platform, chosen.rate, chosen.seconds, per_task)
        )
        figures = asyncio.run(made)
    write(chosen.out, {"reminders": figures})


async def each_second(platform: Platform, rate: float, seconds: float, per_task: int) -> dict[str, Any]:
    """Let reminders come due at a rate and return how late they were sent and seen."""
    tasks = round(rate * (seconds + WARM_UP_SECONDS) / per_task)
    offsets = [n / rate for n in range(tasks * per_task)]
    people = max(PEOPLE, round(rate / A_SECOND))
    said = {"per_second": rate, "seconds": seconds}
    return said | await measured(platform, people, offsets, per_task, WARM_UP_SECONDS - 0.5 / rate)


async def at_once(platform: Platform, count: int, per_task: int) -> dict[str, Any]:
    """Let so many come due at once, those of a task a millisecond apart, and return how late they were."""
    tasks = count // per_task
    offsets = [n // tasks / 1000 for n in range(tasks * per_task)]
    return {"at_once": len(offsets)} | await measured(platform, AT_ONCE_PEOPLE, offsets, per_task, -1.0)


async def measured(
    platform: Platform, count: int, offsets: Sequence[float], per_task: int, counted_from: float
) -> dict[str, Any]:
    """Let reminders come due, these seconds after the first; return how late those were that are counted.

    `offsets`: of the first reminder of each task, then of the second of each, and so on. `count`: people.
    """
    people = [Person.sign_up(platform.url("todo-backend")) for _ in range(count)]
    first = time.time() + len(offsets) / per_task / CREATING_RATE + MARGIN_SECONDS
    instants = [first + offset for offset in offsets]
    await _set(people, instants, per_task)
    heard = Heard()
    with evidence.connect(platform.superuser_url) as store:
        async with listening(people, heard.hear):
            await until(
                lambda: _count(store, "due_queue") == len(instants),
                first - time.time(),
                "all are planned",
                COUNT_SECONDS,
            )
            planned_ahead = first - time.time()
            left = instants[-1] - time.time()
            used = processor_seconds(platform)
            await asyncio.sleep(left)
            patience = 60 + len(instants) / 200
            await until(lambda: _settled(store) == len(instants), patience, "all are sent", COUNT_SECONDS)
            memory = memory_mib(platform)
            with contextlib.suppress(AssertionError):
                await until(lambda: len(heard.arrivals) == len(instants), 30, "all are in a live client")
            used = {name: spent - used.get(name, 0) for name, spent in processor_seconds(platform).items()}
        counted = dt.datetime.fromtimestamp(first + counted_from, dt.UTC)
        minutes: defaultdict[int, list[float]] = defaultdict(list)
        for late, minute in store.execute(LATENESS, {"since": counted}):
            minutes[minute].append(late)
        told = store.execute(INSTANTS, (counted,)).fetchall()
    sent = [late for found in minutes.values() for late in found]
    arriving = [heard.arrivals[name] - instant for name, instant in told if name in heard.arrivals]
    return {
        "people": count,
        "planned_before_the_first_seconds": round(planned_ahead, 1),
        "sent_after_the_instant_milliseconds": percentiles(sent),
        "sent_p99_of_each_minute_milliseconds": [percentiles(minutes[n])["p99"] for n in sorted(minutes)],
        "in_a_live_client_after_the_instant_milliseconds": percentiles(arriving),
        "in_no_live_client": len(told) - len(arriving),
        "early": sum(late < 0 for late in (*sent, *arriving)),
        "told_more_than_once": heard.repeated,
        "processor_microseconds_a_reminder": {n: round(s / len(instants) * 1e6) for n, s in used.items()},
        "memory_mib": memory,
    }


async def _set(people: Sequence[Person], instants: Sequence[float], per_task: int) -> None:
    """Create the tasks; the reminders of one are spread over the whole time."""
    tasks = len(instants) // per_task

    def create(n: int) -> Shot:
        person = people[n % len(people)]
        moments = [dt.datetime.fromtimestamp(instant, dt.UTC).isoformat() for instant in instants[n::tasks]]
        body = {"title": f"Task {n}", "reminders": [{"at": moment} for moment in moments]}
        return Shot("POST", person.base_url + person.path("tasks"), person.headers, body)

    loaded = await open_loop(create, CREATING_RATE, tasks / CREATING_RATE)
    assert not loaded.failures, loaded.failures[:3]


def _settled(store: Any) -> int:
    return store.execute("SELECT count(*) FROM notifications.attempts WHERE state = 'sent'").fetchone()[0]


def _count(store: Any, table: str) -> int:
    return store.execute(f"SELECT count(*) FROM notifications.{table}").fetchone()[0]


if __name__ == "__main__":
    main()
