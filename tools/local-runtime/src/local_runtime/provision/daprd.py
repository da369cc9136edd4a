"""The sidecar, built from our own pinned Go module."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from local_runtime.layout import TOOL
from local_runtime.provision import golang
from local_runtime.provision.cache import Cache, fingerprint

DAPR_VERSION: Final = "1.18.2"
_SOURCES: Final = TOOL / "daprd"
_NAMED: Final = ("github.com/dapr/dapr/pkg/buildinfo.version", "github.com/dapr/kit/logger.DaprVersion")
_LINKING: Final = " ".join(["-s", "-w", *(f"-X {name}={DAPR_VERSION}" for name in _NAMED)])
FLAGS: Final = ("-trimpath", "-buildvcs=false", "-ldflags", _LINKING)


def daprd(cache: Cache) -> Path:
    """The daprd binary. Cold it takes about three minutes on two cores."""

    def build(folder: Path) -> None:
        golang.build(cache, _SOURCES, ".", FLAGS, folder / "daprd")

    return cache.part(*part(), build) / "daprd"


def is_built(cache: Cache) -> bool:
    """Whether `daprd` will be there at once."""
    return cache.has(*part())


def part() -> tuple[str, str]:
    """Name and key of the part in the cache."""
    sources = [_SOURCES / "go.mod", _SOURCES / "go.sum", *_SOURCES.glob("*.go")]
    return "daprd", fingerprint(sources, *FLAGS, sys.platform, os.uname().machine)
