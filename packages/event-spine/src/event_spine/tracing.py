"""The spans of publishing and of delivery, joined to those that made the events: trace context travels in each event.

OpenTelemetry semantic conventions for messaging: a bulk that is published is a `send` span of kind PRODUCER, a push
delivery a `process` span of kind CONSUMER; both are linked to the creation context of every event. Where all events are
of one creation context the span is also a child of it, so that a single act is one trace.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags

if TYPE_CHECKING:
    from event_spine.records import Delivered

MAX_LINKS = 32
SENT_LINKS = 8
"""Of a bulk, which the relay must not be slowed by; each delivery of its events is linked to more."""
_tracer = trace.get_tracer("event-spine")
_VERSION_0 = re.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NAME = b'"traceparent":'
_VALUE = re.compile(rb'\s?"([0-9a-f-]{55})"')


@contextmanager
def send_span(topic: str, traceparents: Iterable[str | None], messages: int) -> Generator[Span]:
    """Run the body, which publishes `messages` events made in these trace contexts, inside the span of publishing."""
    known = _few(traceparents)
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": topic,
        "messaging.batch.message_count": messages,
    }
    with _tracer.start_as_current_span(
        f"send {topic}", context=_parent(known), kind=SpanKind.PRODUCER, links=_links(known), attributes=attributes
    ) as span:
        yield span


@contextmanager
def process_span(delivered: Sequence[Delivered], messages: int | None = None) -> Generator[Span | None]:
    """Run the body inside the span of this delivery; None (and no span) for a delivery without readable events.

    `messages`: how many there are in the delivery, where these are only its first.
    """
    if not delivered:
        yield None
        return
    first = delivered[0]
    attributes: dict[str, str] = {"messaging.destination.partition.id": str(first.record.partition)}
    if len(delivered) == 1:
        attributes["messaging.message.id"] = str(first.event.id)
    parents = [item.event.traceparent for item in delivered]
    with receive_span(first.record.topic, parents, messages or len(delivered), attributes) as span:
        yield span


@contextmanager
def receive_span(
    topic: str, traceparents: Sequence[str | None], messages: int, more: dict[str, str] | None = None
) -> Generator[Span]:
    """Run the body inside the span of a delivery of messages that carry these trace contexts."""
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
        "messaging.batch.message_count": messages,
        **(more or {}),
    }
    known = _few(traceparents)
    with _tracer.start_as_current_span(
        f"process {topic}", context=_parent(known), kind=SpanKind.CONSUMER, links=_links(known), attributes=attributes
    ) as span:
        yield span


def traceparent_of(record: bytes) -> str | None:
    """Read the traceparent of an event that is on its way out, without decoding it; None where it has none.

    What people write cannot be taken for one: inside of a JSON string the quotes would be escaped.
    """
    at = record.rfind(_NAME)
    found = _VALUE.match(record, at + len(_NAME)) if at >= 0 else None
    return None if found is None else found[1].decode()


def span_context_of(traceparent: str | None) -> SpanContext | None:
    """Read a W3C traceparent of version 00; None when it is absent or malformed.

    The propagator of the SDK reads the same and takes ten times as long, which counts for each event of a bulk.
    """
    found = _VERSION_0.fullmatch(traceparent) if traceparent else None
    if found is None:
        return None
    ids = int(found[1], 16), int(found[2], 16)
    context = SpanContext(*ids, is_remote=True, trace_flags=TraceFlags(int(found[3], 16)))
    return context if context.is_valid else None


def _parent(traceparents: Sequence[str | None]) -> Context:
    """The context that a span is a child of: the only one there is. An empty one is no parent, whatever is current."""
    only = span_context_of(traceparents[0]) if len(traceparents) == 1 else None
    return Context() if only is None else trace.set_span_in_context(NonRecordingSpan(only), Context())


def _few(traceparents: Iterable[str | None]) -> list[str | None]:
    # Few are read, for reading all of a full bulk costs as much as decoding it.
    return list(islice(dict.fromkeys(traceparents), MAX_LINKS))


def _links(traceparents: Sequence[str | None]) -> list[Link]:
    contexts = map(span_context_of, traceparents)
    return [Link(context) for context in contexts if context is not None]
