"""Building a program from a Go module of ours, with the toolchain that is installed or comes as a wheel."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local_runtime.errors import PartMissingError
from local_runtime.provision import tools
from local_runtime.provision.cache import Cache

OLDEST_GO: Final = (1, 26, 5)


def build(cache: Cache, module: Path, package: str, flags: Sequence[str], into: Path) -> None:
    """Build `package`, as go.mod and go.sum in the folder `module` pin it, into the file `into`."""
    go, folders = _toolchain(cache)
    settings = {**folders, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
    tools.run([go, "build", *flags, "-o", into, package], cache.log(into.name), cwd=module, env=settings)


def sources(cache: Cache, module: str, version: str) -> Path:
    """The folder with the files of a published module, which may not be written to."""
    go, folders = _toolchain(cache)
    settings = {**os.environ, **folders, "GOTOOLCHAIN": "local", "GOWORK": "off"}
    command = [str(go), "mod", "download", "-json", f"{module}@{version}"]
    said = subprocess.run(command, cwd=cache.root, env=settings, capture_output=True, text=True, check=False)
    found = json.loads(said.stdout or "{}")
    if "Dir" not in found:
        raise PartMissingError(f"{module} {version} is not to be had: {found.get('Error') or said.stderr.strip()}")
    return Path(found["Dir"])


def installed_go() -> Path | None:
    """The installed toolchain, if it is new enough."""
    return tools.installed("go", "version", at_least=OLDEST_GO)


def _toolchain(cache: Cache) -> tuple[Path, dict[str, str]]:
    """The toolchain, and the environment that keeps what it downloads in our cache when it is ours."""
    own = installed_go()
    if own:
        return own, {}
    root = tools.wheel(cache, "go") / "go"
    kept = cache.root / "go"
    return root / "bin" / "go", {"GOROOT": str(root), "GOPATH": str(kept), "GOCACHE": str(kept / "build")}
