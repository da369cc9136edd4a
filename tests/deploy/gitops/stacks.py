"""What stands on a cluster: Argo CD's Applications as helm renders them, Flux's objects as Flux fills them in."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from local_runtime import layout
from local_runtime.provision import cluster_tools
from local_runtime.provision.cache import Cache

GITOPS = layout.CLONE / "k8s" / "gitops"
CHART = layout.CLONE / "helm" / "todo-app"
ARGO, FLUX, ENVIRONMENTS = GITOPS / "argocd", GITOPS / "flux", GITOPS / "environments"
CLOUDS = ("aks", "gke", "oke", "eks")
TARGETS = [(environment, cloud) for environment in ("dev", "staging", "production") for cloud in CLOUDS]
FACTS = {
    "account": "the-account",
    "backup_bucket": "the-bucket",
    "backup_identity": "who-backs-up",
    "domain": "todo.example.com",
    "external_dns_identity": "who-writes-names",
    "external_secrets_identity": "who-reads-secrets",
    "group": "the-group",
    "region": "the-region",
    "registry": "registry.example.com/todo",
    "secret_store": "the-store",
    "tenant": "the-tenant",
}
Document = dict[str, Any]


@cache
def documents(file: Path) -> list[Document]:
    """The objects of a file."""
    return [document for document in yaml.safe_load_all(file.read_text()) if document]


def one(folder: Path, kind: str, name: str) -> Document:
    """The only object of that kind and name in a folder."""
    found = [item for item in every(folder) if item["kind"] == kind and item["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} {kind} {name}"
    return found[0]


def every(folder: Path) -> Iterator[Document]:
    """Every object below a folder, but for what is a chart's or kustomize's own."""
    for file in sorted(folder.rglob("*.yaml")):
        inside_chart = any((parent / "Chart.yaml").exists() for parent in file.parents)
        if not inside_chart and file.name != "kustomization.yaml":
            yield from documents(file)


@cache
def helm_template(chart: Path, values: str, *files: Path) -> list[Document]:
    """What helm renders of a chart with these values (YAML)."""
    helm = cluster_tools.helm(Cache(layout.cache_folder()))
    command = [str(helm), "template", "it", str(chart), *(f"--values={file}" for file in files), "--values=-"]
    ended = subprocess.run(command, input=values, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return [document for document in yaml.safe_load_all(ended.stdout) if document]


def environment(name: str) -> dict[str, str]:
    """What environment.yaml says."""
    return documents(ENVIRONMENTS / name / "environment.yaml")[0]["data"]


def applications(target: tuple[str, str], **changed: Any) -> dict[str, Document]:
    """Argo CD's Applications on a cluster, by component, as apps/clusters.yaml would install them."""
    name, cloud = target
    about = environment(name)
    cluster = {"name": f"todo-{name}-{cloud}", "environment": name, "cloud": cloud, "facts": FACTS}
    values = {
        "repository": "https://git.example.com/todo/platform.git",
        "valuesFile": about["values_file"],
        "rollout": about["rollout"],
        "kafka": about["kafka"],
        "cluster": cluster,
        **changed,
    }
    made = helm_template(ARGO / "stack", yaml.safe_dump(values), ENVIRONMENTS / name / "release.yaml")
    return {item["metadata"]["labels"]["todo-platform/component"]: item for item in made}


def flux_waves(target: tuple[str, str]) -> dict[str, Document]:
    """Flux's Kustomizations on a cluster, by name."""
    return {
        item["metadata"]["name"]: substituted(item, target)
        for item in documents(FLUX / "stack" / "waves.yaml")
        if item["kind"] == "Kustomization"
    }


@cache
def flux_objects(target: tuple[str, str]) -> dict[str, list[Document]]:
    """What each of Flux's waves applies on a cluster."""
    return {
        name: [substituted(item, target) for item in kustomized(layout.CLONE / wave["spec"]["path"])]
        for name, wave in flux_waves(target).items()
    }


def kustomized(folder: Path) -> list[Document]:
    """What the kustomization.yaml of a folder lists."""
    listed = documents(folder / "kustomization.yaml")[0]["resources"]
    found = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(listed) == found, f"{folder}: lists {listed}, has {sorted(found)}"
    return [item for name in listed for item in documents(folder / name)]


def variables(target: tuple[str, str]) -> dict[str, str]:
    """What Flux may put in for ${...}: cluster-facts, environment, release."""
    name, cloud = target
    release = documents(ENVIRONMENTS / name / "release.yaml")[0]["data"]
    own = {"cluster": f"todo-{name}-{cloud}", "cloud": cloud, "environment": name}
    return {**FACTS, **own, **environment(name), "revision": release["revision"]}


def substituted(item: Any, target: tuple[str, str]) -> Any:
    """Put in the variables as Flux does; one that nobody gives is an error (it would become empty)."""
    known = variables(target)
    return json.loads(re.sub(r"\$\{(\w+)\}", lambda found: known[found[1]], json.dumps(item)))
