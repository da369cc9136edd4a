"""`/mcp` on the open listener: who asks is known, and may ask from where they do, before the protocol sees anything.

Stateless: every request stands alone, so that any replica answers any of them. The SDK speaks both generations of the
protocol (2026-07-28 with `server/discover`, and those that begin with `initialize`). It is imported when the first
request comes, since it costs a second and tens of megabytes that a process without such clients does not need.
"""

from __future__ import annotations

import asyncio
import logging
from importlib import import_module
from typing import Any

from service_kit.problems import Problem, problem_response
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from todo_backend.doors.mcp.metadata import metadata_url
from todo_backend.doors.rest.identity import authenticated
from todo_backend.doors.rest.refusals import problem_of
from todo_backend.errors import TodoError

logger = logging.getLogger(__name__)

CALLER = "todo.caller"
"""Where the scope of a request has its caller, for the handlers behind the SDK."""
_START_SECONDS = 30.0


class McpDoor:
    """The ASGI application of `/mcp`. `run` holds the SDK's tasks and is one of the process's loops."""

    def __init__(self) -> None:
        self._wanted = asyncio.Event()
        self._ready = asyncio.Event()
        self._manager: Any = None

    async def run(self, stop: asyncio.Event) -> None:
        """Wait for the first request, then serve until `stop`."""
        if not await _first(self._wanted, stop):
            return
        try:
            module = await asyncio.to_thread(import_module, "todo_backend.doors.mcp.server")
            manager = module.session_manager()
            async with manager.run():
                self._manager = manager
                self._ready.set()
                await stop.wait()
        except Exception:
            # Nobody waits for this loop before the process ends: without this line it would be gone in silence.
            logger.exception("the MCP door is shut")
            raise
        finally:
            self._ready.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        try:
            _check(request)
            scope[CALLER] = await authenticated(request)
            await self._begun()
        except TodoError as error:
            await _refusal(request, problem_of(error))(scope, receive, send)
        except Problem as problem:
            await _refusal(request, problem)(scope, receive, send)
        else:
            await self._manager.handle_request(scope, receive, send)

    async def _begun(self) -> None:
        if self._ready.is_set():
            return
        self._wanted.set()
        try:
            await asyncio.wait_for(self._ready.wait(), _START_SECONDS)
        except TimeoutError as error:
            raise Problem(503, "unavailable", "This cannot be answered at the moment; try again.") from error


def _check(request: Request) -> None:
    if request.headers.get("origin") is not None:
        # Only browsers say where a request comes from; a page has REST through its own server.
        raise Problem(403, "origin_refused", "Pages may not ask here; programs may, and send no Origin.")
    if request.method != "POST":
        raise Problem(
            405, "method_not_allowed", "Each request is a POST; there are no sessions.", headers={"Allow": "POST"}
        )


def _refusal(request: Request, problem: Problem) -> Response:
    if problem.status == 401:
        # RFC 9728: where a client learns what token it needs.
        shown = request.headers.get("authorization") is not None
        why = f' error="invalid_token", error_description="{problem.title}",' if shown else ""
        told = f'Bearer realm="todo",{why} resource_metadata="{metadata_url(request)}"'
        problem.headers = {**(problem.headers or {}), "WWW-Authenticate": told}
    return problem_response(problem, request.url.path)


async def _first(wanted: asyncio.Event, stop: asyncio.Event) -> bool:
    waits = [asyncio.create_task(wanted.wait()), asyncio.create_task(stop.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return wanted.is_set() and not stop.is_set()
