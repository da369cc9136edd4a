"""Argo CD and Flux install the same, everything pinned, nothing secret, from places that the projects allow."""

from __future__ import annotations

import fnmatch
import re
from typing import Any

import pytest
import yaml
from local_runtime import layout
from local_runtime.provision.daprd import DAPR_VERSION

from tests.deploy.gitops import stacks
from tests.deploy.gitops.stacks import Document

pytestmark = pytest.mark.step1
Installed = dict[str, Any]
_VERSION = re.compile(r"v?\d+\.\d+\.\d+")
_SECRET = re.compile(r"(?i)-----BEGIN|(password|token|secret_?key|api_?key)\"?\s*[:=]\s*[\"']?[A-Za-z0-9+/_-]{12,}")


def by_argo(target: tuple[str, str]) -> dict[str, Installed]:
    made = {}
    for name, application in stacks.applications(target).items():
        source = application["spec"]["source"]
        made[name] = {
            "from": source["repoURL"],
            "chart": source.get("chart") or source["path"].removeprefix("."),
            "version": source["targetRevision"],
            "namespace": application["spec"]["destination"]["namespace"],
            "files": source.get("helm", {}).get("valueFiles", []),
            "values": source.get("helm", {}).get("valuesObject", {}),
        }
    return made


def by_flux(target: tuple[str, str]) -> dict[str, Installed]:
    items = [item for wave in stacks.flux_objects(target).values() for item in wave]
    items += [stacks.substituted(item, target) for item in stacks.documents(stacks.FLUX / "stack" / "release.yaml")]
    sources = {(item["kind"], item["metadata"]["name"]): item.get("spec", {}) for item in items}
    made = {}
    for item in items:
        spec = item.get("spec", {})
        if item["kind"] == "Kustomization":
            source = sources[spec["sourceRef"]["kind"], spec["sourceRef"]["name"]]
            made[item["metadata"]["name"].removesuffix("-objects")] = {
                "from": source["url"],
                "chart": spec["path"].removeprefix("./"),
                "version": source["ref"]["commit"],
                "namespace": spec["targetNamespace"],
                "files": [],
                "values": {},
            }
        if item["kind"] == "HelmRelease":
            made[item["metadata"]["name"]] = {**release_source(spec, sources), "values": release_values(spec, target)}
    return made


def release_source(spec: Document, sources: dict[tuple[str, str], Document]) -> Installed:
    chart = spec.get("chart", {}).get("spec", {})
    named = spec.get("chartRef") or chart["sourceRef"]
    source = sources[named["kind"], named["name"]]
    pinned = source.get("ref", {})
    files = [name.removeprefix("./helm/todo-app/") for name in chart.get("valuesFiles", [])]
    return {
        "from": source["url"],
        "chart": chart.get("chart", "").removeprefix("./"),
        "version": chart.get("version") or pinned.get("tag") or pinned["commit"],
        "namespace": spec["targetNamespace"],
        "files": [name for name in files if name != "values.yaml"],
    }


def release_values(spec: Document, target: tuple[str, str]) -> Installed:
    """What Flux merges: each ConfigMap of valuesFrom in turn, then the release's own values."""
    cloud = stacks.documents(stacks.FLUX / "clouds" / target[1] / "values.yaml")[0]["data"]
    release = stacks.documents(stacks.ENVIRONMENTS / target[0] / "release.yaml")[0]["data"]
    given = {"cloud-values": cloud, "release": release}
    merged: Installed = {}
    for one in spec.get("valuesFrom", []):
        found = given[one["name"]][one["valuesKey"]]
        merged |= yaml.safe_load(re.sub(r"\$\{(\w+)\}", lambda part: stacks.variables(target)[part[1]], found)) or {}
    return merged | spec.get("values", {})


@pytest.mark.parametrize("target", stacks.TARGETS, ids="-".join)
def test_both_install_the_same_charts_versions_and_values(target: tuple[str, str]) -> None:
    argo, flux = by_argo(target), by_flux(target)
    # The stack hands every fact to the platform chart, Flux those that it reads.
    argo["platform"]["values"]["facts"] = {
        key: value
        for key, value in argo["platform"]["values"]["facts"].items()
        if key in flux["platform"]["values"]["facts"]
    }
    assert argo == flux


def test_every_version_is_pinned() -> None:
    for target in stacks.TARGETS:
        for name, about in by_argo(target).items():
            exact = re.compile(r"[0-9a-f]{40}") if about["from"].endswith(".git") else _VERSION
            assert exact.fullmatch(about["version"]), (name, about["version"])


def test_the_control_plane_is_of_the_version_that_the_tests_run() -> None:
    assert by_argo(("production", "gke"))["dapr"]["version"] == DAPR_VERSION


@pytest.mark.parametrize("target", stacks.TARGETS, ids="-".join)
def test_the_project_allows_what_its_clusters_install_and_no_more(target: tuple[str, str]) -> None:
    spec = stacks.one(stacks.ARGO / "apps" / "projects", "AppProject", target[0])["spec"]
    made = stacks.applications(target)
    used_from = {application["spec"]["source"]["repoURL"] for application in made.values()}
    assert set(spec["sourceRepos"]) == used_from
    for application in made.values():
        place = application["spec"]["destination"]
        assert application["spec"]["project"] == target[0]
        allowed = [one for one in spec["destinations"] if fnmatch.fnmatch(place["name"], one["name"])]
        assert place["namespace"] in {one["namespace"] for one in allowed}
    used_in = {application["spec"]["destination"]["namespace"] for application in made.values()}
    assert {one["namespace"] for one in spec["destinations"]} == {*used_in, "kube-system"}


def test_no_project_reaches_another_environment_or_argo_cd_itself() -> None:
    for name in ("dev", "staging", "production"):
        spec = stacks.one(stacks.ARGO / "apps" / "projects", "AppProject", name)["spec"]
        others = [f"todo-{other}-gke" for other in ("dev", "staging", "production") if other != name]
        for place in spec["destinations"]:
            assert "server" not in place
            assert not any(fnmatch.fnmatch(cluster, place["name"]) for cluster in ["in-cluster", *others])
        assert all("*" not in kind["group"] + kind["kind"] for kind in spec["clusterResourceWhitelist"])


def test_projects_that_may_make_applications_may_make_nothing_on_a_cluster() -> None:
    for folder, name in [(stacks.ARGO / "bootstrap", "todo-root"), (stacks.ARGO / "apps", "clusters")]:
        spec = stacks.one(folder, "AppProject", name)["spec"]
        assert spec["clusterResourceWhitelist"] == []
        assert {kind["group"] for kind in spec["namespaceResourceWhitelist"]} == {"argoproj.io"}
        assert spec["destinations"] == [{"name": "in-cluster", "namespace": "argocd"}]


def test_every_file_names_the_same_repository() -> None:
    """So one replacement makes it yours."""
    names = set()
    for file in stacks.GITOPS.rglob("*.yaml"):
        names |= set(re.findall(r"https://\S+\.git(?=\s|$)", file.read_text()))
    assert names == {"https://git.example.com/todo/platform.git"}


def test_no_secret_stands_in_plain_text() -> None:
    for file in (layout.CLONE / "k8s").rglob("*"):
        if file.is_file() and not file.name.startswith("."):
            assert not _SECRET.search(file.read_text()), file
    for item in stacks.every(stacks.GITOPS):
        assert item["kind"] != "Secret"


def test_a_secret_would_be_seen() -> None:
    assert _SECRET.search('password: "correct-horse-battery"')
