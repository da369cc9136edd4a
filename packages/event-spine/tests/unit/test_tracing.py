"""Spans of bulks and deliveries come from the spans that made their events, whoever else is at work meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from event_spine import tracing
from event_spine.tracing import MAX_LINKS, receive_span, send_span, span_context_of, traceparent_of
from opentelemetry import propagate, trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

ONE, OTHER = (f"00-{number:032x}-{number:016x}-01" for number in (1, 2))


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    return exporter


@pytest.mark.parametrize("span", [send_span, receive_span])
def test_what_comes_of_one_act_is_a_child_of_it(span: Any, exported: InMemorySpanExporter) -> None:
    with span("task-events", [ONE, ONE], 2):
        pass
    [made] = exported.get_finished_spans()
    assert made.parent is not None
    assert (made.context.trace_id, made.parent.span_id, len(made.links)) == (1, 1, 1)
    assert made.attributes["messaging.batch.message_count"] == 2


@pytest.mark.parametrize("span", [send_span, receive_span])
def test_what_comes_of_many_is_linked_to_them_and_no_child_of_what_happens_to_run(
    span: Any, exported: InMemorySpanExporter
) -> None:
    many = [ONE, OTHER, *(f"00-{number:032x}-{number:016x}-01" for number in range(3, 100))]
    with TracerProvider().get_tracer("t").start_as_current_span("somebody else's"), span("reminders", many, 99):
        pass
    [made] = exported.get_finished_spans()
    assert made.parent is None
    assert [link.context.trace_id for link in made.links] == list(range(1, MAX_LINKS + 1))


@pytest.mark.parametrize("record", [b"{}", b'{"traceparent":null}', b'{"traceparent":"00-nothing"}'])
def test_an_event_without_a_trace_context_has_no_origin(record: bytes, exported: InMemorySpanExporter) -> None:
    with send_span("task-events", [traceparent_of(record)], 1):
        pass
    [made] = exported.get_finished_spans()
    assert (made.parent, list(made.links)) == (None, [])


def test_what_somebody_writes_is_not_taken_for_a_trace_context() -> None:
    title = f'"traceparent":"{OTHER}"'
    assert traceparent_of(json.dumps({"data": {"title": title}}).encode()) is None
    assert traceparent_of(json.dumps({"data": {"title": title}, "traceparent": ONE}).encode()) == ONE


@pytest.mark.parametrize(
    "written",
    [
        ONE,
        ONE.replace("-01", "-00"),
        "",
        ONE[:-1],
        f"{ONE}-x",
        ONE.replace("00-", "ff-", 1),
        f"00-{0:032x}-{1:016x}-01",
    ],
)
def test_a_trace_context_is_read_as_the_sdk_reads_it(written: str) -> None:
    known = trace.get_current_span(propagate.extract({"traceparent": written})).get_span_context()
    assert span_context_of(written) == (known if known.is_valid else None)
