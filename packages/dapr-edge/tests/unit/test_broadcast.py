"""Deliveries of broadcast topics: joined to what they come from, counted, and a bad message alone is passed over."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import orjson
import pytest
from dapr_edge.broadcast import ROUTES, subscribe_broadcasts
from event_spine import tracing
from fastapi import FastAPI
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from prometheus_client import REGISTRY

TOPIC = "task-updates"
PARENT = f"00-{7:032x}-{7:016x}-01"


def _message(number: int) -> dict[str, Any]:
    body = orjson.dumps({"traceparent": PARENT, "data": {"number": number}})
    metadata = {"__partition": "0", "__offset": str(number), "__topic": TOPIC}
    return {"entryId": str(number), "event": base64.b64encode(body).decode(), "metadata": metadata}


@pytest.mark.parametrize("bulk", [True, False])
async def test_a_delivery_is_a_span_of_the_act_that_it_tells_of(bulk: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    heard: list[int] = []

    async def hear(data: dict[str, Any]) -> None:
        heard.append(data["number"])

    app = FastAPI()
    subscribe_broadcasts(app, {TOPIC: hear}, bulk=[TOPIC] if bulk else [])
    one = {"data_base64": _message(0)["event"]}
    document = {"topic": TOPIC, "entries": [_message(0), _message(1)]} if bulk else one
    before = _counted()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as client:
        answer = await client.post(ROUTES + TOPIC, json=document)
    assert answer.status_code == 200
    assert heard == ([0, 1] if bulk else [0])
    [made] = exporter.get_finished_spans()
    assert made.parent is not None
    assert (made.kind, made.context.trace_id, made.parent.span_id) == (SpanKind.CONSUMER, 7, 7)
    assert _counted() == before + len(heard)


def _counted() -> float:
    return REGISTRY.get_sample_value("event_broadcast_hints_total", {"topic": TOPIC}) or 0.0
