"""The command line and environment of every app and sidecar."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from event_contracts.apps import App

from local_runtime import database
from local_runtime.keys import Keys
from local_runtime.layout import CLONE
from local_runtime.platform.process import Spec
from local_runtime.postgres import SUPERUSER
from local_runtime.provision.everything import Parts
from local_runtime.provision.frontend import SOURCES
from local_runtime.render.place import Place
from local_runtime.render.run_file import RESOURCES

FRONTEND = "todo-frontend"
MAIL = "mail-catcher"
_GO = {"GOGC": "400", "GOMAXPROCS": str(max(1, (os.cpu_count() or 1) // 4))}
"""Of a sidecar. By default Go collects at each few new megabytes, a tenth of its processor time under load, and runs on
every core: several sidecars then take turns in looking for work, which doubled an event's time through Dapr.
"""

_NICENESS = {"audit-service": 5}
"""Who stands back, with its sidecar, when the cores are full: an entry of the history may come a second later, a
reminder may not. Without it the one who works most is late first, and that is who sends the reminders.
"""


def app_name(app_id: str, replica: int = 0) -> str:
    """The name of an app's process: its app-id, from the second replica on with its number."""
    return app_id if replica == 0 else f"{app_id}-{replica}"


def sidecar_name(app_id: str, replica: int = 0) -> str:
    """The name of a sidecar's process."""
    return f"{app_name(app_id, replica)}-daprd"


