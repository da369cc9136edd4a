"""What the tests of the Helm chart need: helm and kubeconform, built from our own pinned Go modules, and schemas."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

from local_runtime.layout import TOOL
from local_runtime.provision import golang, tools
from local_runtime.provision.cache import Cache, fingerprint

HELM_VERSION: Final = "4.3.1"
KUBERNETES_VERSIONS: Final = ("1.34", "1.35", "1.36", "1.37")
"""The versions of Kubernetes whose schemas everything that the repository deploys is held against."""
_LDFLAGS: Final = "-s -w"
_HELM_LDFLAGS: Final = f"{_LDFLAGS} -X helm.sh/helm/v4/internal/version.version=v{HELM_VERSION}"
_SCHEMAS: Final = "kubernetes_validate/kubernetes-json-schema"


def helm(cache: Cache) -> Path:
    """The `helm` binary. Cold it takes about two minutes on two cores."""
    return built(cache, "helm", "helm.sh/helm/v4/cmd/helm", _HELM_LDFLAGS)


def kubeconform(cache: Cache) -> Path:
    """The `kubeconform` binary."""
    return built(cache, "kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform", _LDFLAGS)


def terraform_schemas(cache: Cache) -> Path:
    """A Terraform provider that knows the schemas beside it and nothing else."""
    return built(cache, "terraform-schemas", ".", _LDFLAGS)


def alertmanager_config(cache: Cache) -> Path:
    """What writes an AlertmanagerConfig (JSON on standard input) as the Prometheus operator does, by its own code."""
    return built(cache, "alertmanager-config", ".", _LDFLAGS)


def kubernetes_schemas(cache: Cache) -> Path:
    """A folder per version of Kubernetes with the strict JSON schema of each kind, named as kubeconform wants it."""

    def copy(folder: Path) -> None:
        found = tools.wheel(cache, "kubernetes-schemas") / _SCHEMAS
        for version in KUBERNETES_VERSIONS:
            (folder / version).mkdir()
            for file in (found / f"v{version}.0-local-strict").glob("*-*.json"):
                (folder / version / file.name).write_text(_without_network(file.read_text()))
            definitions = (found / f"v{version}.0-local-strict" / "_definitions.json").read_text()
            (folder / version / "_definitions.json").write_text(_without_network(definitions))
        cache.set_aside(*tools.wheel_part("kubernetes-schemas"))  # twenty times as many files as are wanted

    _, wheel_key = tools.wheel_part("kubernetes-schemas")
    return cache.part("kubernetes-schemas", fingerprint([], wheel_key, *KUBERNETES_VERSIONS), copy)


def _without_network(schema: str) -> str:
    """Let references lead to the file beside it: with its `$id` kubeconform would ask kubernetes.io for them."""
    return re.sub(r',\s*"\$id": "[^"]*"', "", schema).replace('"/api/_definitions.json#', '"_definitions.json#')


def built(cache: Cache, name: str, package: str, ldflags: str) -> Path:
    """A program of the Go module of ours that is called like it."""
    sources = TOOL / name
    flags = ("-trimpath", "-buildvcs=false", "-ldflags", ldflags)

    def build(folder: Path) -> None:
        golang.build(cache, sources, package, flags, folder / name)

    key = fingerprint([*sorted(sources.iterdir())], *flags, sys.platform, os.uname().machine)
    return cache.part(name, key, build) / name
