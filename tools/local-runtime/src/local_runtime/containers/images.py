"""Builds every image of the platform and says how large each is: `make images`."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_runtime import layout, terminal
from local_runtime.containers import stand_ins
from local_runtime.containers.engine import Engine, engine
from local_runtime.errors import LocalRuntimeError
from local_runtime.layout import CLONE
from local_runtime.provision import daprd
from local_runtime.provision.cache import Cache

IMAGES: Final = {
    "todo-backend": "backend/Dockerfile",
    "recurring-task-service": "services/recurring-task-service/Dockerfile",
    "notification-service": "services/notification-service/Dockerfile",
    "audit-service": "services/audit-service/Dockerfile",
    "todo-frontend": "frontend/Dockerfile",
    "todo-setup": "images/setup/Dockerfile",
    "daprd": "images/daprd/Dockerfile",
}
BASES: Final = CLONE / "images" / "bases.env"
SBOMS: Final = layout.RUN / "images"
SBOM: Final = "/sbom.cdx.json"


@dataclass(frozen=True)
class Built:
    """One image: its name with the tag, and its size unpacked in bytes."""

    name: str
    size: int


class UnpinnedError(LocalRuntimeError):
    """A release would begin with an image that anybody may replace."""


def make(*, tag: str = "dev", registry: str = "todo", local_bases: bool = False, release: bool = False) -> int:
    """Build all and print a table; `local_bases`: on stand-ins made from packages, `release`: only on pinned bases."""
    cache = Cache(layout.cache_folder())
    bases = pinned(BASES) if release else read_bases(BASES)
    with engine(cache) as found:
        given = stand_ins.make(found, cache, servers=False) if local_bases else bases
        built = build(found, cache, given, tag=tag, registry=registry)
    terminal.say("\n" + table(built))
    return 0


def build(
    on: Engine, cache: Cache, bases: Mapping[str, str], *, tag: str = "dev", registry: str = "todo"
) -> list[Built]:
    """Build each image and keep its list of parts in .run/images."""
    SBOMS.mkdir(parents=True, exist_ok=True)
    built: list[Built] = []
    for image, file in IMAGES.items():
        began, name = time.monotonic(), f"{registry}/{image}:{tag}"
        context = daprd.daprd(cache).parent if image == "daprd" else CLONE
        arguments = [
            part for key, value in {**bases, **_labels()}.items() for part in ("--build-arg", f"{key}={value}")
        ]
        on.run("build", *arguments, "-f", CLONE / file, "-t", name, context, log=cache.log("images"))
        built.append(Built(name, int(on.run("image", "inspect", "-f", "{{.Size}}", name))))
        if image != "daprd":
            _keep_sbom(on, name, SBOMS / f"{image}.cdx.json")
        terminal.report(name, time.monotonic() - began)
    return built


def table(built: list[Built]) -> str:
    """The sizes as the README has them."""
    rows = [f"| {image.name} | {image.size / 1e6:.0f} MB |" for image in built]
    return "\n".join(["| image | size, unpacked |", "|---|---|", *rows])


def read_bases(file: Path) -> dict[str, str]:
    """NAME=image lines; the rest is for people."""
    lines = (line for line in file.read_text().splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def pinned(file: Path) -> dict[str, str]:
    """The bases; raise when one of them names no digest."""
    bases = read_bases(file)
    loose = [f"{name}={image}" for name, image in bases.items() if "@sha256:" not in image]
    if loose:
        raise UnpinnedError(
            f"A release names every base image by its digest, and {file.name} does not: {', '.join(loose)}. "
            "Add @sha256:… as `docker buildx imagetools inspect IMAGE` tells it."
        )
    return bases


def _labels() -> dict[str, str]:
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=CLONE, capture_output=True, text=True, check=False)
    return {"REVISION": asked.stdout.strip() or "unknown"}


def _keep_sbom(on: Engine, name: str, file: Path) -> None:
    container = on.run("create", name).strip()
    try:
        on.run("cp", f"{container}:{SBOM}", file)
    finally:
        on.run("rm", container)
    json.loads(file.read_text())
