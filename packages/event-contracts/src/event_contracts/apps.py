"""The deployables of the platform and the ports each one listens on, as data.

Ports are those of a laptop at offset 0; `local-runtime` shifts all of them together. In a cluster every
sidecar is at 3500 and 50001 and the application ports stay as they are here.
"""

from __future__ import annotations

from dataclasses import dataclass

REPLICA_APP_PORT_STEP = 100
REPLICA_SIDECAR_PORT_STEP = 20


@dataclass(frozen=True, slots=True)
class App:
    """One deployable: its Dapr app-id, its ports and the PostgreSQL schema that it owns.

    `app_port` is the loopback listener that only the sidecar may call (None: Dapr never calls this app).
    `open_port` is what people, probes and scrapes reach.
    """

    app_id: str
    app_port: int | None
    open_port: int
    sidecar: SidecarPorts
    schema: str | None
    module: str | None

    def at(self, offset: int = 0, replica: int = 0) -> App:
        """Return the same app with its ports shifted for a port offset and a replica number (0 is the first)."""
        shift = offset + REPLICA_APP_PORT_STEP * replica
        return App(
            app_id=self.app_id,
            app_port=None if self.app_port is None else self.app_port + shift,
            open_port=self.open_port + shift,
            sidecar=self.sidecar.at(offset, replica),
            schema=self.schema,
            module=self.module,
        )


@dataclass(frozen=True, slots=True)
class SidecarPorts:
    """The four ports of a `daprd` process, all on loopback."""

    http: int
    grpc: int
    internal_grpc: int
    metrics: int

    def at(self, offset: int, replica: int) -> SidecarPorts:
        """Return these ports shifted for a port offset and a replica number."""
        shift = offset + REPLICA_SIDECAR_PORT_STEP * replica
        return SidecarPorts(self.http + shift, self.grpc + shift, self.internal_grpc + shift, self.metrics + shift)


def _sidecar(index: int) -> SidecarPorts:
    return SidecarPorts(3500 + index, 3600 + index, 3700 + index, 3800 + index)


TODO_FRONTEND = App("todo-frontend", None, 3000, _sidecar(0), None, None)
TODO_BACKEND = App("todo-backend", 8000, 8080, _sidecar(1), "tasks", "todo_backend.main")
TODO_RELAY = App("todo-relay", None, 8085, _sidecar(2), "tasks", "todo_backend.relay")
RECURRING_TASK_SERVICE = App(
    "recurring-task-service", 8001, 8081, _sidecar(3), "recurring", "recurring_task_service.main"
)
NOTIFICATION_SERVICE = App(
    "notification-service", 8002, 8082, _sidecar(4), "notifications", "notification_service.main"
)
AUDIT_SERVICE = App("audit-service", 8003, 8083, _sidecar(5), "audit", "audit_service.main")

APPS: dict[str, App] = {
    app.app_id: app
    for app in (
        TODO_FRONTEND,
        TODO_BACKEND,
        TODO_RELAY,
        RECURRING_TASK_SERVICE,
        NOTIFICATION_SERVICE,
        AUDIT_SERVICE,
    )
}

POSTGRES_PORT = 15432
KAFKA_PORT = 19092
KAFKA_CONTROLLER_PORT = 19093
MAIL_PORT = 18025
"""Where the mail catcher of a laptop takes e-mails; in a cluster there is a real mail server."""
MAIL_PAGE_PORT = 18026
PROMETHEUS_PORT = 19090
ALERTMANAGER_PORT = 19095
STORES_PORT = 19096
"""What `make run OBSERVE=1` opens besides: Prometheus, Alertmanager, and the metrics of PostgreSQL and Kafka."""
