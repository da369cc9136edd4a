"""Who stands at the other end of channels in these tests: real servers on this machine, each with its faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from local_runtime import ports


@dataclass(slots=True)
class Got:
    """One request that was received."""

    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Got], Awaitable[web.StreamResponse] | web.StreamResponse]


def fine(_: Got) -> web.Response:
    return web.Response(text="thanks")


@dataclass(slots=True)
class Receiver:
    """An HTTP server that keeps what it got; `answer` says what it does with it."""

    port: int
    got: list[Got] = field(default_factory=list[Got])
    answer: Answer = fine
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def stall(self, _: Got) -> web.Response:
        """Take the request and say nothing until the test is over."""
        await self.released.wait()
        return web.Response()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A server that runs as long as the block."""
    receiver = Receiver(ports.any_free())

    async def handle(request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        got = Got(request.path_qs, headers, await request.read())
        receiver.got.append(got)
        answer = receiver.answer(got)
        return answer if isinstance(answer, web.StreamResponse) else await answer

    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", receiver.port).start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        await runner.cleanup()
