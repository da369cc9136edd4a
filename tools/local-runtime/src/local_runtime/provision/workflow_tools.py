"""What holds the workflows of CI against their rules: actionlint, the shellcheck that it asks, and zizmor."""

from __future__ import annotations

from pathlib import Path

from local_runtime.provision import cluster_tools, tools
from local_runtime.provision.cache import Cache


def actionlint(cache: Cache) -> Path:
    """The `actionlint` binary, built from our own pinned Go module."""
    return cluster_tools.built(cache, "actionlint", "github.com/rhysd/actionlint/cmd/actionlint", "-s -w")


def shellcheck(cache: Cache) -> Path:
    """The `shellcheck` binary, out of a wheel."""
    return tools.wheel(cache, "shellcheck") / "bin" / "shellcheck"


def zizmor(cache: Cache) -> Path:
    """The `zizmor` binary, out of a wheel."""
    return tools.wheel(cache, "zizmor") / "bin" / "zizmor"