@dataclass(frozen=True)
class Specs:
    """Makes the specs of one platform."""

    place: Place
    keys: Keys
    parts: Parts
    page: Sequence[str] | None = None
    """Another program for the page than the built server; it runs in the folder of the page's sources."""
    otlp_endpoint: str | None = None
    """Where spans go; None: where OTEL_EXPORTER_OTLP_ENDPOINT of this process says, else nowhere."""

    def app(self, app_id: str, replica: int = 0) -> Spec:
        """An app's own process."""
        app = self.place.app(app_id, replica)
        ports = {"open": app.open_port} | ({"app": app.app_port} if app.app_port is not None else {})
        return Spec(
            name=app_name(app_id, replica),
            command=self.command(app),
            env=self.environment(app, replica),
            log=self.place.logs_folder / f"{app_name(app_id, replica)}.log",
            health=f"http://127.0.0.1:{app.open_port}/health/ready",
            ports=ports,
            replica=replica,
            folder=CLONE if app_id != FRONTEND or self.page is None else SOURCES,
            niceness=_NICENESS.get(app_id, 0),
        )

    def sidecar(self, app_id: str, replica: int = 0) -> Spec:
        """The daprd beside an app."""
        app = self.place.app(app_id, replica)
        name, ports = sidecar_name(app_id, replica), app.sidecar
        folder = self.place.written(self.place.dapr_folder)  # daprd takes a comma in a path for the end of it
        flags: dict[str, str | int] = {
            "app-id": app_id,
            "app-protocol": "http",
            "dapr-http-port": ports.http,
            "dapr-grpc-port": ports.grpc,
            "dapr-internal-grpc-port": ports.internal_grpc,
            "metrics-port": ports.metrics,
            "dapr-listen-addresses": "127.0.0.1",
            "dapr-internal-grpc-listen-address": "127.0.0.1",
            "metrics-listen-address": "127.0.0.1",
            "config": f"{folder}/configuration/{app_id}.yaml",
            "dapr-graceful-shutdown-seconds": 2,
            "log-level": "info",
        }
        if app.app_port is not None:
            flags["app-port"] = app.app_port
        command = [str(self.parts.daprd), "--log-as-json"]
        command += [part for flag, value in flags.items() for part in (f"--{flag}", str(value))]
        command += [part for kind in RESOURCES for part in ("--resources-path", f"{folder}/{kind}")]
        return Spec(
            name=name,
            command=command,
            env={"DAPR_HOST_IP": "127.0.0.1", **_GO, **self.keys.dapr_tokens},
            log=self.place.logs_folder / f"{name}.log",
            health=f"http://127.0.0.1:{ports.http}/v1.0/healthz",
            ports={"http": ports.http, "grpc": ports.grpc, "internal": ports.internal_grpc, "metrics": ports.metrics},
            replica=replica,
            niceness=_NICENESS.get(app_id, 0),
        )

    def command(self, app: App) -> list[str]:
        """The program of an app."""
        if app.module is None and self.page is not None:
            return list(self.page)
        if app.module is None:
            return [str(self.parts.node.binary), str(self.parts.frontend) + "/server.mjs"]
        return [sys.executable, "-m", app.module]

    def environment(self, app: App, replica: int = 0) -> dict[str, str]:
        """The settings of an app, secrets included."""
        common = {
            "APP_ID": app.app_id,
            "REPLICA": str(replica),
            "ENVIRONMENT": "development",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
            "DAPR_HTTP_PORT": str(app.sidecar.http),
            "DAPR_GRPC_PORT": str(app.sidecar.grpc),
            "DAPR_API_TOKEN": self.keys.dapr_tokens["DAPR_API_TOKEN"],
        }
        if self.otlp_endpoint is not None:
            common["OTEL_EXPORTER_OTLP_ENDPOINT"] = self.otlp_endpoint
        if app.app_id == FRONTEND:
            # Without bounds the heap grows to 400 to 700 MB before it is collected; with them it stays near 200.
            bounds = "--max-semi-space-size=8 --max-old-space-size=256" if self.page is None else ""
            return {
                **common,
                "PORT": str(app.open_port),
                "HOSTNAME": "127.0.0.1",
                "SESSION_KEY": self.keys.session_key,
                "NEXT_TELEMETRY_DISABLED": "1",
                "NODE_OPTIONS": bounds,
            }
        own = {
            "PUBLIC_PORT": str(app.open_port),
            "PUBLIC_HOST": "127.0.0.1",
            "APP_API_TOKEN": self.keys.dapr_tokens["APP_API_TOKEN"],
            "SERVICE_KEY_FILE": str(self.keys.service_key(app.app_id)),
            "SERVICE_KEYS_FILE": str(self.keys.service_keys),
            "PYTHONUNBUFFERED": "1",
        }
        if app.app_port is not None:
            own["APP_PORT"] = str(app.app_port)
        if app.schema is not None:
            own["DATABASE_URL"] = self.database_url(database.app_role(app.schema))
        if app.app_id == "todo-backend":
            own["ACCESS_TOKEN_KEY_FILE"] = str(self.keys.access_token_key)
        if app.app_id == "audit-service":
            own["SEAL_KEY_FILE"] = str(self.keys.seal_key)
            own["SEALS_FILE"] = str(self.place.seals_file)
        if app.app_id == "notification-service":
            own |= self._channels()
        return common | own

    def _channels(self) -> dict[str, str]:
        """What notification-service sends e-mails and the rest with: everything stays on this machine."""
        return {
            "CHANNEL_KEYS_FILE": str(self.keys.channel_keys),
            "VAPID_KEY_FILE": str(self.keys.vapid_key),
            "PUBLIC_URL": f"http://127.0.0.1:{self.place.app('todo-backend').open_port}",
            "ALLOWED_NETWORKS": "127.0.0.0/8,::1/128",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.place.mail_port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "reminders@todo.example",
        }

    def mail_catcher(self) -> Spec:
        """What takes the e-mails of this platform and shows them."""
        ports = {"smtp": self.place.mail_port, "open": self.place.mail_page_port}
        return Spec(
            name=MAIL,
            command=[sys.executable, "-m", "local_runtime.mail_catcher", *map(str, ports.values())],
            log=self.place.logs_folder / f"{MAIL}.log",
            health=f"http://127.0.0.1:{ports['open']}/health",
            ports=ports,
        )

    def database_url(self, role: str) -> str:
        """Address of the database `todo` for a role."""
        return database.url(self.superuser_url, role, self.keys.passwords[role])

    @property
    def superuser_url(self) -> str:
        """Address of the maintenance database for the superuser."""
        return (
            f"postgresql://{SUPERUSER}:{self.keys.passwords['superuser']}@127.0.0.1:{self.place.postgres_port}/postgres"
        )
