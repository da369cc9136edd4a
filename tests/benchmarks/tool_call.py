"""What a tool call costs beside the same REST call: `python -m tests.benchmarks.tool_call`.

Pairs of one REST request and one MCP call that do the same, one after the other on one connection each, in turn which
goes first, so that both meet the same machine. Bytes over HTTP as any client sends them: what a client's own library
costs is not counted. Writes docs/benchmarks/tool_call.json.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
from local_runtime.platform import Platform

from tests.benchmarks.figures import percentiles
from tests.benchmarks.report import arguments, write
from tests.benchmarks.stage import stage
from tests.people import Person

WARM_UP = 50
GENERATIONS = {
    "2026-07-28": {"mcp-protocol-version": "2026-07-28"},
    "2025-11-25": {"mcp-protocol-version": "2025-11-25"},
}
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def main() -> None:
    chosen = arguments(__doc__, "tool_call", rate=20, seconds=30)
    pairs = int(chosen.rate * chosen.seconds)
    with stage("tool_call") as platform:
        figures = {name: measured(platform, headers, pairs) for name, headers in GENERATIONS.items()}
    write(chosen.out, {"pairs": pairs, "tool_call": figures})


def measured(platform: Platform, generation: dict[str, str], pairs: int) -> dict[str, Any]:
    """Do each act by REST and by tool, and return how long both took and what the tool added."""
    person = Person.sign_up(platform.url("todo-backend"))
    tasks = [person.add(f"Task {n}") for n in range(20)]
    calls = Calls(person, generation)
    acts: dict[str, tuple[Callable[[int], None], Callable[[int], None]]] = {
        "read": (
            lambda n: calls.rest("GET", f"tasks/{tasks[n % 20]['id']}"),
            lambda n: calls.tool("get_task", {"task": tasks[n % 20]["id"]}),
        ),
        "create": (
            lambda n: calls.rest("POST", "tasks", {"title": f"By REST {n}"}),
            lambda n: calls.tool("add_task", {"title": f"By tool {n}"}),
        ),
        "change": (
            lambda n: calls.rest("PATCH", f"tasks/{tasks[n % 20]['id']}", {"notes": f"by REST {n}"}),
            lambda n: calls.tool("change_task", {"task": tasks[n % 20]["id"], "notes": f"by tool {n}"}),
        ),
    }
    return {act: _beside(rest, tool, pairs) for act, (rest, tool) in acts.items()}


class Calls:
    """One person's requests, on a connection of its own for each door."""

    def __init__(self, person: Person, generation: dict[str, str]) -> None:
        self._person = person
        self._generation = generation
        self._modern = generation["mcp-protocol-version"] == ENVELOPE["io.modelcontextprotocol/protocolVersion"]
        self._mcp = httpx.Client(base_url=person.base_url)

    def rest(self, method: str, path: str, body: Any = None) -> None:
        """Ask by REST."""
        answer = self._person.ask(method, path, json=body)
        assert answer.is_success, answer.text

    def tool(self, name: str, given: dict[str, Any]) -> None:
        """Call a tool."""
        params: dict[str, Any] = {"name": name, "arguments": given}
        headers = {"accept": "application/json, text/event-stream", **self._person.headers, **self._generation}
        if self._modern:
            params["_meta"] = ENVELOPE
            headers |= {"mcp-method": "tools/call", "mcp-name": name}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        answer = self._mcp.post("/mcp", json=call, headers=headers)
        assert answer.status_code == 200, answer.text
        assert not json.loads(answer.content)["result"].get("isError"), answer.text


def _beside(rest: Callable[[int], None], tool: Callable[[int], None], pairs: int) -> dict[str, Any]:
    took: dict[str, list[float]] = {"rest": [], "tool": []}
    doors = [("rest", rest), ("tool", tool)]
    for n in range(WARM_UP + pairs):
        for door, ask in doors if n % 2 else reversed(doors):
            began = time.perf_counter()
            ask(n)
            if n >= WARM_UP:
                took[door].append(time.perf_counter() - began)
    added = [by_tool - by_rest for by_rest, by_tool in zip(took["rest"], took["tool"], strict=True)]
    return {
        "rest_milliseconds": percentiles(took["rest"]),
        "tool_milliseconds": percentiles(took["tool"]),
        "added_milliseconds": percentiles(added),
    }


if __name__ == "__main__":
    main()
