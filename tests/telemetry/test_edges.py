"""Every edge of the platform's tables leaves a joined pair of spans, a line in a log, and a count in a metric.

The edges are those of event_contracts, so one that is added there and tells nothing of itself turns this red. Spans are
what the processes really export, sidecars included, and what the collector hands on; log lines are those at DEBUG.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from event_contracts.apps import APPS
from event_contracts.edges import EDGES, PAGE_TO_BACKEND, Edge
from event_contracts.operators import OPERATOR, OPERATOR_EDGES
from event_contracts.topics import TOPICS, Consumer, ConsumerKind, Topic
from local_runtime.layout import RUN
from local_runtime.platform import Place, Platform
from local_runtime.provision.everything import provide

from tests.chaos.apart import BESIDE_THE_SESSIONS
from tests.conftest import OFFSET
from tests.people import T, eventually
from tests.telemetry.collecting import collecting
from tests.telemetry.journeys import Travelled, travel
from tests.telemetry.receiver import Received, Span, receiving

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]  # the collector is built when it is absent
ARRIVES_SECONDS = 15
"""Spans are exported each second, by sidecars each five."""
PARTS = [(topic, consumer) for topic in TOPICS.values() for consumer in topic.consumers]


@dataclass(frozen=True)
class Seen:
    """What a platform told while it was used."""

    platform: Platform
    received: Received
    done: Travelled
    at: float
    """When that was over, by the monotonic clock."""

    def eventually(self, ask: Callable[[], T], says: str) -> T:
        """Wait until what was done has arrived: from the end of it on, not for each edge anew."""
        return eventually(ask, max(1.0, self.at + ARRIVES_SECONDS - time.monotonic()), says)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """A platform that exports, after every way through it was gone once."""
    place = Place(OFFSET + BESIDE_THE_SESSIONS, RUN / "test-telemetry")
    with (
        receiving() as received,
        collecting(received.url, tmp_path_factory.mktemp("collector")) as endpoint,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("LOG_LEVEL", "DEBUG")
        shutil.rmtree(place.folder, ignore_errors=True)
        running = Platform(place, provide(lambda _what, _seconds: None), otlp_endpoint=endpoint)
        try:
            running.start()
            done = travel(running, endpoint)
            yield Seen(running, received, done, time.monotonic())
        finally:
            running.stop()


@pytest.mark.parametrize("edge", EDGES, ids=lambda e: f"{e.caller}-{e.method}-{e.route}")
def test_a_synchronous_edge_is_one_trace_with_a_line_and_a_count(seen: Seen, edge: Edge) -> None:
    called = seen.eventually(lambda: _joined(seen.received, edge), f"the call of {edge.route} is one unbroken trace")
    caller, *between, server = called
    sidecars = {span.service for span in between}
    assert sidecars == {edge.caller, edge.callee}, "both sidecars have a span between"
    assert _logged(seen, edge.callee, server)
    route = server.attributes["http.route"]
    assert _counted(seen, edge.callee, "http_server_request_duration_seconds_count", http_route=route)
    if edge is not PAGE_TO_BACKEND:
        assert _counted(seen, edge.caller, "http_client_request_duration_seconds_count", url_template=edge.route)
    else:
        assert any(one.get("trace_id") == caller.trace_id for one in _lines(seen.platform, edge.caller))


@pytest.mark.parametrize("edge", OPERATOR_EDGES, ids=lambda e: f"{e.callee}-{e.method}-{e.route}")
def test_an_operators_call_is_one_trace_with_a_line_and_a_count(seen: Seen, edge: Edge) -> None:
    client, server = seen.eventually(lambda: _joined(seen.received, edge), f"the call of {edge.route} is one trace")
    assert (client.service, server.parent_id) == (OPERATOR, client.span_id)
    assert _logged(seen, edge.callee, server)
    assert _counted(seen, edge.callee, "http_server_request_duration_seconds_count", http_route=edge.route)


@pytest.mark.parametrize(("topic", "consumer"), PARTS, ids=lambda p: getattr(p, "name", getattr(p, "app_id", "")))
def test_a_topics_way_to_a_consumer_is_joined_with_a_line_and_a_count(
    seen: Seen, topic: Topic, consumer: Consumer
) -> None:
    received = seen.received
    delivery = seen.eventually(lambda: _delivered(received, topic, consumer), "publishing and delivery have one origin")
    if topic.ledgered:
        assert any(origin in received.spans for origin in delivery.origins), "the act that made the event was exported"
    assert _logged(seen, consumer.app_id, delivery)
    if consumer.kind is ConsumerKind.BROADCAST:
        assert _counted(seen, consumer.app_id, "event_broadcast_hints_total", topic=topic.name)
    else:
        assert _counted(seen, consumer.app_id, "event_consumer_records_total", topic=topic.name, outcome="done")


def test_a_successor_is_one_trace_from_the_completion_over_kafka_and_back(seen: Seen) -> None:
    def whole() -> list[str]:
        for advance in seen.received.of("todo-backend", "SERVER", http__route=_route("advance")):
            names = [f"{span.service} {span.name}" for span in seen.received.ancestors(advance)]
            if names and names[-1] == "todo-backend POST /api/{user_id}/tasks/{task_id}/complete":
                return names
        return []

    assert "recurring-task-service advance" in seen.eventually(whole, "a trace that begins with the completion")


@pytest.mark.parametrize("app", [app for app in APPS.values() if app.module and app.app_port], ids=lambda a: a.app_id)
def test_exemplars_lead_to_traces_that_were_exported(seen: Seen, app: Any) -> None:
    kind = {"accept": "application/openmetrics-text; version=1.0.0"}
    scraped = httpx.get(f"{seen.platform.url(app.app_id)}/metrics", headers=kind, trust_env=False).text
    traces = {trace_id for trace_id, _ in seen.received.spans}
    families = {"http_server_request_duration_seconds"}
    if app.app_id in {c.app_id for t in TOPICS.values() for c in t.consumers if c.kind is not ConsumerKind.BROADCAST}:
        families.add("event_consumer_delivery_seconds")
    for family in families:
        found = re.findall(rf'^{family}_bucket{{.*# {{trace_id="(\w+)"}}', scraped, re.MULTILINE)
        assert traces & set(found), f"{family}: {found[:3]}"


def test_spans_and_logs_know_nothing_personal(seen: Seen) -> None:
    logs = {file.name: file.read_bytes() for file in sorted(seen.platform.place.logs_folder.glob("*.log"))}
    for secret in seen.done.secrets:
        for written in {secret.encode(), json.dumps(secret).strip('"').encode()}:
            assert not any(written in body for body in seen.received.bodies), f"a span says {secret[:12]}"
            ours = {
                name: text for name, text in logs.items() if name.removesuffix(".log").removesuffix("-daprd") in APPS
            }
            assert not [name for name, text in ours.items() if written in text], f"a log says {secret[:12]}"


def test_nothing_that_was_exported_was_refused(seen: Seen) -> None:
    assert seen.received.refused == []


def _joined(received: Received, edge: Edge) -> list[Span]:
    """The spans of one call, from the caller's to the callee's, each the parent of the next; empty where none is."""
    page = edge is PAGE_TO_BACKEND
    wanted = {} if page else {"http__route": edge.route, "http__request__method": edge.method}
    for server in received.of(edge.callee, "SERVER", **wanted):
        chain = [server, *received.ancestors(server)]
        for length, span in enumerate(chain[1:], start=2):
            begins = (
                span.scope == edge.caller
                if page
                else span.service == edge.caller
                and (span.kind, span.attributes.get("url.template")) == ("CLIENT", edge.route)
            )
            if begins:
                return chain[:length][::-1]
    return []


def _delivered(received: Received, topic: Topic, consumer: Consumer) -> Span | None:
    """A delivery to the consumer that comes from what a bulk of the publisher comes from, or from that bulk."""
    sent = set[Any]()
    for span in received.of(topic.publisher, "PRODUCER", messaging__destination__name=topic.name):
        sent |= {span.context, *span.origins}
    deliveries = received.of(consumer.app_id, "CONSUMER", messaging__destination__name=topic.name)
    return next((span for span in deliveries if span.origins & sent), None)


def _logged(seen: Seen, app: str, server: Span) -> bool:
    """Whether the line about this request is in the log. It is written when the answer is out, so it is read again."""
    return bool(
        eventually(lambda: any(_is_of(one, server) for one in _lines(seen.platform, app)), 5, f"{server} logged")
    )


def _is_of(line: dict[str, Any], span: Span) -> bool:
    return (line.get("trace_id"), line.get("span_id")) == span.context


def _counted(seen: Seen, app: str, name: str, **labels: str) -> float:
    """The sum of an app's series that have these labels."""
    text = httpx.get(f"{seen.platform.url(app)}/metrics", trust_env=False).text
    wanted = {f'{label}="{value}"' for label, value in labels.items()}
    found = re.findall(rf"^{name}{{(.*)}} (\S+)$", text, re.MULTILINE)
    return sum(float(value) for told, value in found if all(one in told for one in wanted))


def _lines(platform: Platform, app: str) -> list[dict[str, Any]]:
    file: Path = platform.place.logs_folder / f"{app}.log"
    return [json.loads(line) for line in file.read_text().splitlines() if line.startswith("{")]


def _route(what: str) -> str:
    return next(edge.route for edge in EDGES if edge.route.endswith(f"/{what}"))
