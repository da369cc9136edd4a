"""From a completion to its successor in a live client: `python -m tests.benchmarks.successor`.

Everything runs; people complete repeating tasks at a steady rate, each with a page open. Counted from the appointed
time of the completion's request, and from the completion's own time (just before its commit), to the moment at which
the frame with the successor was read. Writes docs/benchmarks/successor.json.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from local_runtime.platform import Platform

from tests.benchmarks.figures import percentiles
from tests.benchmarks.listening import listening, until
from tests.benchmarks.load import Shot, open_loop
from tests.benchmarks.report import arguments, write
from tests.benchmarks.stage import stage
from tests.people import Person

PEOPLE = 20
CREATING_RATE = 50
WARM_UP = 100
"""Completions that are not counted, at the same rate."""


def main() -> None:
    chosen = arguments(__doc__, "successor", rate=10, seconds=60)
    with stage("successor") as platform:
        figures = asyncio.run(measured(platform, chosen.rate, int(chosen.rate * chosen.seconds)))
    write(chosen.out, {"completion_to_live_successor": figures})


async def measured(platform: Platform, rate: float, total: int) -> dict[str, Any]:
    """Complete `total` repeating tasks and return how long their successors took to reach their person's page."""
    people = [Person.sign_up(platform.url("todo-backend")) for _ in range(PEOPLE)]
    tasks = await _repeating(people, WARM_UP + total)
    seen: dict[str, float] = {}

    def heard(event: str, data: dict[str, Any], at: float) -> None:
        for change in data["changes"] if event == "changes" else ():
            if change["kind"] == "task" and change["task"]["predecessor_id"]:
                seen.setdefault(change["task"]["predecessor_id"], at)

    def complete(n: int) -> Shot:
        person = people[n % PEOPLE]
        return Shot("POST", person.base_url + person.path(f"tasks/{tasks[n]}/complete"), person.headers, {})

    async with listening(people, heard):
        loaded = await open_loop(complete, rate, len(tasks) / rate, keep=True)
        assert not loaded.failures, loaded.failures[:3]
        await until(lambda: len(seen) == len(tasks), 60, "every successor is in a live client")
    counted = range(WARM_UP, len(tasks))
    completed = {n: dt.datetime.fromisoformat(loaded.answers[n]["task"]["completed_at"]).timestamp() for n in counted}
    return {
        "per_second": rate,
        "seconds": total / rate,
        "from_appointed_milliseconds": percentiles([seen[tasks[n]] - loaded.appointed(n) for n in counted]),
        "from_completion_milliseconds": percentiles([seen[tasks[n]] - completed[n] for n in counted]),
        "answered_milliseconds": percentiles(loaded.latencies),
    }


async def _repeating(people: list[Person], total: int) -> list[str]:
    def create(n: int) -> Shot:
        person = people[n % PEOPLE]
        due = {"date": "2030-01-01", "time": "09:00", "time_zone": "Europe/Berlin"}
        body = {"title": f"Chore {n}", "due": due, "recurrence": {"rrule": "FREQ=DAILY"}}
        return Shot("POST", person.base_url + person.path("tasks"), person.headers, body)

    loaded = await open_loop(create, CREATING_RATE, total / CREATING_RATE, keep=True)
    assert not loaded.failures, loaded.failures[:3]
    return [loaded.answers[n]["id"] for n in range(len(loaded.answers))]


if __name__ == "__main__":
    main()
