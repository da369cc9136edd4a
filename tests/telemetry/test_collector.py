"""The collector with the configuration of monitoring/: what comes in goes out, lines with their traces, no words."""

from __future__ import annotations

import json
import secrets
import subprocess
from pathlib import Path

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from tests.people import eventually
from tests.telemetry.collecting import CONFIGURATION, collecting, program
from tests.telemetry.receiver import receiving

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]  # the collector is built when it is absent


def validated(file: Path) -> subprocess.CompletedProcess[str]:
    command = [program(), "validate", "--config", file]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_configuration_is_one(tmp_path: Path) -> None:
    said = validated(CONFIGURATION)
    assert said.returncode == 0, said.stderr
    spoilt = tmp_path / "spoilt.yaml"
    spoilt.write_text(CONFIGURATION.read_text().replace("spike_limit_mib", "spike_limit"))
    said = validated(spoilt)
    assert said.returncode != 0
    assert "spike_limit" in said.stderr


def test_a_span_arrives_without_the_words_of_an_address(tmp_path: Path) -> None:
    with receiving() as received, collecting(received.url, tmp_path) as endpoint:
        exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")
        provider = TracerProvider(resource=Resource.create({"service.name": "an-app"}))
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        with provider.get_tracer("t").start_as_current_span("asked") as span:
            span.set_attributes({"url.full": "/v1.0/invoke/tasks?q=rent", "http.route": "/tasks"})
        [arrived] = eventually(lambda: list(received.spans.values()))
    assert (arrived.service, arrived.name, arrived.attributes) == ("an-app", "asked", {"http.route": "/tasks"})
    assert arrived.span_id == format(span.get_span_context().span_id, "016x")


def test_a_line_of_a_pod_arrives_with_its_app_and_its_trace(tmp_path: Path) -> None:
    pods = tmp_path / "pods"
    file = pods / "todo-app_todo-backend-7f9_0c1d2e3f-0000-4000-8000-000000000001" / "todo-backend" / "0.log"
    file.parent.mkdir(parents=True)
    file.touch()
    trace_id, span_id = secrets.token_hex(16), secrets.token_hex(8)
    ours = {"time": "2026-11-22T17:00:00.123+00:00", "level": "WARNING", "message": "store away", "topic": "reminders"}
    ours |= {"app_id": "todo-backend", "trace_id": trace_id, "span_id": span_id}
    with receiving() as received, collecting(received.url, tmp_path, f"{pods}/*/*/*.log"):
        with file.open("a") as written:
            for line in (json.dumps(ours), "no JSON at all"):
                written.write(f"2026-11-22T17:00:00.124000000Z stdout F {line}\n")
        eventually(lambda: len(received.lines) == 2, 30, "both lines arrive")
    told, bare = received.lines
    assert (told.body, told.severity, told.trace_id, told.span_id) == ("store away", "WARNING", trace_id, span_id)
    assert told.resource["service.name"] == "todo-backend"
    assert told.resource["k8s.namespace.name"] == "todo-app"
    assert told.resource["k8s.container.name"] == "todo-backend"
    assert told.attributes["topic"] == "reminders"
    assert (bare.body, bare.trace_id) == ("no JSON at all", "")
