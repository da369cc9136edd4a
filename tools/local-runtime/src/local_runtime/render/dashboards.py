"""Grafana's dashboards, made of the short source in monitoring/dashboards/."""

from __future__ import annotations

import json
from typing import Any, Final

import yaml

from local_runtime.render.observing import MONITORING

SOURCE: Final = MONITORING / "dashboards" / "dashboards.yaml"
_WIDTH, _HEIGHT = 12, 8
_DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}


def dashboards() -> dict[str, str]:
    """File name → JSON of the dashboard (Grafana's schema version 39)."""
    named: dict[str, Any] = yaml.safe_load(SOURCE.read_text())
    return {f"{name}.json": json.dumps(_dashboard(name, told), indent=1) + "\n" for name, told in named.items()}


def _dashboard(name: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "uid": f"todo-{name}",
        "title": told["title"],
        "tags": ["todo-app"],
        "timezone": "browser",
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {
            "list": [{"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}]
        },
        "panels": [_panel(number, *panel) for number, panel in enumerate(told["panels"])],
    }


def _panel(number: int, title: str, unit: str, description: str, queries: dict[str, str]) -> dict[str, Any]:
    row, column = divmod(number, 2)
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "description": description,
        "datasource": _DATASOURCE,
        "gridPos": {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {
                "refId": chr(ord("A") + place),
                "datasource": _DATASOURCE,
                "expr": expression,
                "legendFormat": legend,
                "exemplar": "_bucket" in expression,
            }
            for place, (legend, expression) in enumerate(queries.items())
        ],
    }
