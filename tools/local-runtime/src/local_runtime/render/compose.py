"""compose.yaml and its overlays, from the same table of apps as everything else."""

from __future__ import annotations

from typing import Final

from event_contracts.apps import APPS, App

from local_runtime.render import observing
from local_runtime.render.components import Document
from local_runtime.render.in_containers import BROKER, DATA, DATABASE, KEYS
from local_runtime.render.limits import COMPOSE, PRODUCTION, Limit
from local_runtime.render.run_file import RESOURCES

FRONTEND: Final = "todo-frontend"
MIGRATED: Final = {
    "tasks": ("todo-backend", "todo_backend"),
    "recurring": ("recurring-task-service", "recurring_task_service"),
    "notifications": ("notification-service", "notification_service"),
    "audit": ("audit-service", "audit_service"),
}
"""Schema → the image and the package that migrate it."""
REPLICATED: Final = ("audit-service", 3)
"""The service that production runs several of. A sidecar shares the network of one container, so each is a service."""
GIVEN: Final = "${TODO_GIVEN:-./.run/compose}"
"""The folder on the host with settings and secrets: `make compose-files`."""
_SECRETS: Final = {
    "todo-backend": ("access-token.pem",),
    "notification-service": ("channels.keys", "vapid.pem"),
    "audit-service": ("audit-seals.pem",),
}


def core() -> Document:
    """Everything, on one engine; images of database and broker by variables."""
    services: Document = {"postgres": _postgres(), "kafka": _kafka(), "setup": _setup()}
    services |= {f"migrate-{schema}": _migration(schema) for schema in MIGRATED}
    for app in APPS.values():
        services |= _pair(app, 0)
    volumes: Document = dict.fromkeys(("postgres", "kafka", "names", "seals"), None)
    return {"services": services, "volumes": {name: {} for name in volumes}}


def production() -> Document:
    """On top of core: Redpanda, restart policies, three of a service, a budget."""
    redpanda = {
        "image": "${REDPANDA_IMAGE:-redpandadata/redpanda:v24.3.1}",
        "command": [
            *("redpanda", "start", "--mode=production", "--smp=1", "--memory=896M", "--reserve-memory=0M"),
            *("--overprovisioned", "--check=false", "--node-id=0", "--kafka-addr=internal://0.0.0.0:9092"),
            f"--advertise-kafka-addr=internal://{BROKER}",
            "--set=redpanda.auto_create_topics_enabled=false",
        ],
        "volumes": ["redpanda:/var/lib/redpanda/data"],
    }
    services: Document = {"kafka": redpanda}
    app_id, replicas = REPLICATED
    for app in APPS.values():
        services |= {app.app_id: {"environment": {"ENVIRONMENT": "production"}}, f"{app.app_id}-daprd": {}}
    for number in range(1, replicas):
        services |= _pair(APPS[app_id], number)
        services[f"{app_id}-{number}"]["environment"]["ENVIRONMENT"] = "production"
    services["postgres"] = {}
    for name, service in services.items():
        service |= {"restart": "unless-stopped", **_limits(PRODUCTION[_kind(name)])}
    return {"services": services, "volumes": {"redpanda": {}}}


def monitoring() -> Document:
    """On top of core: Prometheus with the platform's alerts, scraping every app and sidecar."""
    return {
        "services": {
            "prometheus": {
                "image": "${PROMETHEUS_IMAGE:-prom/prometheus:v3.1.0}",
                "command": [
                    "--config.file=/etc/prometheus/prometheus.yml",
                    "--storage.tsdb.path=/prometheus",
                    "--storage.tsdb.retention.time=7d",
                ],
                "volumes": [
                    "./monitoring/prometheus/compose.yaml:/etc/prometheus/prometheus.yml:ro",
                    "./monitoring/prometheus/rules:/etc/prometheus/rules:ro",
                    "prometheus:/prometheus",
                ],
                "ports": ["127.0.0.1:${TODO_PROMETHEUS_PORT:-9091}:9090"],
                "user": "65534:65534",
                **_restricted(),
                **_limits(COMPOSE["prometheus"]),
            }
        },
        "volumes": {"prometheus": {}},
    }


