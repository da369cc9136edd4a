"""Where one platform lives: its port offset and its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from event_contracts import apps

from local_runtime.layout import CLONE, RUN


@dataclass(frozen=True)
class Place:
    """`offset` is added to every port; `folder` holds data, logs, keys and the rendered files."""

    offset: int = 0
    folder: Path = RUN

    @property
    def postgres_port(self) -> int:
        """Where PostgreSQL listens."""
        return apps.POSTGRES_PORT + self.offset

    @property
    def kafka_port(self) -> int:
        """Where Kafka's clients connect."""
        return apps.KAFKA_PORT + self.offset

    @property
    def brokers(self) -> str:
        """What Kafka's clients are told."""
        return f"127.0.0.1:{self.kafka_port}"

    @property
    def kafka_controller_port(self) -> int:
        """Where Kafka's controller listens."""
        return apps.KAFKA_CONTROLLER_PORT + self.offset

    @property
    def mail_port(self) -> int:
        """Where the mail catcher takes e-mails."""
        return apps.MAIL_PORT + self.offset

    @property
    def mail_page_port(self) -> int:
        """Where the mail catcher shows them."""
        return apps.MAIL_PAGE_PORT + self.offset

    @property
    def prometheus_port(self) -> int:
        """Where Prometheus answers, when the platform is observed."""
        return apps.PROMETHEUS_PORT + self.offset

    @property
    def alertmanager_port(self) -> int:
        """Where Alertmanager does."""
        return apps.ALERTMANAGER_PORT + self.offset

    @property
    def stores_port(self) -> int:
        """Where the metrics of PostgreSQL, Kafka and the disk are."""
        return apps.STORES_PORT + self.offset

    @property
    def observe_folder(self) -> Path:
        """Configuration and data of Prometheus and Alertmanager."""
        return self.folder / "observe"

    @property
    def keys_folder(self) -> Path:
        """Secrets, readable by their owner only."""
        return self.folder / "keys"

    @property
    def logs_folder(self) -> Path:
        """One log per process."""
        return self.folder / "logs"

    @property
    def names_file(self) -> Path:
        """Where sidecars find each other."""
        return self.folder / "names.db"

    @property
    def seals_file(self) -> Path:
        """The seals over the audit, outside of the database. All replicas append to it."""
        return self.folder / "seals" / "audit.ndjson"

    @property
    def dapr_folder(self) -> Path:
        """The rendered files that this platform's sidecars read."""
        return self.folder / "dapr"

    def written(self, path: Path) -> str:
        """The path as rendered files say it: from the clone's root, where sidecars run, or absolute outside of it."""
        return str(path.relative_to(CLONE)) if path.is_relative_to(CLONE) else str(path)

    def app(self, app_id: str, replica: int = 0) -> apps.App:
        """The app with the ports that it has here."""
        return apps.APPS[app_id].at(self.offset, replica)

    def ports(self) -> dict[int, str]:
        """Every port of the platform without further replicas, and whose it is."""
        owners = {
            self.postgres_port: "PostgreSQL",
            self.kafka_port: "Kafka",
            self.kafka_controller_port: "Kafka's controller",
            self.mail_port: "the mail catcher",
            self.mail_page_port: "the mail catcher's page",
        }
        for app_id in apps.APPS:
            owners |= app_ports(self.app(app_id))
        return owners

    def observing_ports(self) -> dict[int, str]:
        """The ports that are opened besides when the platform is observed."""
        return {
            self.prometheus_port: "Prometheus",
            self.alertmanager_port: "Alertmanager",
            self.stores_port: "the metrics of PostgreSQL and Kafka",
        }


def app_ports(app: apps.App) -> dict[int, str]:
    """The ports of one replica of an app and of its sidecar, and whose they are."""
    owners = {app.open_port: app.app_id}
    if app.app_port is not None:
        owners[app.app_port] = app.app_id
    sidecar = app.sidecar
    return owners | dict.fromkeys(
        (sidecar.http, sidecar.grpc, sidecar.internal_grpc, sidecar.metrics), f"the sidecar of {app.app_id}"
    )
