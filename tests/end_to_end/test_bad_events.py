"""Broken, huge, ancient, future-versioned and hostile records on every topic, for every consumer of it: nothing stops,
nothing changes, and what was refused is a dead letter, a number in a metric and a line of `todo-ops refusals`.

Topics, consumers and routes come from the tables, so that a new one is covered by itself.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from confluent_kafka import KafkaException, Producer
from dapr_edge.service_tokens import HEADER, ServiceTokens
from event_contracts.apps import APPS
from event_contracts.edges import EDGES, Edge
from event_contracts.operators import OPERATOR_EDGES
from event_contracts.topics import PUBSUB, TOPICS, ConsumerKind, Topic
from local_runtime.platform import Platform
from local_runtime.render.components import CRON, GROUPED
from local_runtime.render.policies import BULK_ROUTE
from psycopg import sql
from todo_ops.__main__ import run

from tests import evidence
from tests.deliveries import lag
from tests.end_to_end.test_live import LiveClient
from tests.hostile import IGNORED, RECORDS, SETTLED, Hostile, probe, unknown
from tests.people import Person, eventually

pytestmark = pytest.mark.forges

PLACED = [(topic, record) for topic in TOPICS.values() for record in RECORDS]
INNER_EDGES = [edge for edge in EDGES if edge.service_token]
DELIVERIES = [
    *((app, BULK_ROUTE) for app in sorted({a for t in TOPICS.values() for a in t.consumer_ids(*GROUPED)})),
    *((app, f"/{name}") for name, app in CRON.items()),
    *((app, f"/broadcast/{t.name}") for t in TOPICS.values() for app in t.consumer_ids(ConsumerKind.BROADCAST)),
]
"""What only the app's own sidecar may post to."""


@pytest.fixture
def producer(brokers: str) -> Producer:
    return Producer({"bootstrap.servers": brokers, "linger.ms": 0, "message.max.bytes": 5_000_000})


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_hostile_records_are_settled_and_change_nothing(
    platform: Platform, store: Any, brokers: str, producer: Producer, topic: Topic
) -> None:
    grouped = topic.consumer_ids(*GROUPED)
    eventually(lambda: not any(lag(brokers, app, [topic.name]) for app in grouped), 30, "all is quiet")
    before = _domain(store)
    refused = {app: _refused_records(platform, app, topic) for app in grouped}
    failed = {app: _metric(platform, app, "event_broadcast_hints_failed_total", topic=topic.name) for app in APPS}
    placed = [(r, *_put(producer, topic, r.write(topic))) for r in RECORDS if r.becomes != SETTLED]

    for app in grouped:
        eventually(lambda a=app: lag(brokers, a, [topic.name]) == 0, 30, f"{app} goes on after them")
        schema = str(APPS[app].schema)
        became = {r.name: _reason(store, schema, topic.name, *place) or IGNORED for r, *place in placed}
        assert became == {r.name: r.expected_of(app) for r, *_ in placed} | {
            r.name: became[r.name] for r, *_ in placed if r.expected_of(app) == SETTLED
        }
        letters = sum(reason != IGNORED for reason in became.values())
        assert _refused_records(platform, app, topic) == refused[app] + letters
    for app in topic.consumer_ids(ConsumerKind.BROADCAST):
        assert httpx.get(platform.url(app) + "/health/ready").status_code == 200
        after = _metric(platform, app, "event_broadcast_hints_failed_total", topic=topic.name)
        assert after >= failed[app]
    assert _domain(store) == before


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_records_that_may_mean_anything_do_not_come_again_for_ever(
    brokers: str, producer: Producer, topic: Topic
) -> None:
    for record in RECORDS:
        if record.becomes == SETTLED:
            _put(producer, topic, record.write(topic))
    for app in topic.consumer_ids(*GROUPED):
        eventually(lambda a=app: lag(brokers, a, [topic.name]) == 0, 30, f"{app} goes on after them")


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_a_record_beyond_the_brokers_limit_never_gets_in(producer: Producer, topic: Topic) -> None:
    with pytest.raises(KafkaException, match=r"(?i)large"):
        _put(producer, topic, orjson.dumps(unknown(topic, data={"x": "y" * 2_000_000})))


def test_people_are_served_while_hostile_records_arrive_on_every_topic(person: Person, producer: Producer) -> None:
    task = person.add_repeating("In the middle of it", "2030-01-01", "FREQ=DAILY")
    for topic, record in PLACED:
        producer.produce(topic.name, record.write(topic), str(uuid4()))
    assert producer.flush(30) == 0
    person.complete(task["id"])
    eventually(lambda: len(person.occurrences(task["series_id"])) == 2, 60, "the next one is made")
    told = eventually(lambda: len(found := person.history(task["id"])) > 1 and found, 60, "the audit has it all")
    assert {"task_created", "task_completed"} & {one["event_type"] for one in told}


