"""OpenTelemetry traces that join across the broker: W3C trace context travels inside each event.

Without OTEL_EXPORTER_OTLP_ENDPOINT spans are made (their ids stand in logs and events) and sent nowhere.
Conventions: OpenTelemetry semantic conventions for messaging; a delivery is a CONSUMER span linked to its producer.
"""

from __future__ import annotations

import os

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

tracer = trace.get_tracer("todo-platform")


def configure(app_id: str, replica: int = 0) -> None:
    """Install the tracer provider of this process; spans are exported when an OTLP endpoint is set."""
    provider = TracerProvider(
        resource=Resource.create({"service.name": app_id, "service.instance.id": f"{app_id}-{replica}"})
    )
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(), schedule_delay_millis=1000))
    trace.set_tracer_provider(provider)


def shutdown() -> None:
    """Flush what is not exported yet."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()


def current_traceparent() -> str | None:
    """Return the W3C traceparent of the current span, or None outside of any."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")
