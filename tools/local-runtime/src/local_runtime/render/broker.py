"""What a broker in a cluster is told: topics, users and their rights, from the table of topics.

Strimzi takes objects; Redpanda and Confluent Cloud take commands of their own programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from event_contracts.apps import APPS
from event_contracts.topics import TOPICS, ConsumerKind

from local_runtime.render.components import BROADCAST_GROUP, GROUPED, Document

CLUSTER: Final = "todo"
SECRET_PREFIX: Final = "kafka-"  # noqa: S105 - what secrets' names begin with
_CA_SECRET: Final = f"{CLUSTER}-cluster-ca-cert"
_API: Final = "kafka.strimzi.io/v1"
_DAY_MS: Final = 24 * 3600 * 1000
_REPLICAS: Final = 3


@dataclass(frozen=True)
class Rights:
    """What one app may do; `any_group` is what the names of its groups begin with, where each replica has its own."""

    app_id: str
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    group: str | None
    any_group: str | None


def rights() -> list[Rights]:
    """The apps that meet the broker. Nobody may make a topic: one that is misspelt must fail."""
    return [one for one in map(_rights, APPS) if one.writes or one.reads]


def strimzi_files() -> dict[str, list[Document]]:
    """File name below `k8s/kafka` → documents."""
    topics = {f"topics/{name}.yaml": [_topic(name)] for name in TOPICS}
    users = {f"users/{one.app_id}.yaml": [_user(one)] for one in rights()}
    return {**topics, **users, "users/secrets-access.yaml": _secrets_access()}


def commands() -> dict[str, str]:
    """File name below `k8s/kafka` → a script."""
    return {"redpanda/topics.sh": _script(_RPK, _rpk()), "confluent-cloud/topics.sh": _script(_CONFLUENT, _confluent())}


def _rights(app_id: str) -> Rights:
    grouped = tuple(topic.name for topic in TOPICS.values() if app_id in topic.consumer_ids(*GROUPED))
    heard = tuple(topic.name for topic in TOPICS.values() if app_id in topic.consumer_ids(ConsumerKind.BROADCAST))
    return Rights(
        app_id,
        writes=tuple(topic.name for topic in TOPICS.values() if topic.publisher == app_id),
        reads=tuple(dict.fromkeys(grouped + heard)),
        group=app_id if grouped else None,
        any_group=BROADCAST_GROUP if heard else None,
    )


def _topic(name: str) -> Document:
    topic = TOPICS[name]
    return {
        "apiVersion": _API,
        "kind": "KafkaTopic",
        "metadata": {"name": name, "labels": {"strimzi.io/cluster": CLUSTER}},
        "spec": {
            "partitions": topic.partitions,
            "replicas": _REPLICAS,
            "config": {
                "cleanup.policy": "delete",
                "retention.ms": topic.retention_days * _DAY_MS,
                "min.insync.replicas": _REPLICAS - 1,
            },
        },
    }


def _user(one: Rights) -> Document:
    acls = [_acl("topic", name, "literal", "Describe", "Write") for name in one.writes]
    acls += [_acl("topic", name, "literal", "Describe", "Read") for name in one.reads]
    acls += [_acl("group", one.group, "literal", "Describe", "Read")] if one.group else []
    acls += [_acl("group", one.any_group, "prefix", "Describe", "Read")] if one.any_group else []
    return {
        "apiVersion": _API,
        "kind": "KafkaUser",
        "metadata": {"name": one.app_id, "labels": {"strimzi.io/cluster": CLUSTER}},
        "spec": {"authentication": {"type": "tls"}, "authorization": {"type": "simple", "acls": acls}},
    }


def _acl(kind: str, name: str, pattern: str, *operations: str) -> Document:
    return {"resource": {"type": kind, "name": name, "patternType": pattern}, "operations": list(operations)}


def _secrets_access() -> list[Document]:
    """What External Secrets may read here for the chart, which asks as the service account of this name."""
    name, group = "kafka-secrets", "rbac.authorization.k8s.io"
    names = [f"{SECRET_PREFIX}{one.app_id}" for one in rights()] + [_CA_SECRET]
    rule = {"apiGroups": [""], "resources": ["secrets"], "resourceNames": names, "verbs": ["get"]}
    role: dict[str, Any] = {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": {"name": name}, "rules": [rule]}
    return [
        role,
        {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": name},
            "roleRef": {"apiGroup": group, "kind": "Role", "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": "todo-app"}],
        },
    ]


_RPK: Final = """\
# Topics, users and rights on a Redpanda of one's own or in its cloud, by `rpk`, which knows the cluster by its profile.
# Passwords come from the environment: PASSWORD_TODO_RELAY and its like.
password() { name=PASSWORD_$(echo "$1" | tr 'a-z-' 'A-Z_'); eval "value=\\${$name:?$name is empty}"; echo "$value"; }
user() { word=$(password "$1"); rpk security user create "$1" --mechanism SCRAM-SHA-512 --password "$word"; }
allow() { rpk security acl create --allow-principal "User:$1" "$2" "$3" --resource-pattern-type "$4" --operation "$5"; }
"""
_CONFLUENT: Final = """\
# Topics, accounts and rights on Confluent Cloud, by `confluent`, signed in, with environment and cluster chosen.
# `confluent api-key create --service-account` then makes what goes to the secret of an app: username and password.
account() {
  confluent iam service-account list -o json | jq -r ".[] | select(.name == \\"$1\\") | .id" | grep . && return
  confluent iam service-account create "$1" --description "todo platform" -o json | jq -r .id
}
allow() {
  id=$(account "$1"); shift
  confluent kafka acl create --allow --service-account "$id" "$@"
}
"""


def _rpk() -> Iterator[str]:
    for topic in TOPICS.values():
        kept = f"-c retention.ms={topic.retention_days * _DAY_MS} -c cleanup.policy=delete"
        yield f"rpk topic create {topic.name} -p {topic.partitions} -r {_REPLICAS} {kept} --if-not-exists"
    for one in rights():
        yield f"user {one.app_id}"
        for flag, name, pattern, operations in _granted(one):
            yield f"allow {one.app_id} --{flag} {name} {pattern} {','.join(operations)}"


def _confluent() -> Iterator[str]:
    for topic in TOPICS.values():
        kept = f"retention.ms={topic.retention_days * _DAY_MS},cleanup.policy=delete"
        made = f"confluent kafka topic create {topic.name} --partitions {topic.partitions} --config {kept}"
        yield f"{made} --if-not-exists"
    for one in rights():
        for flag, name, pattern, operations in _granted(one):
            resource = f"--{'consumer-group' if flag == 'group' else flag} {name}"
            prefix = " --prefix" if pattern == "prefixed" else ""
            yield f"allow {one.app_id} {resource}{prefix} --operations {','.join(operations)}"


def _granted(one: Rights) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    for name in one.writes:
        yield "topic", name, "literal", ("describe", "write")
    for name in one.reads:
        yield "topic", name, "literal", ("describe", "read")
    if one.group:
        yield "group", one.group, "literal", ("describe", "read")
    if one.any_group:
        yield "group", one.any_group, "prefixed", ("describe", "read")


def _script(head: str, lines: Iterator[str]) -> str:
    return head + "set -eu\n" + "".join(f"{line}\n" for line in lines)
