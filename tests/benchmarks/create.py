"""Creating a task against two baselines, side by side: `python -m tests.benchmarks.create`.

The backend alone (database and its sidecar beside it, nothing else of the platform), a bare FastAPI and psycopg insert,
and SQLModel's tutorial route: one process each, the same database server, the same body, in turns. First at a steady
rate, then as fast as sixteen connections can. The client runs on the same cores and is a part of every throughput; the
processor time that the application spent per request is not touched by it. Writes docs/benchmarks/create.json.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import psutil
from local_runtime import ports
from local_runtime.layout import CLONE
from local_runtime.platform import Platform

from tests import evidence
from tests.benchmarks.baselines import SCHEMA
from tests.benchmarks.figures import percentiles
from tests.benchmarks.load import Shot, client, open_loop
from tests.benchmarks.report import arguments, write
from tests.benchmarks.stage import stage
from tests.people import Person, eventually

CONNECTIONS = 16
PEOPLE = 20
ROUNDS = 3
WARM_UP_SECONDS = 3
THROUGHPUT_SECONDS = 5


@dataclass
class Target:
    """An application that creates tasks, and what was seen of it."""

    name: str
    make: Callable[[int], Shot]
    process: psutil.Process
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    created: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0

    def figures(self) -> dict[str, Any]:
        return {
            "milliseconds": percentiles(self.latencies),
            "failed": len(self.failures),
            "first_failures": self.failures[:3],
            "per_second_of_16_connections": round(self.created / self.seconds, 1),
            "processor_milliseconds_per_request": round(self.processor_seconds / self.created * 1000, 3),
        }


def main() -> None:
    chosen = arguments(__doc__, "create", rate=200, seconds=30)
    with stage("create", apps=("todo-backend",)) as platform, ExitStack() as baselines:
        with evidence.connect(platform.superuser_url) as store:
            store.execute(SCHEMA)
        targets = [_backend(platform)]
        targets += [baselines.enter_context(_baseline(name, platform)) for name in ("bare", "tutorial")]
        asyncio.run(_measure(targets, chosen.rate, chosen.seconds / ROUNDS))
    figures = {target.name: target.figures() for target in targets}
    ours = figures["backend"]["per_second_of_16_connections"]
    for name in ("bare", "tutorial"):
        figures[name]["backend_is_times_as_fast"] = round(ours / figures[name]["per_second_of_16_connections"], 2)
    write(chosen.out, {"create_alone": {"per_second": chosen.rate, "seconds": chosen.seconds, **figures}})


async def _measure(targets: Sequence[Target], rate: float, seconds: float) -> None:
    for target in targets:
        await _throughput(target, WARM_UP_SECONDS, counted=False)
    for _ in range(ROUNDS):
        for target in targets:
            loaded = await open_loop(target.make, rate, seconds)
            target.latencies += loaded.latencies
            target.failures += loaded.failures
            await _throughput(target, THROUGHPUT_SECONDS)


async def _throughput(target: Target, seconds: float, *, counted: bool = True) -> None:
    """Let sixteen connections ask one request after the other for a time."""
    created, spent_before, began = 0, _spent(target.process), time.perf_counter()
    async with client() as session:

        async def ask(worker: int) -> None:
            nonlocal created
            while time.perf_counter() - began < seconds:
                shot = target.make(worker + created)
                async with session.request(shot.method, shot.url, json=shot.body, headers=shot.headers) as answer:
                    await answer.read()
                    assert answer.status == 201, (target.name, answer.status, await answer.text())
                created += 1

        await asyncio.gather(*(ask(worker) for worker in range(CONNECTIONS)))
    if counted:
        target.created += created
        target.seconds += time.perf_counter() - began
        target.processor_seconds += _spent(target.process) - spent_before


def _backend(platform: Platform) -> Target:
    people = [Person.sign_up(platform.url("todo-backend")) for _ in range(PEOPLE)]
    pid = platform.states()["todo-backend"].pid

    def make(n: int) -> Shot:
        person = people[n % PEOPLE]
        return Shot("POST", person.base_url + person.path("tasks"), person.headers, _body(n))

    return Target("backend", make, psutil.Process(pid))


@contextmanager
def _baseline(name: str, platform: Platform) -> Iterator[Target]:
    port, users = ports.any_free(), [uuid4() for _ in range(PEOPLE)]
    url = f"http://127.0.0.1:{port}"
    served = [
        f"tests.benchmarks.baselines.{name}:app",
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *served],
        cwd=CLONE,
        env={**os.environ, "DATABASE_URL": platform.superuser_url},
    )
    try:
        eventually(lambda: _answers(url), 30, f"{name} answers")
        yield Target(
            name,
            lambda n: Shot("POST", f"{url}/users/{users[n % PEOPLE]}/tasks", {}, _body(n)),
            psutil.Process(process.pid),
        )
    finally:
        process.kill()
        process.wait()


def _body(n: int) -> dict[str, Any]:
    return {"title": f"Task {n}", "due": {"date": "2030-01-01", "time": "09:00", "time_zone": "Europe/Berlin"}}


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/openapi.json").status_code == 200
    except httpx.TransportError:
        return False


def _spent(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])


if __name__ == "__main__":
    main()