def scraping() -> Document:
    """What that Prometheus reads."""
    return observing.scraping(observing.in_containers(), rules="rules/*.yaml")


def _pair(app: App, number: int) -> Document:
    name = app.app_id if number == 0 else f"{app.app_id}-{number}"
    return {name: _app(app, number), f"{name}-daprd": _sidecar(app, name)}


def _app(app: App, number: int) -> Document:
    variables = {"APP_ID": app.app_id, "REPLICA": str(number), "ENVIRONMENT": "development", "LOG_LEVEL": "INFO"}
    volumes: list[str] = []
    if app.app_id == FRONTEND:
        variables |= {"PORT": str(app.open_port), "HOSTNAME": "0.0.0.0"}  # noqa: S104 - a container's own address
    else:
        variables |= {"PUBLIC_PORT": str(app.open_port)}
        variables |= {"SERVICE_KEY_FILE": f"{KEYS}/service-{app.app_id}.pem"}
        variables |= {"SERVICE_KEYS_FILE": f"{KEYS}/service-keys.json"}
        given = (f"service-{app.app_id}.pem", "service-keys.json", *_SECRETS.get(app.app_id, ()))
        volumes += [_secret(file) for file in given]
    if app.app_port is not None:
        variables |= {"APP_PORT": str(app.app_port)}
    if app.app_id == "todo-backend":
        variables |= {"ACCESS_TOKEN_KEY_FILE": f"{KEYS}/access-token.pem"}
    if app.app_id == "notification-service":
        variables |= {"CHANNEL_KEYS_FILE": f"{KEYS}/channels.keys", "VAPID_KEY_FILE": f"{KEYS}/vapid.pem"}
        variables |= {"PUBLIC_URL": "${TODO_PUBLIC_URL:-http://localhost:8080}"}
    if app.app_id == "audit-service":
        variables |= {"SEAL_KEY_FILE": f"{KEYS}/audit-seals.pem", "SEALS_FILE": f"{DATA}/audit.ndjson"}
        volumes.append(f"seals:{DATA}")
    service: Document = {
        "image": _ours("todo-backend" if app.app_id == "todo-relay" else app.app_id),
        **({"command": [app.module]} if app.app_id == "todo-relay" else {}),
        "env_file": [f"{GIVEN}/env/{app.app_id}.env"],
        "environment": variables,
        "volumes": volumes,
        "depends_on": _after(app),
        "stop_grace_period": "15s",
        **_hardened(),
        **_limits(COMPOSE[_kind(app.app_id)]),
    }
    published = {FRONTEND: "TODO_PAGE_PORT", "todo-backend": "TODO_API_PORT"}.get(app.app_id)
    if published and number == 0:
        service["ports"] = [f"127.0.0.1:${{{published}:-{app.open_port}}}:{app.open_port}"]
    return service


def _after(app: App) -> Document:
    """What an app starts after, and ends before."""
    if app.schema is None:
        return {"setup": {"condition": "service_completed_successfully"}}
    migrated = {f"migrate-{app.schema}": {"condition": "service_completed_successfully"}}
    return {**migrated, "postgres": {"condition": "service_healthy"}}


def _sidecar(app: App, name: str) -> Document:
    flags: dict[str, str | int] = {
        "app-id": app.app_id,
        "app-protocol": "http",
        "dapr-listen-addresses": "127.0.0.1",
        "dapr-internal-grpc-port": 50002,
        "config": f"/dapr/configuration/{app.app_id}.yaml",
        "dapr-graceful-shutdown-seconds": 5,
        "log-level": "info",
    }
    if app.app_port is not None:
        flags["app-port"] = app.app_port
    words = ["--log-as-json", *(word for flag, value in flags.items() for word in (f"--{flag}", str(value)))]
    words += [word for kind in RESOURCES for word in ("--resources-path", f"/dapr/{kind}")]
    return {
        "image": _ours("daprd"),
        "command": words,
        "network_mode": f"service:{name}",
        "env_file": [f"{GIVEN}/env/dapr.env"],
        "environment": {"GOMEMLIMIT": f"{COMPOSE['daprd'].mebibytes * 3 // 4}MiB"},
        "volumes": [f"{GIVEN}/dapr:/dapr:ro", _secret("secrets.json"), f"names:{DATA}"],
        # Kafka by name, too: what is stopped ends in this order backwards, and a sidecar leaves its group while it can.
        "depends_on": {name: {"condition": "service_started"}, "kafka": {"condition": "service_started"}},
        "stop_grace_period": "20s",
        **_hardened(),
        **_limits(COMPOSE["daprd"]),
    }


