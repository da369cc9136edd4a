"""All rendered files of one platform, as text and on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml
from event_contracts.apps import APPS

from local_runtime.layout import CLONE
from local_runtime.render import broker, chart, components, compose, dashboards, policies, run_file
from local_runtime.render.alert_routes import alert_routes
from local_runtime.render.components import Document
from local_runtime.render.place import Place
from local_runtime.render.values_schema import values_schema

RULES: Final = CLONE / "monitoring" / "prometheus" / "rules"
"""Alerts; the chart takes them as they are."""
_HEADER = "# Rendered from event-contracts by `make render`; a change here is lost, and a test fails until then.\n"


def rendered(place: Place, folder: Path, otlp_endpoint: str | None = None) -> dict[str, str]:
    """File name below `folder` → content, for the platform at `place`; sidecars trace when an endpoint is named."""
    documents: dict[str, list[Document]] = {
        "dapr.yaml": [run_file.run_file(place, folder)],
        "components/pubsub-kafka.yaml": [components.kafka_pubsub(place)],
        "components/pubsub-kafka-broadcast.yaml": [components.kafka_broadcast(place)],
        "components/state-postgres.yaml": [components.state_store()],
        "components/bindings-cron.yaml": components.cron_bindings(),
        "components/secretstores-local.yaml": [components.secret_store(place)],
        "resiliency/resiliency.yaml": [policies.resiliency()],  # alone in its file: beside others it is ignored
    }
    documents |= {f"subscriptions/{name}.yaml": [document] for name, document in policies.subscriptions().items()}
    documents |= {f"configuration/{app}.yaml": [policies.configuration(place, app, otlp_endpoint)] for app in APPS}
    return {name: _HEADER + _text(found) for name, found in documents.items()}


def rendered_for_chart() -> dict[str, str]:
    """File name below `helm/todo-app/files` → content."""
    rules = {f"rules/{file.name}": file.read_text() for file in sorted(RULES.glob("*.yaml"))}
    boards = {f"dashboards/{name}": text for name, text in dashboards.dashboards().items()}
    of_alerts = _HEADER.replace("event-contracts", "monitoring/alertmanager")
    routes = {"alert-routes.yaml": of_alerts + _text([alert_routes()])}
    return {name: _HEADER + _text(found) for name, found in chart.chart_files().items()} | rules | boards | routes


def compose_files() -> dict[str, str]:
    """File name below the repository's root → content: what Compose reads."""
    found = {
        "compose.yaml": compose.core(),
        "compose.production.yaml": compose.production(),
        "compose.monitoring.yaml": compose.monitoring(),
        "monitoring/prometheus/compose.yaml": compose.scraping(),
    }
    return {name: _HEADER + _text([document]) for name, document in found.items()}


def write_dashboards() -> None:
    """Write the dashboards as Grafana reads them."""
    for name, text in dashboards.dashboards().items():
        (dashboards.SOURCE.parent / name).write_text(text)


def write_compose(folder: Path = CLONE) -> None:
    """Write what Compose reads."""
    for name, text in compose_files().items():
        (folder / name).write_text(text)


def write(place: Place, folder: Path, otlp_endpoint: str | None = None) -> None:
    """Bring `folder` to exactly the files of a platform."""
    _bring(folder, rendered(place, folder, otlp_endpoint))


def write_for_chart(chart_folder: Path) -> None:
    """Bring `files` of the chart to exactly what it reads, and the schema of its values to what values.yaml has."""
    _bring(chart_folder / "files", rendered_for_chart())
    (chart_folder / "values.schema.json").write_text(schema_of(chart_folder / "values.yaml"))


def rendered_for_broker() -> dict[str, str]:
    """File name below `k8s/kafka` → content."""
    scripts = {name: f"#!/bin/sh\n{_HEADER}{text}" for name, text in broker.commands().items()}
    return {name: _HEADER + _text(found) for name, found in broker.strimzi_files().items()} | scripts


def write_for_broker(folder: Path) -> None:
    """Bring the folders of topics, users and scripts below `folder` to exactly the rendered files."""
    wanted = rendered_for_broker()
    for below in sorted({name.split("/")[0] for name in wanted}):
        inside = {name.split("/", 1)[1]: text for name, text in wanted.items() if name.startswith(f"{below}/")}
        _bring(folder / below, inside, keep=below not in {"topics", "users"})
    for name in broker.commands():
        (folder / name).chmod(0o755)


def schema_of(values: Path) -> str:
    """The schema of the chart's values."""
    return values_schema(yaml.safe_load(values.read_text()))


def _bring(folder: Path, wanted: dict[str, str], *, keep: bool = False) -> None:
    """Write what differs; what is unchanged is not touched, what is no longer meant goes (`keep`: stays)."""
    for name, text in wanted.items():
        file = folder / name
        if not file.exists() or file.read_text() != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    for file in folder.rglob("*.yaml"):
        if not keep and str(file.relative_to(folder)) not in wanted:
            file.unlink()


def _text(documents: list[Document]) -> str:
    return "---\n".join(
        yaml.safe_dump(document, sort_keys=False, default_flow_style=False, width=120) for document in documents
    )
