"""The multi-app run file of the Dapr CLI: `dapr run -f dapr/dapr.yaml` after `make infra`."""

from __future__ import annotations

import os
from pathlib import Path

from event_contracts.apps import APPS, App

from local_runtime.layout import CLONE
from local_runtime.render.components import Document
from local_runtime.render.place import Place

RESOURCES = ("components", "subscriptions", "resiliency")


def run_file(place: Place, folder: Path) -> Document:
    """Every app with its ports. Secrets are not in it: the command reads them from the keys folder."""
    return {
        "version": 1,
        "common": {"resourcesPaths": [f"./{name}" for name in RESOURCES]},
        "apps": [_app(place, place.app(app_id), folder) for app_id in APPS],
    }


def _app(place: Place, app: App, folder: Path) -> Document:
    ports = {} if app.app_port is None else {"appPort": app.app_port, "appProtocol": "http"}
    return {
        "appID": app.app_id,
        "appDirPath": os.path.relpath(CLONE, folder),
        # The CLI reads this one from the app's folder, and resourcesPaths from the run file's.
        "configFilePath": os.path.relpath(folder / "configuration" / f"{app.app_id}.yaml", CLONE),
        **ports,
        "daprHTTPPort": app.sidecar.http,
        "daprGRPCPort": app.sidecar.grpc,
        "daprInternalGRPCPort": app.sidecar.internal_grpc,
        "metricsPort": app.sidecar.metrics,
        "apiListenAddresses": "127.0.0.1",
        "placementHostAddress": "",
        # A space: the CLI makes localhost of an empty one, and a sidecar without its scheduler never becomes healthy.
        "schedulerHostAddress": " ",
        "appLogDestination": "console",
        "daprdLogDestination": "file",
        "command": [".venv/bin/python", "-m", "local_runtime", "exec", *_where(place), app.app_id],
    }


def _where(place: Place) -> list[str]:
    return [] if place == Place() else ["--offset", str(place.offset), "--directory", place.written(place.folder)]
