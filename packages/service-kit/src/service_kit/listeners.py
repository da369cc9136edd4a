"""Two listeners in one process: the loopback one that only the sidecar calls, and the open one.

What only Dapr may call is not mounted on the open app, so it can neither be reached from outside nor stand in
openapi.json. On SIGTERM the open door closes first, what is in flight finishes, then the inner one closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import uvicorn
import uvloop
from starlette.types import ASGIApp

# Go's HTTP client keeps idle connections for 90 s; uvicorn's default of 5 s would reset deliveries.
KEEP_ALIVE_SECONDS = 120


class Listener(uvicorn.Server):
    """A uvicorn server that leaves signals to `serve()`."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Do not install signal handlers."""
        yield


def run(process: Coroutine[Any, Any, None]) -> None:
    """Run a process's coroutine on uvloop: uvicorn chooses it only where it makes the loop itself."""
    uvloop.run(process)


async def serve(
    open_app: ASGIApp,
    open_host: str,
    open_port: int,
    inner_app: ASGIApp | None = None,
    inner_port: int | None = None,
    grace_seconds: float = 5.0,
    on_stopping: Callable[[], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. The lifespan of `inner_app` (of `open_app` when there is none) is the process's.

    `on_stopping` is called first, to end open streams. Raises SystemExit(3) when a port is taken.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    servers: list[Listener] = []
    tasks: list[asyncio.Task[None]] = []

    async def start(app: ASGIApp, host: str, port: int, lifespan: bool) -> None:
        server = Listener(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                lifespan="on" if lifespan else "off",
                log_config=None,
                access_log=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=max(1, int(grace_seconds)),
            )
        )
        servers.insert(0, server)
        task = asyncio.create_task(server.serve())
        tasks.insert(0, task)
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn offers no event for "started"
            await asyncio.sleep(0.005)

    if inner_app is not None and inner_port is not None:
        await start(inner_app, "127.0.0.1", inner_port, lifespan=True)
    if not any(task.done() for task in tasks):
        await start(open_app, open_host, open_port, lifespan=inner_app is None)
    # What start-up made lives for ever: each full collection would walk all of it again, a pause of many milliseconds.
    gc.collect()
    gc.freeze()
    # A bulk of 200 events makes some ten thousand objects that all go with it: looking for cycles after each 700 took a
    # fifth of the time that reading them took.
    gc.set_threshold(20_000, 20, 50)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    failed = not stop.is_set()
    if on_stopping is not None:
        on_stopping()
    for server, task in zip(servers, tasks, strict=True):
        server.should_exit = True
        await asyncio.wait([task])
    if failed:
        for task in tasks:
            task.result()
        raise SystemExit(3)
