"""What an operator makes before the chart: the namespaces, the secrets, a database, a broker, the disk of the seals."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from event_contracts.apps import APPS
from local_runtime import database
from local_runtime.keys import Keys

APPS_NAMESPACE = "todo-app"
DATA_NAMESPACE = "data"
POSTGRES = f"postgres.{DATA_NAMESPACE}.svc.cluster.local"
BROKER = f"kafka.{DATA_NAMESPACE}.svc.cluster.local:9092"
SEALS_CLAIM = "audit-seals"
_LISTENERS = "PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093"


def namespaces() -> Sequence[dict[str, Any]]:
    """The app's namespace enforces restricted pod security; stand-ins for servers elsewhere have one of their own."""
    enforced = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
    return [_object("v1", "Namespace", APPS_NAMESPACE, labels=enforced), _object("v1", "Namespace", DATA_NAMESPACE)]


def secrets(keys: Keys) -> Sequence[dict[str, Any]]:
    """Every secret that the chart's README names, from the keys that a laptop's platform has as well."""
    tokens, passwords = keys.dapr_tokens, keys.passwords
    connection = (
        f"host={POSTGRES} port=5432 user={database.STATE_STORE} password={passwords[database.STATE_STORE]} "
        f"dbname={database.DATABASE} sslmode=disable"
    )
    schemas = {app.schema for app in APPS.values() if app.schema}
    said: dict[str, dict[str, str]] = {
        "dapr-api-token": {"token": tokens["DAPR_API_TOKEN"]},
        "app-api-token": {"token": tokens["APP_API_TOKEN"]},
        "service-keys": {"service-keys.json": keys.service_keys.read_text()},
        "state-store-connection": {"state-store-connection": connection},
        "migrations": {f"{schema}-owner": passwords[database.owner_role(schema)] for schema in schemas},
    }
    for app in APPS.values():
        said[app.app_id] = (
            {"session-key": keys.session_key}
            if app.schema is None
            else {
                "database-password": passwords[database.app_role(app.schema)],
                "service-key.pem": keys.service_key(app.app_id).read_text(),
            }
        )
    said["todo-backend"]["access-token.pem"] = keys.access_token_key.read_text()
    said["audit-service"]["audit-seals.pem"] = keys.seal_key.read_text()
    said["notification-service"] |= {
        "channels.keys": keys.channel_keys.read_text(),
        "vapid.pem": keys.vapid_key.read_text(),
    }
    return [_secret(name, APPS_NAMESPACE, values) for name, values in said.items()]


def servers(keys: Keys, postgres_image: str, kafka_image: str) -> Sequence[dict[str, Any]]:
    """PostgreSQL and Kafka as they are in compose.yaml, without disks: they live as long as the cluster does."""
    kafka = {
        "CLUSTER_ID": "dG9kby1wbGF0Zm9ybS0wMQ",
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS": "127.0.0.1:9093",
        "KAFKA_LISTENERS": _LISTENERS,
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{BROKER},CONTROLLER://127.0.0.1:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_LOG_DIRS": "/var/lib/kafka/data",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "8",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_HEAP_OPTS": "-Xms192m -Xmx384m",
    }
    given = {"postgres-password": keys.passwords["superuser"], "passwords.json": json.dumps(dict(keys.passwords))}
    return [
        _secret("given", DATA_NAMESPACE, given),
        *_server("postgres", postgres_image, 5432, {"POSTGRES_PASSWORD_FILE": "/given/postgres-password"}),
        *_server("kafka", kafka_image, 9092, kafka),
    ]


def setup(image: str) -> dict[str, Any]:
    """The job that makes roles, schemas and topics."""
    environment = {
        "DATABASE_SUPERUSER_URL": f"postgresql://postgres@{POSTGRES}:5432/postgres",
        "PASSWORDS_FILE": "/given/passwords.json",
        "KAFKA_BROKERS": BROKER,
    }
    pod = {**_pod("setup", image, environment), "restartPolicy": "Never"}
    job = _object("batch/v1", "Job", "setup", DATA_NAMESPACE)
    return {**job, "spec": {"backoffLimit": 2, "template": {"spec": pod}}}


def disk_of_seals(folder: Path) -> Sequence[dict[str, Any]]:
    """A folder of the node as the claim that the chart is told to use."""
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    volume = _object("v1", "PersistentVolume", SEALS_CLAIM)
    claim = _object("v1", "PersistentVolumeClaim", SEALS_CLAIM, APPS_NAMESPACE)
    size, mode = {"storage": "1Gi"}, ["ReadWriteMany"]
    held = {"hostPath": {"path": str(folder)}, "storageClassName": "", "capacity": size, "accessModes": mode}
    wanted = {"volumeName": SEALS_CLAIM, "storageClassName": "", "resources": {"requests": size}, "accessModes": mode}
    return [{**volume, "spec": held}, {**claim, "spec": wanted}]


def _server(name: str, image: str, port: int, environment: Mapping[str, str]) -> Sequence[dict[str, Any]]:
    labels = {"app": name}
    pod = _pod(name, image, environment)
    pod["containers"][0]["readinessProbe"] = {"tcpSocket": {"port": port}, "periodSeconds": 1}
    template = {"metadata": {"labels": labels}, "spec": pod}
    deployment = _object("apps/v1", "Deployment", name, DATA_NAMESPACE)
    service = _object("v1", "Service", name, DATA_NAMESPACE)
    return [
        {**deployment, "spec": {"selector": {"matchLabels": labels}, "template": template}},
        {**service, "spec": {"selector": labels, "ports": [{"port": port}]}},
    ]


def _pod(name: str, image: str, environment: Mapping[str, str]) -> dict[str, Any]:
    container = {
        "name": name,
        "image": image,
        "imagePullPolicy": "Never",
        "env": [{"name": key, "value": value} for key, value in environment.items()],
        "volumeMounts": [{"name": "given", "mountPath": "/given", "readOnly": True}],
    }
    volume = {"name": "given", "secret": {"secretName": "given"}}
    return {"enableServiceLinks": False, "containers": [container], "volumes": [volume]}


def _secret(name: str, namespace: str, values: Mapping[str, str]) -> dict[str, Any]:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {**_object("v1", "Secret", name, namespace), "data": encoded}


def _object(
    version: str, kind: str, name: str, namespace: str | None = None, labels: Mapping[str, str] | None = None
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = dict(labels)
    return {"apiVersion": version, "kind": kind, "metadata": metadata}
