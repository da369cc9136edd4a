"""What the Helm chart reads in `helm/todo-app/files`: who there is, who talks to whom, and Dapr's resources.

The templates add what differs between clusters: addresses, credentials, the namespace.
"""

from __future__ import annotations

from typing import Any, Final

from event_contracts.apps import APPS, App
from event_contracts.edges import EDGES
from event_contracts.topics import BROADCAST, PUBSUB, TOPICS, ConsumerKind

from local_runtime.render import access, components, policies
from local_runtime.render.components import Document
from local_runtime.render.place import Place

_OF_THE_CLUSTER: Final = ("brokers", "authType")
"""What the chart's own values say of Kafka."""
_CLUSTER_SECRETS: Final = "kubernetes"
"""The store that needs no component; Dapr's operator reads what components refer to, and apps read nothing."""
_PORTABLE: Final = Place()
"""The chart takes no port of sidecars and no folder from it."""


def chart_files() -> dict[str, list[Document]]:
    """File name below `helm/todo-app/files` → documents."""
    return {
        "topology.yaml": [topology()],
        "dapr/components.yaml": [_listed(_components())],
        "dapr/subscriptions.yaml": [_listed(list(policies.subscriptions().values()))],
        "dapr/resiliency.yaml": [_listed([policies.resiliency()])],
        "dapr/configurations.yaml": [_listed([_configuration(app_id) for app_id in APPS])],
    }


def topology() -> Document:
    """Apps and topics as the templates need them: deployments, network policies, autoscaling follow from it."""
    return {
        "apps": {app.app_id: _app(app) for app in APPS.values()},
        "topics": {
            topic.name: {"partitions": topic.partitions, "retentionDays": topic.retention_days}
            for topic in TOPICS.values()
        },
    }


def _app(app: App) -> dict[str, Any]:
    return {
        "module": app.module,
        "appPort": app.app_port,
        "openPort": app.open_port,
        "schema": app.schema,
        "calls": sorted({edge.callee for edge in EDGES if edge.caller == app.app_id}),
        "calledBy": sorted({edge.caller for edge in EDGES if edge.callee == app.app_id}),
        "consumes": [t.name for t in TOPICS.values() if app.app_id in t.consumer_ids(*components.GROUPED)],
        "hears": [t.name for t in TOPICS.values() if app.app_id in t.consumer_ids(ConsumerKind.BROADCAST)],
        "publishes": [t.name for t in TOPICS.values() if t.publisher == app.app_id],
        "stateStore": app.app_id in components.STATE_STORE_APPS,
    }


def _components() -> list[Document]:
    documents = [components.kafka_pubsub(_PORTABLE), components.kafka_broadcast(_PORTABLE), components.state_store()]
    documents += components.cron_bindings()
    for document in documents:
        if "auth" in document:
            document["auth"] = {"secretStore": _CLUSTER_SECRETS}
        if document["metadata"]["name"] in {PUBSUB, BROADCAST}:
            spec = document["spec"]
            spec["metadata"] = [entry for entry in spec["metadata"] if entry["name"] not in _OF_THE_CLUSTER]
    return documents


def _configuration(app_id: str) -> Document:
    document = policies.configuration(_PORTABLE, app_id)
    del document["spec"]["nameResolution"]  # the cluster's own
    del document["spec"]["tracing"]
    for scope in document["spec"]["secrets"]["scopes"]:
        scope["storeName"] = _CLUSTER_SECRETS
    document["spec"]["accessControl"] = access.access_control(app_id)
    return document


def _listed(documents: list[Document]) -> Document:
    return {"items": documents}
