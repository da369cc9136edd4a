"""promtool, built from our own pinned Go module; only `make alerts` needs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from local_runtime.layout import TOOL
from local_runtime.provision import golang
from local_runtime.provision.cache import Cache, fingerprint

_SOURCES: Final = TOOL / "promtool"
_FLAGS: Final = ("-tags", "remove_all_sd", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w")


def promtool(cache: Cache) -> Path:
    """The `promtool` binary. Cold it takes some minutes on two cores."""

    def build(folder: Path) -> None:
        golang.build(cache, _SOURCES, "github.com/prometheus/prometheus/cmd/promtool", _FLAGS, folder / "promtool")

    files = [_SOURCES / "go.mod", _SOURCES / "go.sum"]
    key = fingerprint(files, *_FLAGS, sys.platform, os.uname().machine)
    return cache.part("promtool", key, build) / "promtool"
