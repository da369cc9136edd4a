"""The OpenTelemetry Collector with what monitoring/collector/ names, built from our own pinned Go module."""

from __future__ import annotations

from pathlib import Path

from local_runtime.provision import cluster_tools
from local_runtime.provision.cache import Cache


def collector(cache: Cache) -> Path:
    """The `collector` binary. Cold it takes about a quarter of an hour on two cores."""
    return cluster_tools.built(cache, "collector", ".", "-s -w")
