"""What Prometheus and Alertmanager are told: the same jobs, labels, rules and routes in containers and on a laptop."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml
from event_contracts.apps import APPS

from local_runtime.layout import CLONE
from local_runtime.render.components import Document
from local_runtime.render.place import Place

MONITORING: Final = CLONE / "monitoring"
_FRONTEND: Final = "todo-frontend"
_QUICKLY: Final = re.compile(r"^(\s+(?:- )?for): \S+$", re.MULTILINE)


def scraping(
    jobs: Mapping[str, Mapping[str, str]], *, rules: str, alertmanager: str | None = None, every: str = "15s"
) -> Document:
    """A configuration of Prometheus. `jobs`: job → app-id → address; the scrape gives each target its app's name."""
    configs: list[Document] = [
        {
            "job_name": job,
            "static_configs": [{"targets": [address], "labels": {"app_id": app}} for app, address in targets.items()],
        }
        for job, targets in jobs.items()
    ]
    alerting = {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]} if alertmanager else None
    return {
        "global": {"scrape_interval": every, "evaluation_interval": every},
        "rule_files": [rules],
        **({"alerting": alerting} if alerting else {}),
        "scrape_configs": configs,
    }


def in_containers() -> dict[str, dict[str, str]]:
    """Job → app-id → address, where each container has its own: apps at their open port, sidecars at 9090."""
    return {
        "apps": {app.app_id: f"{app.app_id}:{app.open_port}" for app in APPS.values() if app.app_id != _FRONTEND},
        "sidecars": {app_id: f"{app_id}:9090" for app_id in APPS},
    }


def at(place: Place) -> dict[str, dict[str, str]]:
    """Job → app-id → address on this machine. `stores` is what tells of PostgreSQL, Kafka and the disk."""
    apps = {app_id: place.app(app_id) for app_id in APPS}
    return {
        "apps": {name: f"127.0.0.1:{app.open_port}" for name, app in apps.items() if name != _FRONTEND},
        "sidecars": {name: f"127.0.0.1:{app.sidecar.metrics}" for name, app in apps.items()},
        "stores": {"stores": f"127.0.0.1:{place.stores_port}"},
    }


def rules(*, quick: bool = False) -> dict[str, str]:
    """File name → the rules; `quick`: whatever waits for minutes waits for two seconds, and nothing else differs."""
    files = sorted((MONITORING / "prometheus" / "rules").glob("*.yaml"))
    return {file.name: _QUICKLY.sub(r"\1: 2s", file.read_text()) if quick else file.read_text() for file in files}


def alerting(mail: str, *, quick: bool = False) -> Document:
    """The routes of monitoring/alertmanager/ with this mail server, in plain text as the catcher wants it."""
    document: dict[str, Any] = yaml.safe_load((MONITORING / "alertmanager" / "alertmanager.yaml").read_text())
    document["global"] |= {"smtp_smarthost": mail, "smtp_require_tls": False}
    if quick:
        document["route"] |= {"group_wait": "1s", "group_interval": "2s"}
    return document