def _postgres() -> Document:
    return {
        "image": "${POSTGRES_IMAGE:-postgres:17}",
        "environment": {"POSTGRES_PASSWORD_FILE": f"{KEYS}/postgres-password", "PGDATA": "/var/lib/postgresql/data"},
        "volumes": ["postgres:/var/lib/postgresql/data", _secret("postgres-password")],
        "healthcheck": {
            "test": ["CMD", "pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"],
            "interval": "2s",
            "timeout": "3s",
            "retries": 45,
        },
        "stop_grace_period": "30s",
        "shm_size": "128m",
        **_limits(COMPOSE["postgres"]),
    }


def _kafka() -> Document:
    listeners = "PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093"
    settings: dict[str, str] = {
        "CLUSTER_ID": "dG9kby1wbGF0Zm9ybS0wMQ",
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS": "127.0.0.1:9093",
        "KAFKA_LISTENERS": listeners,
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{BROKER},CONTROLLER://127.0.0.1:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_LOG_DIRS": "/var/lib/kafka/data",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "8",
        "KAFKA_OFFSETS_RETENTION_MINUTES": str(60 * 24 * 14),
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_HEAP_OPTS": "-Xms192m -Xmx384m",
    }
    return {
        "image": "${KAFKA_IMAGE:-apache/kafka:4.0.0}",
        "environment": settings,
        "volumes": ["kafka:/var/lib/kafka/data"],
        "stop_grace_period": "30s",
        **_limits(COMPOSE["kafka"]),
    }


def _setup() -> Document:
    host, port = DATABASE
    return {
        "image": _ours("todo-setup"),
        "environment": {
            "DATABASE_SUPERUSER_URL": f"postgresql://postgres@{host}:{port}/postgres",
            "PASSWORDS_FILE": f"{KEYS}/passwords.json",
            "KAFKA_BROKERS": BROKER,
            "NAMES_FILE": f"{DATA}/names.db",
        },
        "volumes": [_secret("passwords.json"), f"names:{DATA}"],
        "depends_on": {"postgres": {"condition": "service_healthy"}, "kafka": {"condition": "service_started"}},
        **_hardened(),
        **_limits(COMPOSE["once"]),
    }


def _migration(schema: str) -> Document:
    image, package = MIGRATED[schema]
    return {
        "image": _ours(image),
        "command": [f"{package}.migrate"],
        "env_file": [f"{GIVEN}/env/{schema}-owner.env"],
        "depends_on": {"setup": {"condition": "service_completed_successfully"}},
        "healthcheck": {"disable": True},
        **_hardened(),
        **_limits(COMPOSE["once"]),
    }


def _hardened() -> Document:
    """What every container of ours is refused."""
    return {"user": "65532:65532", **_restricted()}


def _restricted() -> Document:
    return {
        "read_only": True,
        "tmpfs": ["/tmp:size=64m,mode=1777"],  # noqa: S108 - of the container
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }


def _limits(limit: Limit) -> Document:
    cpus = {"cpus": limit.cpus} if limit.cpus else {}
    return {"mem_limit": f"{limit.mebibytes}m", "pids_limit": limit.processes, **cpus}


def _kind(name: str) -> str:
    """Which line of the table of limits a service takes."""
    if name.endswith("-daprd"):
        return "daprd"
    app_id, _ = REPLICATED
    return app_id if name.startswith(app_id) else name


def _ours(image: str) -> str:
    return f"${{TODO_REGISTRY:-todo}}/{image}:${{TODO_TAG:-dev}}"


def _secret(file: str) -> str:
    return f"{GIVEN}/keys/{file}:{KEYS}/{file}:ro"
