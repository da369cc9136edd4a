"""Calls that were not answered: what only reads is asked again, in time; what changes something is not."""

from __future__ import annotations

import asyncio
from uuid import UUID

import httpx
import pytest
from dapr_edge import invocation
from dapr_edge.errors import CalleeUnavailable
from dapr_edge.invocation import Invoker
from dapr_edge.service_tokens import ServiceTokens
from event_contracts.edges import ADVANCE_SERIES, READ_HISTORY, Edge
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from prometheus_client import REGISTRY

USER = UUID(int=1)


class Sidecar:
    """Answers with the given statuses, the last one for ever, `seconds` after the question."""

    def __init__(self, *statuses: int, seconds: float = 0.0) -> None:
        self.statuses = list(statuses)
        self.seconds = seconds
        self.asked = 0
        self.traceparents: list[str | None] = []

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        self.traceparents.append(request.headers.get("traceparent"))
        try:
            await asyncio.wait_for(asyncio.Event().wait(), self.seconds)
        except TimeoutError:
            pass
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return httpx.Response(status, content=b'{"errorCode":"ERR_DIRECT_INVOKE"}' if status == 500 else b"{}")


@pytest.fixture
def tokens(keys: dict[str, ServiceTokens]) -> ServiceTokens:
    return keys["todo-backend"]


def _ask(tokens: ServiceTokens, sidecar: Sidecar, edge: Edge = READ_HISTORY) -> httpx.Response:
    async def ask() -> httpx.Response:
        invoker = Invoker(3500, "token", tokens, transport=httpx.MockTransport(sidecar.answer))
        path = {"user_id": USER, "task_id": USER, "series_id": USER}
        try:
            return await invoker.call(edge, path, USER)
        finally:
            await invoker.close()

    return asyncio.run(ask())


def test_a_read_is_asked_again_until_it_is_answered(tokens: ServiceTokens) -> None:
    sidecar = Sidecar(500, 503, 200)
    assert (_ask(tokens, sidecar).status_code, sidecar.asked) == (200, 3)


def test_a_read_is_given_up_after_three_goes(tokens: ServiceTokens) -> None:
    sidecar = Sidecar(500)
    with pytest.raises(CalleeUnavailable, match="audit-service: status 500"):
        _ask(tokens, sidecar)
    assert sidecar.asked == 3


def test_a_change_is_asked_for_once(tokens: ServiceTokens) -> None:
    sidecar = Sidecar(500, 200)
    with pytest.raises(CalleeUnavailable):
        _ask(tokens, sidecar, ADVANCE_SERIES)
    assert sidecar.asked == 1


def test_what_the_callee_refuses_is_its_answer(tokens: ServiceTokens) -> None:
    sidecar = Sidecar(404, 200)
    assert (_ask(tokens, sidecar).status_code, sidecar.asked) == (404, 1)


def test_no_further_go_begins_when_it_would_come_too_late(tokens: ServiceTokens) -> None:
    edge = Edge(READ_HISTORY.caller, READ_HISTORY.callee, "GET", READ_HISTORY.route, "a hurry", 0.15)
    sidecar = Sidecar(500, seconds=0.06)
    with pytest.raises(CalleeUnavailable):
        _ask(tokens, sidecar, edge)
    assert sidecar.asked == 1


def test_a_call_is_a_span_of_its_own_and_hands_it_on(tokens: ServiceTokens, monkeypatch: pytest.MonkeyPatch) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(invocation, "_tracer", provider.get_tracer("test"))
    sidecar = Sidecar(503, 200)
    _ask(tokens, sidecar)
    [made] = exporter.get_finished_spans()
    assert (made.name, made.kind) == (f"GET {READ_HISTORY.route}", SpanKind.CLIENT)
    assert made.attributes["server.address"] == "audit-service"
    ids = f"00-{made.context.trace_id:032x}-{made.context.span_id:016x}"
    assert [(told or "")[:-3] for told in sidecar.traceparents] == [ids, ids], "each go belongs to the call"


@pytest.mark.parametrize(("status", "counted"), [(404, "404"), (500, "none")])
def test_a_call_is_counted_with_what_came_of_it(tokens: ServiceTokens, status: int, counted: str) -> None:
    labels = {"url_template": ADVANCE_SERIES.route, "server_address": "todo-backend", "http_request_method": "POST"}
    labels["http_response_status_code"] = counted
    name = "http_client_request_duration_seconds_count"
    before = REGISTRY.get_sample_value(name, labels) or 0
    try:
        _ask(tokens, Sidecar(status), ADVANCE_SERIES)
    except CalleeUnavailable:
        assert counted == "none"
    assert REGISTRY.get_sample_value(name, labels) == before + 1
