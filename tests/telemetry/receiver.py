"""A receiver of OTLP over HTTP: it takes what real processes export, and keeps it as spans and lines of logs.

OpenTelemetry Protocol 1.x: POST /v1/traces with an ExportTraceServiceRequest, in protobuf or in JSON, gzipped or not;
/otlp/v1/logs with an ExportLogsServiceRequest, as Loki takes them.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1 import trace_pb2

from tests.serving import serving

Context = tuple[str, str]
"""Trace id and span id, in hexadecimal."""


@dataclass(frozen=True)
class Span:
    """One span, ids in hexadecimal. `parent` is empty for the first of a trace; `links` are other spans' contexts."""

    service: str
    scope: str
    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: str
    attributes: dict[str, str] = field(hash=False)
    links: tuple[Context, ...] = ()

    @property
    def context(self) -> Context:
        return self.trace_id, self.span_id

    @property
    def origins(self) -> set[Context]:
        """The spans that this one came from: its parent, and those that it is linked to."""
        return {*self.links, *([(self.trace_id, self.parent_id)] if self.parent_id else [])}


@dataclass(frozen=True)
class Line:
    """One line of a log; `resource` is whose it is."""

    resource: dict[str, str]
    body: str
    severity: str
    trace_id: str
    span_id: str
    attributes: dict[str, str]


@dataclass
class Received:
    """What has arrived so far: the spans by their context, the lines in their order, and the bodies as they came."""

    url: str = ""
    spans: dict[Context, Span] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def of(self, service: str, kind: str, **attributes: str) -> list[Span]:
        """The spans of a service of one kind that have these attributes (a dot is written as two underscores)."""
        wanted = {name.replace("__", "."): value for name, value in attributes.items()}.items()
        found = list(self.spans.values())
        return [s for s in found if (s.service, s.kind) == (service, kind) and wanted <= s.attributes.items()]

    def ancestors(self, span: Span) -> list[Span]:
        """The parent of a span, its parent and so on, as far as they were received."""
        found: list[Span] = []
        while parent := self.spans.get((span.trace_id, span.parent_id)):
            found.append(parent)
            span = parent
        return found


@contextmanager
def receiving(port: int = 0) -> Iterator[Received]:
    """A receiver that runs as long as the block."""
    state = Received()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            as_json = self.headers.get("content-type", "").startswith("application/json")
            try:
                if self.path == "/otlp/v1/logs":
                    state.lines.extend(_lines(ExportLogsServiceRequest.FromString(body)))
                    self._answer(200, b"", "application/x-protobuf")
                    return
                if self.path != "/v1/traces":
                    raise ValueError(f"nothing is taken at {self.path}")
                asked = _parsed(body, as_json=as_json)
            except (ValueError, KeyError, DecodeError, json_format.ParseError) as wrong:
                state.refused.append(repr(wrong))
                self._answer(400, b"", "text/plain")
                return
            state.bodies.append(body)
            state.spans.update((span.context, span) for span in _spans(asked))
            answer = ExportTraceServiceResponse()
            if as_json:
                self._answer(200, json_format.MessageToJson(answer).encode(), "application/json")
            else:
                self._answer(200, answer.SerializeToString(), "application/x-protobuf")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with serving(Handler, port) as state.url:
        yield state


def _parsed(body: bytes, *, as_json: bool) -> ExportTraceServiceRequest:
    if not as_json:
        return ExportTraceServiceRequest.FromString(body)
    # OTLP's JSON writes ids in hexadecimal, where the JSON of protobuf has base64.
    asked = json_format.Parse(body, ExportTraceServiceRequest())
    for resource in asked.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                span.trace_id, span.span_id = _from_hex(span.trace_id), _from_hex(span.span_id)
                span.parent_span_id = _from_hex(span.parent_span_id)
    return asked


def _from_hex(read: bytes) -> bytes:
    return bytes.fromhex(base64.b64encode(read).decode().rstrip("=")) if read else b""


def _spans(asked: ExportTraceServiceRequest) -> Iterator[Span]:
    for resource in asked.resource_spans:
        service = _attributes(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Span(
                    service=service,
                    scope=scope.scope.name,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    name=span.name,
                    kind=trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
                    attributes=_attributes(span.attributes),
                    links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
                )


def _lines(asked: ExportLogsServiceRequest) -> Iterator[Line]:
    for resource in asked.resource_logs:
        whose = _attributes(resource.resource.attributes)
        for scope in resource.scope_logs:
            for one in scope.log_records:
                attributes = _attributes(one.attributes)
                body, ids = one.body.string_value, (one.trace_id.hex(), one.span_id.hex())
                yield Line(whose, body, one.severity_text, *ids, attributes)


def _attributes(found: Any) -> dict[str, str]:
    return {one.key: str(getattr(one.value, one.value.WhichOneof("value") or "string_value")) for one in found}
