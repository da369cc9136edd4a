"""The span of a delivery, joined to the spans that made its events: trace context travels inside each event.

OpenTelemetry semantic conventions for messaging: a push delivery is a `process` span of kind CONSUMER, linked to the
creation context of every event. A batch of one event is also a child of it, so that a single act is one trace.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from opentelemetry import propagate, trace
from opentelemetry.trace import Link, Span, SpanContext, SpanKind

if TYPE_CHECKING:
    from event_spine.records import Delivered

MAX_LINKS = 32
_tracer = trace.get_tracer("event-spine")


@contextmanager
def process_span(delivered: Sequence[Delivered], messages: int | None = None) -> Generator[Span | None]:
    """Run the body inside the span of this delivery; None (and no span) for a delivery without readable events.

    `messages`: how many there are in the delivery, where these are only its first.
    """
    if not delivered:
        yield None
        return
    first = delivered[0]
    topic = first.record.topic
    parents = [item.event.traceparent for item in delivered]
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(first.record.partition),
        "messaging.batch.message_count": messages or len(delivered),
    }
    parent = None
    if len(delivered) == 1:
        parent = propagate.extract({"traceparent": parents[0]}) if parents[0] else None
        attributes["messaging.message.id"] = str(first.event.id)
    with _tracer.start_as_current_span(
        f"process {topic}", context=parent, kind=SpanKind.CONSUMER, links=_links(parents), attributes=attributes
    ) as span:
        yield span


def span_context_of(traceparent: str | None) -> SpanContext | None:
    """Read a W3C traceparent; None when it is absent or malformed."""
    if not traceparent:
        return None
    found = trace.get_current_span(propagate.extract({"traceparent": traceparent})).get_span_context()
    return found if found.is_valid else None


def _links(traceparents: Sequence[str | None]) -> list[Link]:
    # Few are read, for reading all of a full bulk costs as much as decoding it.
    contexts = map(span_context_of, islice(dict.fromkeys(traceparents), MAX_LINKS))
    return [Link(context) for context in contexts if context is not None]
