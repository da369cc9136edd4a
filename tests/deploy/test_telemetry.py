"""The collector and Loki of a cluster: what the chart sends to is there, in the version that was tried, and bounded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from local_runtime import layout

from tests.deploy import manifests

MONITORING = layout.CLONE / "monitoring"
FILES = sorted((MONITORING / "kubernetes").glob("*.yaml"))
ENVIRONMENTS = ("dev", "staging", "prod")


def found(kind: str, name: str) -> dict[str, Any]:
    documents = [document for file in FILES for document in yaml.safe_load_all(file.read_text())]
    [one] = [d for d in documents if (d["kind"], d["metadata"]["name"]) == (kind, name)]
    return one


def service(address: str) -> tuple[str, int]:
    """The name and port of a service of the namespace monitoring, by the address that others use."""
    host, _, inside = (urlsplit(address).hostname or "").partition(".")
    assert inside == "monitoring.svc.cluster.local", address
    return host, urlsplit(address).port or 80


def configuration(name: str) -> dict[str, Any]:
    return yaml.safe_load((MONITORING / name).read_text())


@pytest.mark.step1
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_the_chart_sends_spans_to_is_there_and_lets_them_in(environment: str) -> None:
    values = yaml.safe_load((layout.CLONE / "helm" / "todo-app" / f"values-{environment}.yaml").read_text())
    name, port = service(values["tracing"]["endpoint"])
    assert port in {one["port"] for one in found("Service", name)["spec"]["ports"]}
    policy = found("NetworkPolicy", name)["spec"]["ingress"][0]
    assert port in {one["port"] for one in policy["ports"]}
    labels = policy["from"][0]["namespaceSelector"]["matchLabels"]
    assert labels == {"kubernetes.io/metadata.name": values.get("namespace", {}).get("name", "todo-app")}
    receiver = configuration("collector/collector.yaml")["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    assert receiver.endswith(f":-{port}}}")


@pytest.mark.step1
def test_logs_go_to_the_loki_that_is_there() -> None:
    exporter = configuration("collector/collector.yaml")["exporters"]["otlp_http/logs"]
    address = exporter["logs_endpoint"].partition(":-")[2].removesuffix("}")
    name, port = service(address)
    assert urlsplit(address).path == "/otlp/v1/logs", "where Loki takes OTLP"
    assert port == configuration("loki/loki.yaml")["server"]["http_listen_port"]
    assert port in {one["port"] for one in found("Service", name)["spec"]["ports"]}
    sender = {"podSelector": found("DaemonSet", "otel-collector")["spec"]["selector"]}
    [rule] = found("NetworkPolicy", name)["spec"]["ingress"]
    assert sender in rule["from"]


@pytest.mark.step1
def test_the_collector_that_is_deployed_is_of_the_version_that_was_tried() -> None:
    [container] = found("DaemonSet", "otel-collector")["spec"]["template"]["spec"]["containers"]
    module = (layout.TOOL / "collector" / "go.mod").read_text()
    versions = set(re.findall(r"opentelemetry-collector-contrib/\S+ v(\S+)", module))
    assert {container["image"].rpartition(":")[2]} == versions
    assert f'Version: "{versions.pop()}"' in (layout.TOOL / "collector" / "main.go").read_text()


@pytest.mark.step1
def test_each_has_its_settings_and_may_not_grow_without_a_bound() -> None:
    generated = {one["name"]: one["files"] for one in configuration("kustomization.yaml")["configMapGenerator"]}
    for kind, name in (("DaemonSet", "otel-collector"), ("StatefulSet", "loki")):
        pod = found(kind, name)["spec"]["template"]["spec"]
        [mounted] = [volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume]
        [file] = generated[mounted]
        [container] = pod["containers"]
        assert (MONITORING / file).exists()
        assert any(argument.endswith(f"/{Path(file).name}") for argument in container["args"])
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}
    loki, collector = configuration("loki/loki.yaml"), configuration("collector/collector.yaml")
    assert loki["compactor"]["retention_enabled"], "without it retention_period deletes nothing"
    assert loki["limits_config"]["retention_period"]
    for pipeline in collector["service"]["pipelines"].values():
        assert pipeline["processors"][0] == "memory_limiter"


@pytest.mark.step1
def test_gitops_applies_every_file() -> None:
    listed = configuration("kustomization.yaml")["resources"]
    assert listed == [str(file.relative_to(MONITORING)) for file in FILES]


@pytest.mark.step2
@pytest.mark.parametrize("version", manifests.VERSIONS)
def test_every_object_fits_the_strict_schemas(version: str) -> None:
    objects, wrong = manifests.violations(FILES, version)
    assert wrong == {}
    assert objects >= 9
