"""How fast successors are made after an outage, and how long those wait who do a task meanwhile.

`python -m tests.benchmarks.arrears`: people complete repeating tasks while recurring-task-service is down. When it is
back, its arrears are worked off as fast as everything on this machine allows; once a second somebody completes one task
more. Writes docs/benchmarks/arrears.json.
"""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Any

import aiohttp
from local_runtime.platform import Platform

from tests import evidence
from tests.benchmarks.figures import percentiles
from tests.benchmarks.load import client
from tests.benchmarks.processes import processor_seconds
from tests.benchmarks.report import arguments, write
from tests.benchmarks.stage import stage
from tests.people import Person, eventually

SERVICE = "recurring-task-service"
PEOPLE = 20
AT_ONCE = 16
EVERY_SECONDS = 1.0
LOOKED_EVERY_SECONDS = 0.05


def main() -> None:
    chosen = arguments(__doc__, "arrears", owed=3000)
    with stage("arrears") as platform:
        figures = asyncio.run(measured(platform, int(chosen.owed)))
    write(chosen.out, {"arrears": figures})


async def measured(platform: Platform, owed: int) -> dict[str, Any]:
    """Let `owed` successors become due while nobody makes them, then measure how they are made."""
    people = [Person.sign_up(platform.url("todo-backend")) for _ in range(PEOPLE)]
    tasks = await _created(people, owed)
    with evidence.connect(platform.superuser_url) as store:
        platform.kill(SERVICE, signal.SIGKILL, restart=False)
        eventually(lambda: platform.states()[SERVICE].pid is None)
        await _each(people, tasks, _complete)
        eventually(lambda: evidence.pending_count(store) == 0, 120)
        spare = await _created(people, 600)
        eventually(lambda: evidence.unaudited_count(store) == 0, 120)

        used = processor_seconds(platform)
        began = time.monotonic()
        platform.revive(SERVICE)
        made, waits = await _until_made(store, people, spare, owed)
        took = time.monotonic() - began
        after = processor_seconds(platform)
    a, b = made[len(made) // 10], made[-1]
    used = {name: after[name] - used.get(name, 0.0) for name in after}
    return {
        "owed": owed,
        "people": PEOPLE,
        "made_per_second": round((b[1] - a[1]) / (b[0] - a[0]), 1),
        "seconds_from_the_start_of_the_service": round(took, 1),
        "completed_meanwhile_milliseconds": percentiles(waits),
        "processor_milliseconds_per_successor": {n: round(s / owed * 1000, 2) for n, s in used.items()}
        | {"total": round(sum(used.values()) / owed * 1000, 2)},
    }


async def _until_made(
    store: Any, people: list[Person], spare: list[str], owed: int
) -> tuple[list[tuple[float, int]], list[float]]:
    """Return how many were made when, from the first on, and how long each that was completed meanwhile has waited."""
    made, waits, open_ones = list[tuple[float, int]](), list[float](), dict[str, float]()
    next_at, n = time.monotonic() + EVERY_SECONDS, 0
    async with client() as session:
        while not made or made[-1][1] < owed or open_ones:
            now = time.monotonic()
            if made and made[-1][1] < owed and now >= next_at and n < len(spare):
                await _complete(session, people[n % PEOPLE], spare[n])
                open_ones[spare[n]] = time.monotonic()
                next_at, n = now + EVERY_SECONDS, n + 1
            there = {str(row[0]) for row in store.execute(
                "SELECT predecessor_id FROM tasks.tasks WHERE predecessor_id = ANY(%s::uuid[])", (list(open_ones),)
            )}  # fmt: skip
            waits += [time.monotonic() - open_ones.pop(one) for one in there]
            row = store.execute("SELECT count(*) FROM tasks.tasks WHERE predecessor_id IS NOT NULL").fetchone()
            count = int(row[0]) - len(waits)
            if count > 0:
                made.append((time.monotonic(), count))
            await asyncio.sleep(LOOKED_EVERY_SECONDS)
    return made, waits


async def _created(people: list[Person], total: int) -> list[str]:
    return await _each(people, [""] * total, _create)


async def _create(session: aiohttp.ClientSession, person: Person, _: str) -> str:
    due = {"date": "2030-01-01", "time": "09:00", "time_zone": "Europe/Berlin"}
    body = {"title": "Chore", "due": due, "recurrence": {"rrule": "FREQ=DAILY"}}
    return (await _posted(session, person, "tasks", body))["id"]


async def _complete(session: aiohttp.ClientSession, person: Person, task: str) -> str:
    await _posted(session, person, f"tasks/{task}/complete", {})
    return task


async def _posted(session: aiohttp.ClientSession, person: Person, rest: str, body: dict[str, Any]) -> dict[str, Any]:
    async with session.post(person.base_url + person.path(rest), json=body, headers=person.headers) as answer:
        assert answer.status < 300, await answer.text()
        return await answer.json()


async def _each(people: list[Person], tasks: list[str], act: Any) -> list[str]:
    """Let everybody act on theirs, task n is that of person n modulo their number; `AT_ONCE` acts at a time."""
    numbers, found = iter(range(len(tasks))), [""] * len(tasks)
    async with client() as session:

        async def work() -> None:
            for n in numbers:
                found[n] = await act(session, people[n % PEOPLE], tasks[n])

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
    return found


if __name__ == "__main__":
    main()
