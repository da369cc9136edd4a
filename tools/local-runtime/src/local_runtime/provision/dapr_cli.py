"""The Dapr CLI, built from our own pinned Go module for who wants `dapr run -f`; nothing else needs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from local_runtime.layout import TOOL
from local_runtime.provision import golang
from local_runtime.provision.cache import Cache, fingerprint
from local_runtime.provision.daprd import daprd

CLI_VERSION: Final = "1.16.5"
_SOURCES: Final = TOOL / "dapr-cli"
_FLAGS: Final = ("-trimpath", "-buildvcs=false", "-ldflags", f"-s -w -X main.version={CLI_VERSION}")


def dapr_cli(cache: Cache) -> Path:
    """The `dapr` binary. Cold it takes two to three minutes on two cores."""

    def build(folder: Path) -> None:
        golang.build(cache, _SOURCES, "github.com/dapr/cli", _FLAGS, folder / "dapr")

    return cache.part("dapr-cli", _key(), build) / "dapr"


def is_built(cache: Cache) -> bool:
    """Whether `dapr_cli` will be there at once."""
    return cache.has("dapr-cli", _key())


def runtime_path(cache: Cache) -> Path:
    """A value for DAPR_RUNTIME_PATH: a folder that has our daprd where `dapr init --slim` puts one."""
    sidecar = daprd(cache)

    def link(folder: Path) -> None:
        where = folder / ".dapr" / "bin"
        where.mkdir(parents=True)
        (where / "daprd").symlink_to(sidecar)

    return cache.part("dapr-runtime", fingerprint([], str(sidecar)), link)


def _key() -> str:
    return fingerprint([_SOURCES / "go.mod", _SOURCES / "go.sum"], *_FLAGS, sys.platform, os.uname().machine)
