"""What stands on a cluster comes in waves, dev before staging before production, and what drifts is put back."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import yaml

from tests.deploy.gitops import stacks
from tests.deploy.gitops.stacks import Document

pytestmark = pytest.mark.step1
WAVES = [
    {"gateway-crds", "prometheus-crds"},
    {"dapr"},
    {"strimzi"},
    {"kafka"},
    {"cert-manager", "envoy-gateway", "external-secrets", "external-dns", "keda"},
    {"platform"},
    {"todo-app"},
    {"monitoring", "telemetry"},
]
"""Later ones need kinds, webhooks or servers of earlier ones."""
MAY_DIFFER = {
    (kind, path)
    for kind, path in [
        ("MutatingWebhookConfiguration", ".webhooks[]?.clientConfig.caBundle"),
        ("ValidatingWebhookConfiguration", ".webhooks[]?.clientConfig.caBundle"),
        ("CustomResourceDefinition", ".spec.conversion.webhook.clientConfig.caBundle"),
        ("APIService", ".spec.caBundle"),
        ("Deployment", "/spec/replicas"),
        ("Secret dapr-trust-bundle", "/data"),
        ("ConfigMap dapr-trust-bundle", "/data"),
    ]
}
"""What others write into our objects on purpose: autoscalers, and who issues certificates. Nothing else may drift."""


def wave(application: Document) -> int:
    return int(application["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])


@pytest.mark.parametrize("target", stacks.TARGETS, ids="-".join)
def test_waves_rise_along_what_needs_what(target: tuple[str, str]) -> None:
    made = stacks.applications(target)
    assert set(made) == set().union(*WAVES)
    assert [{name for name in made if wave(made[name]) == number} for number in range(len(WAVES))] == WAVES


def test_without_a_broker_in_the_cluster_its_waves_are_empty() -> None:
    made = stacks.applications(("dev", "gke"), kafka="external")
    assert set(made) == set().union(*WAVES) - {"strimzi", "kafka"}


@pytest.mark.parametrize("target", stacks.TARGETS, ids="-".join)
def test_flux_goes_by_the_same_waves_and_waits_in_each(target: tuple[str, str]) -> None:
    kustomizations = stacks.flux_waves(target)
    order = [name for name in kustomizations if name != "cloud"]
    for before, name in itertools.pairwise(order):
        assert {"name": before} in kustomizations[name]["spec"]["dependsOn"]
    assert all(kustomizations[name]["spec"].get("wait") for name in order)
    objects = stacks.flux_objects(target)
    installed = [{item["metadata"]["name"] for item in objects[name] if is_installer(item)} for name in order]
    assert [{one.removesuffix("-objects") for one in names} for names in installed] == WAVES


def is_installer(item: Document) -> bool:
    return item["kind"] in {"HelmRelease", "Kustomization"}


def test_argo_cd_is_told_what_waves_and_steps_need() -> None:
    """Both are off by default: without them every wave and every environment would begin at once."""
    settings = {
        item["metadata"]["name"]: item["data"] for item in stacks.documents(stacks.ARGO / "bootstrap" / "settings.yaml")
    }
    assert settings["argocd-cmd-params-cm"]["applicationsetcontroller.enable.progressive.syncs"] == "true"
    assert "hs.status" in settings["argocd-cm"]["resource.customizations.health.argoproj.io_Application"]


def test_production_changes_last_and_one_cloud_after_another() -> None:
    strategy = stacks.one(stacks.ARGO / "apps", "ApplicationSet", "clusters")["spec"]["strategy"]
    steps = strategy["rollingSync"]["steps"]
    assert strategy["type"] == "RollingSync"
    assert [step["matchExpressions"][0]["values"] for step in steps] == [["dev"], ["staging"], ["production"]]
    assert steps[-1]["maxUpdate"] == 1


def test_what_changes_is_held_back_until_its_cluster_is_at_turn() -> None:
    """A child that followed a branch by itself would run ahead of RollingSync."""
    for target in stacks.TARGETS:
        for name, application in stacks.applications(target).items():
            revision = application["spec"]["source"]["targetRevision"]
            assert revision not in {"main", "HEAD", ""}, name


@pytest.mark.parametrize("target", stacks.TARGETS, ids="-".join)
def test_drift_is_put_back_and_only_named_fields_may_differ(target: tuple[str, str]) -> None:
    for name, application in stacks.applications(target).items():
        policy = application["spec"]["syncPolicy"]
        assert policy["automated"]["selfHeal"], name
        assert {"ServerSideApply=true", "RespectIgnoreDifferences=true"} <= set(policy["syncOptions"]), name
        assert {pair for rule in application["spec"].get("ignoreDifferences", []) for pair in paths(rule)} <= MAY_DIFFER
    for items in stacks.flux_objects(target).values():
        for item in items:
            if item["kind"] == "HelmRelease":
                assert item["spec"]["driftDetection"]["mode"] == "enabled"


def paths(rule: dict[str, Any]) -> set[tuple[str, str]]:
    kind = " ".join(filter(None, [rule["kind"], rule.get("name")]))
    return {(kind, path) for path in [*rule.get("jsonPointers", []), *rule.get("jqPathExpressions", [])]}


def test_the_replicas_of_the_app_belong_to_its_autoscalers() -> None:
    rules = stacks.applications(("production", "eks"))["todo-app"]["spec"]["ignoreDifferences"]
    assert {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]} in rules


def test_what_holds_data_is_never_pruned() -> None:
    made = stacks.applications(("production", "gke"))
    kept = {name for name in made if not made[name]["spec"]["syncPolicy"]["automated"]["prune"]}
    assert kept == {"kafka", "gateway-crds", "prometheus-crds"}
    assert not any("finalizers" in made[name]["metadata"] for name in kept)
    flux = stacks.flux_waves(("production", "gke"))
    assert {name for name in flux if not flux[name]["spec"]["prune"]} == {"kafka", "crds"}


def test_the_namespace_of_the_app_admits_restricted_pods_only() -> None:
    target = ("production", "oke")
    labels = stacks.applications(target)["todo-app"]["spec"]["syncPolicy"]["managedNamespaceMetadata"]["labels"]
    [namespace] = [item for item in stacks.flux_objects(target)["app"] if item["kind"] == "Namespace"]
    assert labels == namespace["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_rendered_values_are_yaml_that_reads_the_same_twice() -> None:
    """An address with a colon or a number as text must not change its type on its way through two templates."""
    values = stacks.applications(("production", "aks"))["external-dns"]["spec"]["source"]["helm"]["valuesObject"]
    assert yaml.safe_load(values["secretConfiguration"]["data"]["azure.json"]) == {
        "tenantId": "the-tenant",
        "subscriptionId": "the-account",
        "resourceGroup": "the-group",
        "useWorkloadIdentityExtension": True,
    }
