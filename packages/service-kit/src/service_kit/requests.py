"""Per-request middleware: trace span, correlation id, duration. Plain ASGI, so that streams pass untouched."""

from __future__ import annotations

import logging
import time
from uuid import UUID

import uuid_utils.compat
from fastapi.telemetry import TelemetryConfig
from opentelemetry import propagate
from opentelemetry.trace import SpanKind, Status, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit import context
from service_kit.metrics import REQUEST_SECONDS, exemplar
from service_kit.telemetry import tracer

NO_OTHER_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""For `FastAPI(telemetry=…)`: this middleware makes the request's span and metrics; FastAPI's own would double them."""
logger = logging.getLogger(__name__)

CORRELATION_HEADER = b"x-correlation-id"
_QUIET = ("/health/", "/metrics", "/events/", "/broadcast/")
"""Not requests of anybody: probes and scrapes, and deliveries, which have a span and metrics of their own."""


class RequestContext:
    """Starts a SERVER span from the caller's traceparent and sets the correlation id (the caller's, else a new one).

    The correlation id is answered in `x-correlation-id`.
    """

    def __init__(self, app: ASGIApp, listener: str) -> None:
        self._app = app
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(_QUIET):
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        correlation = _uuid(headers.get(CORRELATION_HEADER)) or uuid_utils.compat.uuid7()
        token = context.correlation_id.set(correlation)
        parent = propagate.extract(
            {k: headers[k.encode()].decode("latin-1") for k in ("traceparent", "tracestate") if k.encode() in headers}
        )
        started, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", [])
                message["headers"] = [*message["headers"], (CORRELATION_HEADER, str(correlation).encode())]
            await send(message)

        with tracer.start_as_current_span(scope["method"], context=parent, kind=SpanKind.SERVER) as span:
            try:
                await self._app(scope, receive, answer)
            finally:
                route = getattr(scope.get("route"), "path", None) or "unmatched"
                span.update_name(f"{scope['method']} {route}")
                span.set_attributes(
                    {"http.request.method": scope["method"], "http.route": route, "http.response.status_code": status}
                )
                if status >= 500:
                    span.set_status(Status(StatusCode.ERROR))
                seconds = time.perf_counter() - started
                REQUEST_SECONDS.labels(scope["method"], route, str(status), self._listener).observe(seconds, exemplar())
                logger.debug(
                    "answered",
                    extra={"method": scope["method"], "route": route, "status": status, "seconds": round(seconds, 4)},
                )
                context.correlation_id.reset(token)


def _uuid(value: bytes | None) -> UUID | None:
    if value is None:
        return None
    try:
        return UUID(value.decode("ascii"))
    except ValueError:
        return None
