"""Subscriptions, scopes and configuration say exactly what the tables of topics, apps and edges say.

The files are read here as Dapr reads them, without the renderer, so that a defect of the renderer shows too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from event_contracts.apps import APPS
from event_contracts.topics import BROADCAST, PUBSUB, TOPICS, ConsumerKind

DAPR = Path(__file__).parents[2] / "dapr"
BULK_KINDS = (ConsumerKind.PROJECTION, ConsumerKind.RECORD)
WAITS = {
    **dict.fromkeys((("audit-service", "task-events"), ("audit-service", "account-events")), 2),
    ("audit-service", "reminders"): 50,
    **dict.fromkeys((("recurring-task-service", "task-events"), ("recurring-task-service", "account-events")), 5),
    **dict.fromkeys((("notification-service", "task-events"), ("notification-service", "account-events")), 250),
}
"""Milliseconds in which a consumer lets more records of a topic gather."""


def _documents(folder: str) -> list[dict[str, Any]]:
    return [d for path in sorted((DAPR / folder).glob("*.yaml")) for d in yaml.safe_load_all(path.read_text()) if d]


def _metadata(component: str) -> dict[str, str]:
    found = next(d for d in _documents("components") if d["metadata"]["name"] == component)
    return {m["name"]: m.get("value", "") for m in found["spec"]["metadata"]}


def _scopes(value: str) -> dict[str, set[str]]:
    return {app: set(filter(None, topics.split(","))) for app, topics in (p.split("=") for p in value.split(";"))}


def test_each_consumer_of_each_topic_has_its_one_raw_bulk_subscription() -> None:
    wanted = {(app, t.name) for t in TOPICS.values() for app in t.consumer_ids(*BULK_KINDS)}
    found = set()
    for subscription in _documents("subscriptions"):
        spec = subscription["spec"]
        assert (subscription["kind"], spec["pubsubname"]) == ("Subscription", PUBSUB)
        [app] = subscription["scopes"]
        bulk = {"enabled": True, "maxMessagesCount": 200, "maxAwaitDurationMs": WAITS[app, spec["topic"]]}
        assert spec["bulkSubscribe"] == bulk
        assert spec["metadata"] == {"rawPayload": "true"}
        assert "deadLetterTopic" not in spec, "bulk with a dead-letter topic loses healthy events"
        found.add((app, spec["topic"]))
    assert found == wanted


def test_an_app_may_publish_and_read_exactly_its_own_topics() -> None:
    metadata = _metadata(PUBSUB)
    every = set(TOPICS)
    assert set(metadata["allowedTopics"].split(",")) == every
    assert set(metadata["protectedTopics"].split(",")) == every
    publishes = {app: {t.name for t in TOPICS.values() if t.publisher == app} for app in APPS}
    reads = {app: {t.name for t in TOPICS.values() if app in t.consumer_ids(*BULK_KINDS)} for app in APPS}
    assert _scopes(metadata["publishingScopes"]) == publishes
    assert _scopes(metadata["subscriptionScopes"]) == reads


def test_broadcasts_reach_every_replica_and_only_their_apps() -> None:
    metadata = _metadata(BROADCAST)
    topics = {t.name for t in TOPICS.values() if t.consumer_ids(ConsumerKind.BROADCAST)}
    reads = {app: {t.name for t in TOPICS.values() if app in t.consumer_ids(ConsumerKind.BROADCAST)} for app in APPS}
    assert metadata["consumerID"] == "broadcast-{uuid}"
    assert set(metadata["allowedTopics"].split(",")) == set(metadata["protectedTopics"].split(",")) == topics
    assert _scopes(metadata["subscriptionScopes"]) == reads
    assert not any(_scopes(metadata["publishingScopes"]).values())


def test_components_are_seen_only_by_the_apps_that_need_them() -> None:
    scopes = {d["metadata"]["name"]: set(d.get("scopes", ())) for d in _documents("components")}
    publishers = {t.publisher for t in TOPICS.values()}
    readers = {app for t in TOPICS.values() for app in t.consumer_ids(*BULK_KINDS)}
    assert scopes[PUBSUB] == publishers | readers
    assert scopes[BROADCAST] == {app for t in TOPICS.values() for app in t.consumer_ids(ConsumerKind.BROADCAST)}
    assert scopes["statestore"] == {"todo-backend"}
    assert scopes["reminder-check"] == {"notification-service"}
    assert scopes["recurrence-check"] == {"recurring-task-service"}


def test_every_app_has_its_configuration_and_its_ports() -> None:
    assert {d["metadata"]["name"] for d in _documents("configuration")} == set(APPS)
    for configuration in _documents("configuration"):
        for scope in configuration["spec"]["secrets"]["scopes"]:
            assert scope["defaultAccess"] == "deny"
    run_file = yaml.safe_load((DAPR / "dapr.yaml").read_text())
    for app in run_file["apps"]:
        known = APPS[app["appID"]]
        sidecar = (app["daprHTTPPort"], app["daprGRPCPort"], app["daprInternalGRPCPort"], app["metricsPort"])
        assert sidecar == (known.sidecar.http, known.sidecar.grpc, known.sidecar.internal_grpc, known.sidecar.metrics)
        assert app.get("appPort") == known.app_port
    assert {app["appID"] for app in run_file["apps"]} == set(APPS)


def test_resiliency_is_alone_in_its_file_and_never_inbound() -> None:
    [path] = (DAPR / "resiliency").glob("*.yaml")
    [document] = [d for d in yaml.safe_load_all(path.read_text()) if d]
    targets = document["spec"]["targets"]
    assert "apps" not in targets, "a timeout on an app would cut its streams"
    assert all("inbound" not in target for target in targets["components"].values())
