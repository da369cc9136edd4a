"""500 conversations at once on one backend, and the memory they take: `python -m tests.benchmarks.conversations`.

Each person has a conversation of their own and says four lines in it, one after the other, all people at the same time,
through the frontend's sidecar and the backend's. A turn counts from its sending to the end of its answer: with all of
them waiting for the same cores that is how long the last in the row waits. Writes docs/benchmarks/conversations.json.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
from local_runtime.platform import Platform

from tests.benchmarks.chat import LINES, Turns, body, read
from tests.benchmarks.figures import percentiles
from tests.benchmarks.load import client
from tests.benchmarks.processes import memory_mib
from tests.benchmarks.report import arguments, write
from tests.benchmarks.stage import stage
from tests.people import Person

BACKEND = "todo-backend"
LOOKED_EVERY_SECONDS = 0.5


def main() -> None:
    chosen = arguments(__doc__, "conversations", people=500)
    with stage("conversations") as platform:
        figures = asyncio.run(measured(platform, int(chosen.people)))
    write(chosen.out, {"conversations": figures})


async def measured(platform: Platform, count: int) -> dict[str, Any]:
    """Let everybody talk at once; return the backend's memory before, at most and after, and how long turns took."""
    with ThreadPoolExecutor(4) as pool:
        people = list(pool.map(lambda _: Person.sign_up(platform.url(BACKEND), timeout=60), range(count)))
    invoke = platform.sidecar_url("todo-frontend") + "/v1.0/invoke/todo-backend/method"
    turns, over = Turns(), asyncio.Event()
    before = memory_mib(platform)[BACKEND]
    watched = asyncio.create_task(_highest(platform, over))
    began = time.perf_counter()
    async with client(120) as session:
        await asyncio.gather(*(_talk(session, invoke, platform, person, turns) for person in people))
    took = time.perf_counter() - began
    over.set()
    assert not turns.failures, turns.failures[:3]
    return {
        "at_once": count,
        "turns": len(turns.end),
        "turns_per_second": round(len(turns.end) / took, 1),
        "turn_milliseconds": percentiles(turns.end),
        "backend_memory_mib": {"before": before, "highest": await watched, "after": memory_mib(platform)[BACKEND]},
    }


async def _talk(session: aiohttp.ClientSession, invoke: str, platform: Platform, person: Person, turns: Turns) -> None:
    for turn in range(len(LINES)):
        sent = time.perf_counter()
        headers = {**person.headers, **platform.dapr_headers}
        async with session.post(invoke + person.path("chat"), json=body(turn), headers=headers) as answer:
            first, last, failure = await read(answer)
        if failure:
            turns.failures.append(failure)
            return
        turns.first_text.append(first - sent)
        turns.end.append(last - sent)


async def _highest(platform: Platform, over: asyncio.Event) -> int:
    highest = 0
    while not over.is_set():
        highest = max(highest, (await asyncio.to_thread(memory_mib, platform))[BACKEND])
        try:
            await asyncio.wait_for(over.wait(), LOOKED_EVERY_SECONDS)
        except TimeoutError:
            continue
    return highest


if __name__ == "__main__":
    main()