def test_live_windows_hear_what_comes_behind_hostile_records_in_every_partition(
    person: Person, base_url: str, producer: Producer
) -> None:
    for topic, record in PLACED:
        if topic.consumer_ids(ConsumerKind.BROADCAST):
            for partition in range(topic.partitions):
                producer.produce(topic.name, record.write(topic), str(uuid4()), partition)
    assert producer.flush(30) == 0
    with LiveClient(base_url, person) as live:
        soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        for n in range(6):
            person.add(f"behind them {n}", reminders=[{"at": soon}])
        eventually(lambda: set(live.titles()) == {f"behind them {n}" for n in range(6)}, 10, "changes come live")
        reminded = eventually(
            lambda: len(found := [frame for frame in live.frames if frame["event"] == "reminder"]) == 6 and found, 10
        )
    assert {json.loads(frame["data"])["title"] for frame in reminded} == {f"behind them {n}" for n in range(6)}


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_an_event_forged_by_an_app_outside_its_scope_is_refused_and_counted(platform: Platform, topic: Topic) -> None:
    body = orjson.dumps(probe(topic))
    for app in APPS:
        before = _of_sidecar(platform, app)
        answer = httpx.post(
            f"{platform.sidecar_url(app)}/v1.0/publish/{PUBSUB}/{topic.name}?metadata.rawPayload=true",
            headers={**platform.dapr_headers, "content-type": "text/plain"},
            content=body,
        )
        if app == topic.publisher:
            assert answer.status_code == 204
        elif answer.status_code == 404:
            assert not [t for t in TOPICS.values() if app in (t.publisher, *t.consumer_ids(*GROUPED))], app
        else:
            assert answer.status_code == 403, f"{app}: {answer.status_code} {answer.text}"
            eventually(lambda a=app, b=before: _of_sidecar(platform, a) > b, 10, f"the sidecar of {app} counts it")


@pytest.mark.parametrize(("topic", "record"), [(t, r) for t, r in PLACED if r.becomes == "not_cloudevent"][:8])
def test_through_the_sidecar_of_its_publisher_a_record_is_settled_as_well(
    platform: Platform, store: Any, brokers: str, topic: Topic, record: Hostile
) -> None:
    before = _domain(store)
    answer = httpx.post(
        f"{platform.sidecar_url(topic.publisher)}/v1.0/publish/{PUBSUB}/{topic.name}?metadata.rawPayload=true",
        headers={**platform.dapr_headers, "content-type": "text/plain"},
        content=record.write(topic) or b"null",
    )
    assert answer.status_code == 204
    for app in topic.consumer_ids(*GROUPED):
        eventually(lambda a=app: lag(brokers, a, [topic.name]) == 0, 30, f"{app} goes on")
    assert _domain(store) == before


@pytest.mark.parametrize(("app", "route"), DELIVERIES, ids=[f"{a}{r}" for a, r in DELIVERIES])
def test_callbacks_and_ticks_without_the_app_token_are_refused_and_counted(
    platform: Platform, app: str, route: str
) -> None:
    url = platform.inner_url(app) + route
    for headers in ({}, {"dapr-api-token": ""}, {"dapr-api-token": "guess"}, platform.dapr_headers):
        before = _metric(platform, app, "http_server_refused_requests_total", reason="app_token_required")
        answer = httpx.post(url, headers=headers, json={})
        assert (answer.status_code, answer.json()["code"]) == (401, "app_token_required")
        after = _metric(platform, app, "http_server_refused_requests_total", reason="app_token_required")
        assert after >= before + 1
    assert httpx.post(platform.url(app) + route, json={}).status_code in {404, 405}


@pytest.mark.parametrize(("app", "route"), DELIVERIES, ids=[f"{a}{r}" for a, r in DELIVERIES])
def test_callbacks_and_ticks_cannot_be_reached_by_invocation(platform: Platform, app: str, route: str) -> None:
    before = _metric(platform, app, "http_server_refused_requests_total", reason="not_invocable")
    invoke = platform.sidecar_url("todo-frontend") + f"/v1.0/invoke/{app}/method{route}"
    assert httpx.post(invoke, headers=platform.dapr_headers, json={}).status_code == 403
    assert _metric(platform, app, "http_server_refused_requests_total", reason="not_invocable") == before + 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"entries": 5}', b'{"entries": ["x"]}', b'{"entries": [{}]}'])
@pytest.mark.parametrize("app", sorted({a for a, r in DELIVERIES if r == BULK_ROUTE}))
def test_a_delivery_that_no_sidecar_sends_is_refused_and_counted(platform: Platform, app: str, body: bytes) -> None:
    before = _metric(platform, app, "event_consumer_unplaced_total")
    token = {"dapr-api-token": platform.keys.dapr_tokens["APP_API_TOKEN"]}
    answer = httpx.post(platform.inner_url(app) + BULK_ROUTE, headers=token, content=body)
    assert answer.status_code in {200, 400}
    assert _metric(platform, app, "event_consumer_unplaced_total") == before + 1


