"""How soon the chat begins to answer: `python -m tests.benchmarks.chat`.

People add, list and complete by chat at a steady rate, each in a conversation of their own, the way their page's server
asks: invocation through the frontend's sidecar and the backend's. Counted from the appointed time of the line to the
first text of the answer, and to its end; the act is committed and the conversation stored in between. Writes
docs/benchmarks/chat.json.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from local_runtime.platform import Platform

from tests.benchmarks.figures import percentiles
from tests.benchmarks.load import client, keep_pace
from tests.benchmarks.report import arguments, write
from tests.benchmarks.stage import stage
from tests.people import Person

PEOPLE = 20
WARM_UP = 80
"""Lines that are not counted, at the same rate: everybody's first of each kind."""
LINES = (
    "add water plant {0} every 3 days after completion",
    "what is due today",
    "add call Ada {0} tomorrow at 9:00",
    "done with water plant {0}",
)


@dataclass
class Turns:
    """What the turns saw, in seconds from their appointed times."""

    first_text: list[float] = field(default_factory=list)
    end: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def main() -> None:
    chosen = arguments(__doc__, "chat", rate=5, seconds=60)
    with stage("chat") as platform:
        turns = asyncio.run(measured(platform, chosen.rate, int(chosen.rate * chosen.seconds)))
    figures: dict[str, Any] = {
        "per_second": chosen.rate,
        "seconds": chosen.seconds,
        "first_text_milliseconds": percentiles(turns.first_text),
        "whole_answer_milliseconds": percentiles(turns.end),
    }
    write(chosen.out, {"chat": figures})


async def measured(platform: Platform, rate: float, total: int) -> Turns:
    """Say lines at a rate and return how long the answers took."""
    people = [Person.sign_up(platform.url("todo-backend")) for _ in range(PEOPLE)]
    invoke = platform.sidecar_url("todo-frontend") + "/v1.0/invoke/todo-backend/method"
    turns = Turns()
    async with client() as session:

        async def say(n: int, appointed: float) -> None:
            person = people[n % PEOPLE]
            headers = {**person.headers, **platform.dapr_headers}
            said = body(n // PEOPLE)
            async with session.post(invoke + person.path("chat"), json=said, headers=headers) as answer:
                first, last, failure = await read(answer)
            if failure:
                turns.failures.append(failure)
            elif n >= WARM_UP:
                turns.first_text.append(first - appointed)
                turns.end.append(last - appointed)

        await keep_pace(say, rate, WARM_UP + total)
    assert not turns.failures, turns.failures[:3]
    return turns


def body(turn: int) -> dict[str, Any]:
    """What useChat posts for the line that a person says in a turn."""
    line = LINES[turn % len(LINES)].format(turn // len(LINES))
    message = {"id": f"m{turn}", "role": "user", "parts": [{"type": "text", "text": line}]}
    return {"id": "bench", "messages": [message], "trigger": "submit-message", "messageId": None}


async def read(answer: aiohttp.ClientResponse) -> tuple[float, float, str]:
    """Return when the first text was here and when the stream had ended, and what was wrong with it."""
    if answer.status != 200:
        return 0, 0, f"{answer.status} {(await answer.text())[:200]}"
    first, parts = 0.0, list[dict[str, Any]]()
    async for line in answer.content:
        if line.startswith(b"data: {"):
            parts.append(json.loads(line[6:]))
            if not first and parts[-1]["type"] == "text-delta":
                first = time.perf_counter()
    return first, time.perf_counter(), "" if _is_whole(parts, first) else f"an odd answer: {parts}"[:500]


def _is_whole(parts: Sequence[dict[str, Any]], first: float) -> bool:
    kinds = [part["type"] for part in parts]
    return first > 0 and "tool-output-available" in kinds and kinds[-1] == "finish"


if __name__ == "__main__":
    main()
