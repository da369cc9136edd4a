"""Dapr components: what each one is and which apps may load it, derived from the topics."""

from __future__ import annotations

from typing import Any, Final

from event_contracts.apps import APPS
from event_contracts.topics import BROADCAST, PUBSUB, SECRET_STORE, STATE_STORE, TOPICS, ConsumerKind

from local_runtime.render.place import Place

Document = dict[str, Any]

GROUPED: Final = (ConsumerKind.PROJECTION, ConsumerKind.RECORD)
"""Consumers whose group is the app-id: replicas share the work, and nothing is lost."""
STATE_STORE_APPS: Final = ("todo-backend",)
SECRETS: Final[dict[str, tuple[str, ...]]] = {"todo-backend": (), "notification-service": ()}
"""Apps that load the secret store, and the names that each may read through the API. A component's own reference to a
secret is not bound by these."""
CRON: Final = {"reminder-check": "notification-service", "recurrence-check": "recurring-task-service"}
"""Timers: name (also the path that the app answers) and the one app that gets them."""

INIT_TIMEOUT: Final = "60s"
"""How long a sidecar that starts waits for a broker or store that is slow. Dapr's own default is 5 s, and then it ends:
nothing starts it again under `dapr run -f`."""

BROADCAST_GROUP: Final = "broadcast-"
"""What a replica's own consumer group begins with, so that a broker can grant them all."""

METADATA_SECONDS: Final = 10
"""How often sidecars ask the broker for its partitions (Dapr's own default: 9 minutes)."""

_KAFKA: Final = {
    "authType": "none",
    "version": "3.9.0",
    "initialOffset": "oldest",
    "consumerGroupRebalanceStrategy": "roundrobin",
    "sessionTimeout": "6s",
    "heartbeatInterval": "2s",
    # The pace of redelivery, which goes on for ever as long as consumeRetryEnabled and backOffMaxRetries are unset.
    "backOffDuration": "500ms",
    "producerRequiredAcks": "all",
    "clientConnectionTopicMetadataRefreshInterval": f"{METADATA_SECONDS}s",
    "dialTimeout": "3s",
    "readTimeout": "10s",
    "writeTimeout": "5s",
}


def publishers(topic: str) -> tuple[str, ...]:
    """The app-ids that may publish to the topic."""
    return (TOPICS[topic].publisher,)


def kafka_pubsub(place: Place) -> Document:
    """The component of everything that must not be lost."""
    published = {app: [t.name for t in TOPICS.values() if t.publisher == app] for app in APPS}
    consumed = {app: [t.name for t in TOPICS.values() if app in t.consumer_ids(*GROUPED)] for app in APPS}
    metadata = {"brokers": place.brokers, **_KAFKA, **_scopes(list(TOPICS), published, consumed)}
    return _component(PUBSUB, "pubsub.kafka", metadata, [app for app in APPS if published[app] or consumed[app]])


def kafka_broadcast(place: Place) -> Document:
    """The component of hints: every replica is a group of its own and begins with what is new.

    A hint that cannot be delivered is lost after two seconds, so that it does not stop those behind it.
    """
    read = {app: [t.name for t in TOPICS.values() if app in t.consumer_ids(ConsumerKind.BROADCAST)] for app in APPS}
    topics = [t.name for t in TOPICS.values() if t.consumer_ids(ConsumerKind.BROADCAST)]
    group = {"consumerID": BROADCAST_GROUP + "{uuid}", "initialOffset": "newest", "backOffMaxRetries": "4"}
    metadata = {"brokers": place.brokers, **_KAFKA, **group, **_scopes(topics, {}, read)}
    return _component(BROADCAST, "pubsub.kafka", metadata, [app for app in APPS if read[app]])


def state_store() -> Document:
    """Conversations; the address with its password comes from the secret store."""
    document = _component(STATE_STORE, "state.postgresql", {}, list(STATE_STORE_APPS), version="v2")
    secret = {"name": "state-store-connection", "key": "state-store-connection"}
    document["spec"]["metadata"] = [
        {"name": "connectionString", "secretKeyRef": secret},
        {"name": "tablePrefix", "value": "dapr_"},
        {"name": "timeout", "value": "5s"},
    ]
    document["auth"] = {"secretStore": SECRET_STORE}
    return document


def cron_bindings() -> list[Document]:
    """Safety nets: the loops of the services wake up even if nothing else woke them."""
    metadata = {"schedule": "@every 5m", "direction": "input"}
    return [_component(name, "bindings.cron", metadata, [app]) for name, app in CRON.items()]


def secret_store(place: Place) -> Document:
    """Secrets from a file that only its owner can read."""
    file = place.written(place.keys_folder / "secrets.json")
    return _component(SECRET_STORE, "secretstores.local.file", {"secretsFile": file}, list(SECRETS))


def _scopes(topics: list[str], published: dict[str, list[str]], consumed: dict[str, list[str]]) -> dict[str, str]:
    """Name every app: one that is not named would be unrestricted."""
    return {
        "allowedTopics": ",".join(topics),
        "protectedTopics": ",".join(topics),
        "publishingScopes": ";".join(f"{app}={','.join(published.get(app, []))}" for app in APPS),
        "subscriptionScopes": ";".join(f"{app}={','.join(consumed.get(app, []))}" for app in APPS),
    }


def _component(name: str, kind: str, metadata: dict[str, str], scopes: list[str], version: str = "v1") -> Document:
    return {
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name},
        "spec": {
            "type": kind,
            "version": version,
            "initTimeout": INIT_TIMEOUT,
            "metadata": [{"name": key, "value": value} for key, value in metadata.items()],
        },
        "scopes": scopes,
    }
