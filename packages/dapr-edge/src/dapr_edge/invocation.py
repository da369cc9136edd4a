"""Calling another app through Dapr service invocation, over one kept-alive connection pool.

The SDK's invoke opens a new session per call; this uses the sidecar's HTTP route with a pool instead.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
from event_contracts.edges import Edge
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind, Status, StatusCode
from service_kit import context
from service_kit.metrics import CALL_SECONDS, exemplar
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, stop_before_delay, wait_fixed

from dapr_edge.errors import CalleeUnavailable
from dapr_edge.service_tokens import HEADER, ServiceTokens

_tracer = trace.get_tracer("dapr-edge")
_UNREACHED = frozenset({502, 503, 504})
_READS, _PAUSE_SECONDS = 3, 0.1


class Invoker:
    """Calls the routes of edges whose caller this app is, each within the edge's deadline."""

    def __init__(
        self,
        dapr_http_port: int,
        dapr_api_token: str,
        tokens: ServiceTokens,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._tokens = tokens
        self._client = httpx.AsyncClient(
            transport=transport,
            base_url=f"http://127.0.0.1:{dapr_http_port}/v1.0/invoke",
            headers={"dapr-api-token": dapr_api_token},
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
        )

    async def call(
        self,
        edge: Edge,
        path_parameters: dict[str, Any],
        acting_user: UUID | None,
        json: Any = None,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Call and return whatever the callee answered. Raises CalleeUnavailable when nothing usable came back.

        What only reads is asked again, twice at most, where time is left within the edge's deadline.
        """
        path = edge.route.format(**path_parameters)
        sent = {HEADER: self._tokens.mint(edge.callee, acting_user), **(headers or {})}
        if correlation := context.correlation_id.get():
            sent.setdefault("x-correlation-id", str(correlation))
        began = time.monotonic()

        async def attempt() -> httpx.Response:
            left = None if edge.deadline_seconds is None else edge.deadline_seconds - (time.monotonic() - began)
            request = self._client.build_request(
                edge.method, f"/{edge.callee}/method{path}", json=json, params=query, headers=sent, timeout=left
            )
            return await self._answer_of(request, edge)

        with calling(edge) as told:
            propagate.inject(sent)
            answer = await _again(edge)(attempt)
            told.append(answer.status_code)
            return answer

    async def _answer_of(self, request: httpx.Request, edge: Edge) -> httpx.Response:
        try:
            answer = await self._client.send(request)
        except httpx.HTTPError as error:
            raise CalleeUnavailable(f"{edge.callee}: {type(error).__name__}") from error
        if answer.status_code in _UNREACHED or _is_sidecar_error(answer):
            raise CalleeUnavailable(f"{edge.callee}: status {answer.status_code}")
        return answer

    async def close(self) -> None:
        """Close the connections to the sidecar."""
        await self._client.aclose()


@contextmanager
def calling(edge: Edge) -> Generator[list[int]]:
    """Run a call of an edge inside a CLIENT span and count it; the body appends the status that was answered."""
    attributes = {"http.request.method": edge.method, "url.template": edge.route, "server.address": edge.callee}
    answered: list[int] = []
    began = time.perf_counter()
    with _tracer.start_as_current_span(
        f"{edge.method} {edge.route}", kind=SpanKind.CLIENT, attributes=attributes, record_exception=False
    ) as span:
        try:
            yield answered
        finally:
            status = str(answered[0]) if answered else "none"
            if answered:
                span.set_attribute("http.response.status_code", answered[0])
            if not answered or answered[0] >= 400:
                span.set_status(Status(StatusCode.ERROR))
            CALL_SECONDS.labels(edge.method, edge.route, edge.callee, status).observe(
                time.perf_counter() - began, exemplar()
            )


def _again(edge: Edge) -> AsyncRetrying:
    """What asks again: only what reads, and only where another answer can still come in time."""
    enough = stop_after_attempt(_READS if edge.method == "GET" else 1)
    if edge.deadline_seconds is not None:
        enough = enough | stop_before_delay(edge.deadline_seconds)
    wait = wait_fixed(_PAUSE_SECONDS)
    return AsyncRetrying(retry=retry_if_exception_type(CalleeUnavailable), stop=enough, wait=wait, reraise=True)


def _is_sidecar_error(answer: httpx.Response) -> bool:
    return answer.status_code == 500 and b"ERR_DIRECT_INVOKE" in answer.content


def sidecar_check(dapr_http_port: int) -> Any:
    """Return a health check that asks the sidecar whether its components are up."""

    async def check() -> None:
        async with httpx.AsyncClient(timeout=1.5) as client:
            (await client.get(f"http://127.0.0.1:{dapr_http_port}/v1.0/healthz/outbound")).raise_for_status()

    return check
