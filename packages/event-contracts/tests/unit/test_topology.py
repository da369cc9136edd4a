"""Apps, topics and edges agree with each other."""

from __future__ import annotations

import re

import pytest
from event_contracts import CATALOG, PROBED, TOPICS, short_name
from event_contracts.apps import APPS, KAFKA_CONTROLLER_PORT, KAFKA_PORT, MAIL_PAGE_PORT, MAIL_PORT, POSTGRES_PORT
from event_contracts.catalog import HINTED
from event_contracts.edges import EDGES
from event_contracts.operators import OPERATOR, OPERATOR_EDGES
from event_contracts.topics import ConsumerKind

TYPE_NAME = re.compile(r"todo\.[a-z]+\.[a-z]+(_[a-z]+)*\.v[1-9][0-9]*")
PAST_TENSE = re.compile(r"(ed|(^|_)(in|out)|sent|due)$")


@pytest.mark.parametrize("name", [*CATALOG, PROBED, HINTED])
def test_types_are_named_noun_and_past_tense(name: str) -> None:
    assert TYPE_NAME.fullmatch(name)
    assert PAST_TENSE.search(name.split(".")[2])


def test_short_names_are_unique() -> None:
    names = [short_name(name) for name in (*CATALOG, PROBED)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_a_topic_is_published_and_read_by_apps_that_exist(topic) -> None:
    assert topic.publisher in APPS
    assert topic.consumers
    assert set(topic.consumer_ids()) <= set(APPS)
    assert len(set(topic.consumer_ids())) == len(topic.consumers)
    for app_id in topic.consumer_ids():
        assert APPS[app_id].app_port is not None, f"{app_id} has no port that its sidecar could deliver to"


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_what_is_ledgered_has_a_ledger_and_is_recorded_once(topic) -> None:
    if topic.ledgered:
        assert APPS[topic.publisher].schema is not None
        assert topic.consumer_ids(ConsumerKind.RECORD) == ("audit-service",)
    else:
        assert topic.consumer_ids() == topic.consumer_ids(ConsumerKind.BROADCAST)


def test_every_type_goes_to_a_ledgered_topic() -> None:
    assert {t.topic.name for t in CATALOG.values()} <= {t.name for t in TOPICS.values() if t.ledgered}


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.caller}-{edge.callee}")
def test_an_edge_joins_apps_that_can_call_and_be_called(edge) -> None:
    assert edge.caller in APPS
    assert APPS[edge.callee].app_port is not None
    assert edge.caller != edge.callee
    assert edge.service_token == edge.route.startswith("/internal/")
    assert edge.deadline_seconds is None or 0 < edge.deadline_seconds <= 30


@pytest.mark.parametrize("edge", OPERATOR_EDGES, ids=lambda edge: f"{edge.callee} {edge.method} {edge.route}")
def test_an_operator_calls_inner_listeners_directly(edge) -> None:
    assert edge.caller == OPERATOR
    assert OPERATOR not in APPS
    assert APPS[edge.callee].app_port is not None
    assert edge.service_token
    assert edge.route.startswith("/operations/"), "dapr_edge.tokens refuses what comes there through a sidecar"


def test_no_port_is_used_twice_by_two_whole_platforms_with_three_more_replicas_each() -> None:
    ports: list[int] = []
    for offset in (0, 10_000):
        ports += [p + offset for p in (POSTGRES_PORT, KAFKA_PORT, KAFKA_CONTROLLER_PORT, MAIL_PORT, MAIL_PAGE_PORT)]
        for app in (a.at(offset, replica) for a in APPS.values() for replica in range(4)):
            side = app.sidecar
            ports += [app.open_port, side.http, side.grpc, side.internal_grpc, side.metrics]
            ports += [] if app.app_port is None else [app.app_port]

    assert sorted(set(ports)) == sorted(ports)
    assert all(1024 <= port < 65536 for port in ports)


def test_each_app_but_the_relay_owns_its_schema_alone() -> None:
    schemas = [app.schema for app in APPS.values() if app.schema and app.app_id != "todo-relay"]

    assert len(set(schemas)) == len(schemas)
    assert APPS["todo-relay"].schema == APPS["todo-backend"].schema
