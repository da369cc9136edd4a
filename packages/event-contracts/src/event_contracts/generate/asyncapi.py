"""AsyncAPI 3.0: channels are topics, operations are what each app sends and receives. Pure.

Source: the AsyncAPI 3.0.0 specification and version 0.5.0 of its Kafka bindings.
"""

from __future__ import annotations

from typing import Any

import yaml

from event_contracts.apps import KAFKA_PORT
from event_contracts.catalog import CATALOG, HINTED, PROBED, short_name
from event_contracts.generate.schemas import ENVELOPE, TYPE_NAMES
from event_contracts.topics import TOPICS, Consumer, ConsumerKind, Topic

BINDING_VERSION = "0.5.0"
HINT = "hint_changed"
_DAY_MILLISECONDS = 86_400_000


def asyncapi_yaml() -> str:
    """Return the whole document as YAML."""
    return yaml.dump(document(), Dumper=_Plain, sort_keys=False, width=110, allow_unicode=True)


def document() -> dict[str, Any]:
    """Return the document of the whole platform as plain values."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Events of the todo platform",
            "version": "1",
            "description": "Generated from the tables and models of event-contracts.\n"
            "Records are complete CloudEvents 1.0 in structured JSON form. Fields are only ever added; unknown types "
            "and fields are to be ignored.",
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {"local": {"host": f"127.0.0.1:{KAFKA_PORT}", "protocol": "kafka"}},
        "channels": {t.name: _channel(t) for t in TOPICS.values()},
        "operations": _operations(),
        "components": {"messages": {short_name(n): _message(n) for n in TYPE_NAMES} | {HINT: _hint()}},
    }


def types_of(topic: Topic) -> tuple[str, ...]:
    """Return the types that a topic carries; the canary goes through every ledgered one."""
    own = tuple(t.name for t in CATALOG.values() if t.topic is topic)
    return (*own, PROBED) if topic.ledgered else ()


def _message_names(topic: Topic) -> list[str]:
    return [short_name(n) for n in types_of(topic)] if topic.ledgered else [HINT]


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"Partition key: {topic.key}. "
        + ("Kept in a ledger and published from it." if topic.ledgered else "Hints: may be lost, in no ledger."),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _message_names(topic)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": topic.retention_days * _DAY_MILLISECONDS,
                },
                "bindingVersion": BINDING_VERSION,
            }
        },
    }


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for topic in TOPICS.values():
        operations[f"{topic.publisher}-sends-{topic.name}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{topic.name}"},
            "x-app-id": topic.publisher,
        }
        for consumer in topic.consumers:
            operations[f"{consumer.app_id}-receives-{topic.name}"] = _receive(topic, consumer)
    return operations


def _receive(topic: Topic, consumer: Consumer) -> dict[str, Any]:
    group: dict[str, Any] = {"type": "string", "enum": [consumer.app_id]}
    if consumer.kind is ConsumerKind.BROADCAST:
        group = {"type": "string", "format": "uuid", "description": "a group of its own per replica"}
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "bindings": {"kafka": {"groupId": group, "bindingVersion": BINDING_VERSION}},
        "x-app-id": consumer.app_id,
        "x-kind": consumer.kind.value,
    }


def _message(type_name: str) -> dict[str, Any]:
    topic = CATALOG[type_name].topic if type_name in CATALOG else None
    return _of_type(type_name, topic.key if topic else "the word probe")


def _hint() -> dict[str, Any]:
    summary = "These users have changes up to these counters; read them where they are kept."
    return {"summary": summary, **_of_type(HINTED, "none")}


def _of_type(type_name: str, key: str) -> dict[str, Any]:
    return {
        "name": type_name,
        "payload": {
            "allOf": [
                {"$ref": f"./schemas/{ENVELOPE}"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": type_name},
                        "data": {"$ref": f"./schemas/{type_name}.json"},
                    },
                },
            ]
        },
        "bindings": {"kafka": {"key": {"type": "string", "description": key}, "bindingVersion": BINDING_VERSION}},
    }


class _Plain(yaml.SafeDumper):
    """Writes equal parts out each time: readers of the file should not have to follow anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class's signature
        return True
