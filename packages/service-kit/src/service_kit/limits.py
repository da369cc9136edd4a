"""A limit on request bodies, counted while they arrive, so that a lying Content-Length does not help."""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.problems import MEDIA_TYPE, Problem
from service_kit.refusals import count_refusal


class _TooLarge(HTTPException):
    """The body passed its limit. An HTTPException, because FastAPI turns any other error of a body read into a 400."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(413, f"The body is larger than {max_bytes} bytes.")


class BodyLimit:
    """Answers 413 `body_too_large` when a body is longer than `max_bytes`; nothing of it reaches a route.

    Paths that begin with `beyond` are not limited: what a sidecar posts there is as long as the broker's records.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, beyond: str | None = None) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._beyond = beyond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or (self._beyond and scope["path"].startswith(self._beyond)):
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._max_bytes:
            await self._refuse(scope, send)
            return
        seen, started = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > self._max_bytes:
                    raise _TooLarge(self._max_bytes)
            return message

        async def answer(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, counted, answer)
        except _TooLarge:
            if not started:
                await self._refuse(scope, send)

    async def _refuse(self, scope: Scope, send: Send) -> None:
        problem = Problem(413, "body_too_large", f"The body is larger than {self._max_bytes} bytes.")
        count_refusal(scope["path"], problem.status, problem.code)
        body = json.dumps(problem.document()).encode()
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})
