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
_FOR: Final = re.compile(r"^(\s+(?:- )?for): \S+$", re.MULTILINE)
_WINDOW: Final = re.compile(r"((?:increase|rate)\([^\[\]]*\[| offset )(5m|10m|30m|1h|2h|6h|1d)\b")
_SHORTER: Final = {"5m": "1m", "10m": "2m", "30m": "1m", "1h": "2m", "2h": "2m", "6h": "3m", "1d": "3m"}


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
    """File name → the rules; `quick`: alerts wait for two seconds and rates look back for one to three minutes.

    Then a drill sees an alert begin and end. Thresholds are the same, and so are the minutes that are part of them.
    """
    files = sorted((MONITORING / "prometheus" / "rules").glob("*.yaml"))
    return {file.name: _quickly(file.read_text()) if quick else file.read_text() for file in files}


def _quickly(text: str) -> str:
    shorter = _WINDOW.sub(lambda found: found[1] + _SHORTER[found[2]], _FOR.sub(r"\1: 2s", text))
    return shorter.replace("interval: 30s", "interval: 3s")


def alerting(mail: str, *, quick: bool = False) -> Document:
    """The routes of monitoring/alertmanager/ with this mail server, in plain text as the catcher wants it."""
    document: dict[str, Any] = yaml.safe_load((MONITORING / "alertmanager" / "alertmanager.yaml").read_text())
    document["global"] |= {"smtp_smarthost": mail, "smtp_require_tls": False}
    if quick:
        document["route"] |= {"group_wait": "1s", "group_interval": "2s"}
    return document
