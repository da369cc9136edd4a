"""Subscriptions, resiliency and each app's configuration."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from event_contracts.apps import APPS
from event_contracts.topics import PUBSUB, SECRET_STORE, TOPICS

from local_runtime.render.components import GROUPED, SECRETS, Document
from local_runtime.render.place import Place

BULK_ROUTE: Final = "/events/bulk"
AWAIT_MILLISECONDS: Final = {
    "audit-service": {"task-events": 2, "account-events": 2, "reminders": 50},
    "recurring-task-service": {"task-events": 5, "account-events": 5},
    "notification-service": {"task-events": 250, "account-events": 250},
}
"""How long a bulk waits for more records. What plans reminders is in no hurry, nor is the record of those that were
sent, which come in crowds; and large bulks cost less."""


def subscriptions() -> dict[str, Document]:
    """One per (consumer, topic), by file name. Raw, or a record that is no JSON would vanish; no dead-letter topic."""
    return {
        f"{app}-{topic.name}": {
            "apiVersion": "dapr.io/v2alpha1",
            "kind": "Subscription",
            "metadata": {"name": f"{app}-{topic.name}"},
            "spec": {
                "pubsubname": PUBSUB,
                "topic": topic.name,
                "routes": {"default": BULK_ROUTE},
                "bulkSubscribe": {
                    "enabled": True,
                    "maxMessagesCount": 200,
                    "maxAwaitDurationMs": AWAIT_MILLISECONDS[app][topic.name],
                },
                "metadata": {"rawPayload": "true"},
            },
            "scopes": [app],
        }
        for topic in TOPICS.values()
        for app in topic.consumer_ids(*GROUPED)
    }


def resiliency() -> Document:
    """Publishing only: bounded, and given up at once while the broker is away.

    Nothing inbound, since redelivery is the component's; no timeout on calling todo-backend: it would cut streams.
    """
    return {
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Resiliency",
        "metadata": {"name": "publishing"},
        "spec": {
            "policies": {
                "timeouts": {"publish": "2s"},
                "circuitBreakers": {
                    "publish": {"maxRequests": 1, "timeout": "1s", "trip": "consecutiveFailures >= 5"},
                },
            },
            "targets": {"components": {PUBSUB: {"outbound": {"timeout": "publish", "circuitBreaker": "publish"}}}},
        },
    }


def configuration(place: Place, app_id: str, otlp_endpoint: str | None = None) -> Document:
    """What one sidecar may do and where it finds the others. Access control needs mTLS and so is the chart's."""
    allowed = list(SECRETS.get(app_id, ()))
    return {
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Configuration",
        "metadata": {"name": APPS[app_id].app_id},
        "spec": {
            "nameResolution": {"component": "sqlite", "version": "v1", "configuration": _names(place)},
            "secrets": {
                "scopes": [{"storeName": SECRET_STORE, "defaultAccess": "deny", "allowedSecrets": allowed}],
            },
            # A file that is written while sidecars run must not make them reconnect.
            "features": [{"name": "HotReload", "enabled": False}],
            # Error codes count what the sidecar itself refuses, such as a topic outside of the app's scope.
            "metrics": {"enabled": True, "recordErrorCodes": True, "http": {"increasedCardinality": False}},
            "tracing": _tracing(otlp_endpoint),
        },
    }


def _names(place: Place) -> Document:
    """The table in which sidecars find each other, with three of its defaults mended.

    A name counts for `updateInterval` and is renewed each `updateInterval - timeout`. The defaults renew after 4 s
    what counts for 5, in whole seconds: a renewal that comes a moment late makes an app unknown. The clean-up
    deletes the names that are alive, upon which their sidecars end themselves, all at once, after an hour
    (components-contrib v1.18.3, nameresolution/sqlite/sqlite.go; dapr/dapr issue 8507).
    """
    return {
        "connectionString": place.written(place.names_file),
        "updateInterval": "10s",
        "timeout": "8s",
        "cleanupInterval": "0s",
    }


def _tracing(endpoint: str | None) -> Document:
    if not endpoint:
        return {"samplingRate": "0"}
    address = urlsplit(endpoint)
    otel = {"endpointAddress": address.netloc, "isSecure": address.scheme == "https", "protocol": "http"}
    return {"samplingRate": "1", "otel": otel}
