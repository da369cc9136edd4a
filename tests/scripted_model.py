"""A model that says what a test has written: an OpenAI-compatible server on a port of its own, streaming as they do.

What it does next is decided by a function of the request, so that a script can look at the line and at what the tools
gave. It runs in a thread of its own, since the platform's processes ask it, too.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One answer of the model: words, calls of tools (name and arguments; a string is sent as it is), or a failure."""

    text: str = ""
    calls: Sequence[tuple[str, Json | str]] = ()
    status: int = 200
    html: bool = False
    hangs: bool = False
    breaks_off: bool = False


Script = Callable[[list[Json]], Step]


@dataclass
class ScriptedModel:
    """What was asked, and what is answered. `script` takes the messages of a request."""

    url: str
    script: Script
    requests: list[Json] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def says(self, *steps: Step) -> None:
        """Answer with these, one after the other; the last one again and again."""
        left = list(steps)
        self.script = lambda _: left.pop(0) if len(left) > 1 else left[0]

    async def answer(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        self.keys.append(request.headers.get("authorization", ""))
        step = self.script(body["messages"])
        if step.html:
            return HTMLResponse("<!doctype html><title>Sign in to the network</title><p>Welcome")
        if step.status != 200:
            return JSONResponse({"error": {"message": "scripted", "type": "scripted"}}, step.status)
        if step.hangs:
            await asyncio.sleep(3600)
        return StreamingResponse(_streamed(step), media_type="text/event-stream")


async def _streamed(step: Step) -> AsyncIterator[bytes]:
    def chunk(delta: Json, finish: str | None = None, **more: Any) -> bytes:
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        shape = {"id": "scripted", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
        return b"data: " + json.dumps({**shape, "choices": choices, **more}).encode() + b"\n\n"

    yield chunk({"role": "assistant", "content": ""})
    for word in step.text.split(" ") if step.text else []:
        yield chunk({"content": word + " "})
    if step.breaks_off:
        raise ConnectionResetError("scripted")
    for place, (name, arguments) in enumerate(step.calls):
        said = arguments if isinstance(arguments, str) else json.dumps(arguments)
        call = {"index": place, "id": f"call_{id(step)}_{place}", "type": "function"}
        yield chunk({"tool_calls": [{**call, "function": {"name": name, "arguments": ""}}]})
        for at in range(0, len(said), 12):
            yield chunk({"tool_calls": [{"index": place, "function": {"arguments": said[at : at + 12]}}]})
    yield chunk({}, "tool_calls" if step.calls else "stop")
    usage = {"prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100}
    yield chunk({}, None, usage=usage)
    yield b"data: [DONE]\n\n"


def line_of(messages: list[Json]) -> str:
    """Return the line of the person that is being answered."""
    return next(str(m["content"]) for m in reversed(messages) if m["role"] == "user")


def given_since(messages: list[Json]) -> list[Json]:
    """Return what tools have given since the person's line."""
    at = max(n for n, m in enumerate(messages) if m["role"] == "user")
    return [json.loads(m["content"]) for m in messages[at:] if m["role"] == "tool"]


@contextmanager
def scripted_model(port: int = 0) -> Iterator[ScriptedModel]:
    """Run one for as long as the block lasts."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    model = ScriptedModel(f"http://127.0.0.1:{listening.getsockname()[1]}/v1", lambda _: Step("Hello."))
    app = Starlette(routes=[Route("/v1/chat/completions", model.answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.should_exit = server.force_exit = True
        thread.join(5)
        listening.close()
