"""JSON schemas of the custom resources that the chart and GitOps apply, out of the modules of those who define them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from local_runtime.provision import golang, strimzi
from local_runtime.provision.cache import Cache, fingerprint

MODULES: Final = (
    ("github.com/argoproj/argo-cd/v3", "v3.5.7", "manifests/crds/*-crd.yaml"),
    ("github.com/fluxcd/source-controller", "v1.9.5", "config/crd/bases/*.yaml"),
    ("github.com/fluxcd/helm-controller", "v1.6.4", "config/crd/bases/*.yaml"),
    ("github.com/fluxcd/kustomize-controller", "v1.9.5", "config/crd/bases/*.yaml"),
    ("github.com/cert-manager/cert-manager", "v1.21.2", "deploy/crds/*.yaml"),
    ("github.com/external-secrets/external-secrets", "v1.3.2", "config/crds/bases/external-secrets.io_*.yaml"),
    ("sigs.k8s.io/gateway-api", "v1.6.1", "config/crd/standard/*.yaml"),
    ("github.com/dapr/dapr", "v1.18.2", "charts/dapr/crds/*.yaml"),
    ("github.com/kedacore/keda/v2", "v2.21.0", "config/crd/bases/keda.sh_*.yaml"),
    ("github.com/prometheus-operator/prometheus-operator", "v0.85.0", "example/prometheus-operator-crd/*.yaml"),
)
"""Module, version, files. Flux's three are those of Flux 2.9.5. Of external-secrets nothing newer is published as a
module than 1.3.2, while the chart that is installed is 2.11.0."""


class ValueLoader(yaml.CSafeLoader):
    """Safe, quick, and takes a bare `=` for the text that it is in what concerns Prometheus' matchers."""


ValueLoader.add_constructor("tag:yaml.org,2002:value", ValueLoader.construct_yaml_str)


def custom_schemas(cache: Cache) -> Path:
    """A folder with `KIND-GROUP-VERSION.json` for each kind, in small letters."""

    def fill(folder: Path) -> None:
        for file in _files(cache):
            for definition in yaml.load_all(file.read_text(), ValueLoader):
                for name, schema in _schemas(definition or {}):
                    (folder / f"{name}.json").write_text(json.dumps(schema))

    return cache.part("custom-schemas", fingerprint([], repr(MODULES), "Strimzi"), fill)


def _files(cache: Cache) -> Iterator[Path]:
    for module, version, files in MODULES:
        yield from sorted(golang.sources(cache, module, version).glob(files))
    yield from sorted(strimzi.definitions(cache).glob("*.yaml"))


def _schemas(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if definition.get("kind") != "CustomResourceDefinition":
        return
    spec = definition["spec"]
    for version in spec["versions"]:
        if version["served"]:
            name = f"{spec['names']['kind']}-{spec['group']}-{version['name']}".lower()
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}  # the server knows it, the definition does not
            yield name, schema


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """The same as JSON schema, refusing the fields that a server would drop."""
    made = {key: value for key, value in schema.items() if not key.startswith("x-kubernetes-")}
    if schema.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
    if "properties" in schema:
        made["properties"] = {name: strict(value) for name, value in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields") and "additionalProperties" not in schema:
            made["additionalProperties"] = False
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            made[key] = strict(schema[key])
    return made
