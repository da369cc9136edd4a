"""Holds manifests against the strict schemas of Kubernetes and of custom resources."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from local_runtime import layout
from local_runtime.provision import cluster_tools
from local_runtime.provision.cache import Cache
from local_runtime.provision.custom_schemas import custom_schemas

VERSIONS = cluster_tools.KUBERNETES_VERSIONS


@cache
def _command(version: str) -> tuple[str, ...]:
    store = Cache(layout.cache_folder())
    own = cluster_tools.kubernetes_schemas(store) / version / "{{.ResourceKind}}{{.KindSuffix}}.json"
    others = custom_schemas(store) / "{{.ResourceKind}}-{{.Group}}-{{.ResourceAPIVersion}}.json"
    places = [part for place in (own, others) for part in ("-schema-location", str(place))]
    return (str(cluster_tools.kubeconform(store)), "-strict", "-output", "json", "-summary", *places)


def violations(files: Iterable[Path], version: str) -> tuple[int, dict[str, str]]:
    """How many objects these files have, and what of them, by file, a server of this Kubernetes would not know."""
    done = subprocess.run([*_command(version), *map(str, files)], capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    assert said["summary"]["skipped"] == 0, "an object without a schema proves nothing"
    wrong = {Path(r["filename"]).name: f"{r['kind']} {r['name']}: {r['msg']}" for r in said["resources"] or []}
    return sum(said["summary"].values()), wrong
