"""The real collector with its real configuration, between what exports and a receiver."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from local_runtime import layout, ports
from local_runtime.provision.cache import Cache
from local_runtime.provision.collector import collector

from tests.people import eventually

CONFIGURATION = layout.CLONE / "monitoring" / "collector" / "collector.yaml"


def program() -> Path:
    """The collector, built when it is absent."""
    return collector(Cache(layout.cache_folder()))


@contextmanager
def collecting(behind: str, folder: Path, logs: str = "/nowhere/*.log") -> Iterator[str]:
    """A collector that hands on to the receiver at `behind`; gives the address at which it takes OTLP over HTTP."""
    listening = {name: ports.any_free() for name in ("OTLP_HTTP_PORT", "OTLP_GRPC_PORT", "HEALTH_PORT", "METRICS_PORT")}
    settings = {
        "HOST": "127.0.0.1",
        "STATE_FOLDER": str(folder / "state"),
        "LOGS": logs,
        "TRACES_URL": f"{behind}/v1/traces",
        "LOGS_URL": f"{behind}/otlp/v1/logs",
        **{name: str(port) for name, port in listening.items()},
    }
    with (folder / "collector.log").open("wb") as said:
        running = subprocess.Popen(
            [program(), "--config", CONFIGURATION], env={**os.environ, **settings}, stdout=said, stderr=said
        )
    try:
        eventually(lambda: _is_healthy(running, folder, listening["HEALTH_PORT"]), 30, "the collector is healthy")
        yield f"http://127.0.0.1:{listening['OTLP_HTTP_PORT']}"
    finally:
        running.terminate()
        running.wait(20)


def _is_healthy(running: subprocess.Popen[bytes], folder: Path, port: int) -> bool:
    assert running.poll() is None, (folder / "collector.log").read_text()
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).is_success
    except httpx.TransportError:
        return False