@pytest.mark.parametrize("edge", [*INNER_EDGES, *OPERATOR_EDGES], ids=lambda e: f"{e.caller} {e.callee}{e.route}")
def test_an_inner_route_without_the_right_service_token_is_refused_and_counted(platform: Platform, edge: Edge) -> None:
    names = re.findall(r"{(\w+)}", edge.route)
    route = edge.route.format(**{name: 1 if name == "letter_id" else uuid4() for name in names})
    app_token = {"dapr-api-token": platform.keys.dapr_tokens["APP_API_TOKEN"]}
    another = next(app for app in APPS if app not in {edge.caller, edge.callee})
    keys = platform.keys
    forged = ServiceTokens(another, keys.service_key(another), keys.service_keys).mint(edge.callee, uuid4())
    elsewhere = ServiceTokens(another, keys.service_key(another), keys.service_keys).mint(another, None)
    url = platform.inner_url(edge.callee) + route

    def refused(code: str) -> float:
        return _metric(platform, edge.callee, "http_server_refused_requests_total", reason=code)

    for headers, code in (
        ({}, "app_token_required"),
        (app_token, "service_token_refused"),
        ({**app_token, HEADER: "x.y.z"}, "service_token_refused"),
        ({**app_token, HEADER: forged}, "service_token_refused"),
        ({**app_token, HEADER: elsewhere}, "service_token_refused"),
    ):
        before = refused(code)
        answer = httpx.request(edge.method, url, headers=headers, json={} if edge.method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (401, code), f"{edge.route}: {answer.text}"
        assert refused(code) >= before + 1
    assert httpx.request(edge.method, platform.url(edge.callee) + route).status_code in {404, 405}


def test_todo_ops_shows_what_was_refused(platform: Platform, person: Person, producer: Producer, store: Any) -> None:
    httpx.get(person.base_url + person.path("tasks"), headers={"authorization": "Bearer nonsense"})
    httpx.post(platform.inner_url("audit-service") + BULK_ROUTE, json={})
    partition, offset = _put(producer, TOPICS["task-events"], b"\xff")
    eventually(lambda: _reason(store, "audit", "task-events", partition, offset), 20)
    shown = json.loads(_told(platform, "refusals", "--json"))
    assert shown["unreached"] == []
    found = {(one["app"], one["door"], one["reason"]): one["count"] for one in shown["refused"]}
    assert found["audit-service", "events", "app_token_required"] >= 1
    assert found["audit-service", "topic task-events", "not_json"] >= 1
    assert [key for key in found if key[:2] == ("todo-backend", "rest")]
    assert re.search(r"^audit-service +events +app_token_required +\d+$", _told(platform, "refusals"), re.MULTILINE)


def _told(platform: Platform, *words: str) -> str:
    said = io.StringIO()
    where = ["--keys", str(platform.place.keys_folder), "--offset", str(platform.place.offset)]
    with contextlib.redirect_stdout(said):
        assert run([*words, *where]) == 0
    return said.getvalue()


def _put(producer: Producer, topic: Topic, body: bytes | None) -> tuple[int, int]:
    placed: list[Any] = []
    refusals: list[Any] = []

    def told(error: Any, message: Any) -> None:
        (refusals if error else placed).append(error or (message.partition(), message.offset()))

    producer.produce(topic.name, body, str(uuid4()), on_delivery=told)
    assert producer.flush(20) == 0
    if refusals:
        raise KafkaException(refusals[0])
    return placed[0]


def _reason(store: Any, schema: str, topic: str, partition: int, offset: int) -> str | None:
    row = store.execute(
        sql.SQL('SELECT reason FROM {}.dead_letters WHERE (topic, partition, "offset") = (%s, %s, %s)').format(
            sql.Identifier(schema)
        ),
        (topic, partition, offset),
    ).fetchone()
    return row[0] if row else None


def _domain(store: Any) -> dict[str, str]:
    """The tables of what the platform is about; the audit keeps what it can read, whoever wrote it."""
    hashes = evidence.table_hashes(store)
    return {name: digest for name, digest in hashes.items() if not name.startswith("audit.")}


def _refused_records(platform: Platform, app: str, topic: Topic) -> float:
    return _metric(platform, app, "event_consumer_dead_letters_total", topic=topic.name)


def _of_sidecar(platform: Platform, app: str) -> float:
    page = httpx.get(f"http://127.0.0.1:{platform.place.app(app).sidecar.metrics}/").text
    return sum(map(float, re.findall(r'^dapr_error_code_total{.*"ERR_PUBSUB_FORBIDDEN".*} (\S+)$', page, re.MULTILINE)))


def _metric(platform: Platform, app: str, name: str, **labels: str) -> float:
    """The sum of a counter's samples that carry these labels; 0 where the app has none."""
    if APPS[app].module is None:
        return 0.0
    page = httpx.get(platform.url(app) + "/metrics").text
    samples = re.findall(rf"^{name}({{.*}})? (\S+)$", page, re.MULTILINE)
    return sum(float(value) for said, value in samples if all(f'{k}="{v}"' in said for k, v in labels.items()))
