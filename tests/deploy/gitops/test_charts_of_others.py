"""Charts of others take our values and do what we meant, where a Go module carries the chart."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from local_runtime import layout
from local_runtime.provision.cache import Cache
from local_runtime.provision.published_charts import CHARTS, published_charts

from tests.deploy.gitops import stacks
from tests.deploy.gitops.stacks import Document

pytestmark = pytest.mark.step1


def rendered(name: str, values: dict[str, Any]) -> list[Document]:
    return stacks.helm_template(published_charts(Cache(layout.cache_folder())) / name, yaml.safe_dump(values))


def values(name: str, cloud: str = "aks") -> dict[str, Any]:
    return stacks.applications(("production", cloud))[name]["spec"]["source"]["helm"]["valuesObject"]


def only(items: list[Document], kind: str, name: str) -> Document:
    [found] = [item for item in items if item["kind"] == kind and item["metadata"]["name"] == name]
    return found


def test_no_pod_starts_without_its_sidecar_and_sidecars_fit_a_restricted_namespace() -> None:
    made = rendered("dapr", values("dapr"))
    webhook = only(made, "MutatingWebhookConfiguration", "dapr-sidecar-injector")
    assert {hook["failurePolicy"] for hook in webhook["webhooks"]} == {"Fail"}
    [container] = only(made, "Deployment", "dapr-sidecar-injector")["spec"]["template"]["spec"]["containers"]
    environment = {one["name"]: one.get("value") for one in container["env"]}
    assert environment["SIDECAR_DROP_ALL_CAPABILITIES"] == "true"
    assert environment["SIDECAR_RUN_AS_NON_ROOT"] == "true"
    assert environment["SIDECAR_READ_ONLY_ROOT_FILESYSTEM"] == "true"
    assert only(made, "Deployment", "dapr-sentry")["spec"]["replicas"] == 3


@pytest.mark.parametrize("cloud", stacks.CLOUDS)
def test_external_secrets_is_who_the_cluster_says(cloud: str) -> None:
    made = rendered("external-secrets", values("external-secrets", cloud))
    account = only(made, "ServiceAccount", "it-external-secrets")["metadata"].get("annotations", {})
    expected = {
        "aks": {"azure.workload.identity/client-id": "who-reads-secrets"},
        "gke": {"iam.gke.io/gcp-service-account": "who-reads-secrets"},
    }
    assert account == expected.get(cloud, {})
    pod = only(made, "Deployment", "it-external-secrets")["spec"]["template"]["metadata"]["labels"]
    assert ("azure.workload.identity/use" in pod) == (cloud == "aks")


def test_cert_manager_brings_its_kinds_and_looks_at_gateways() -> None:
    made = rendered("cert-manager", values("cert-manager"))
    assert "certificates.cert-manager.io" in {
        item["metadata"]["name"] for item in made if item["kind"] == "CustomResourceDefinition"
    }
    [settings] = [item["data"]["config.yaml"] for item in made if item["kind"] == "ConfigMap" and "data" in item]
    assert yaml.safe_load(settings)["enableGatewayAPI"] is True


def test_a_value_that_cert_manager_does_not_know_is_refused() -> None:
    with pytest.raises(AssertionError, match="additional properties 'crd' not allowed"):
        rendered("cert-manager", {"crd": {"enabled": True}})


@pytest.mark.parametrize("name", ["dapr", "cert-manager"])
def test_the_chart_that_is_tried_is_the_one_that_is_installed(name: str) -> None:
    installed = stacks.applications(("production", "gke"))[name]["spec"]["source"]["targetRevision"]
    assert installed.removeprefix("v") == CHARTS[name][1].removeprefix("v")
