"""What the chart reads is what the tables say; its Dapr resources are those of dapr/, but for the cluster's own."""

from __future__ import annotations

from typing import Any

import yaml
from event_contracts.apps import APPS
from event_contracts.edges import EDGES
from local_runtime.layout import CHART, CLONE
from local_runtime.render.files import rendered_for_chart, schema_of

Document = dict[str, Any]
FILES = CHART / "files"


def items(kind: str) -> dict[str, Document]:
    found: list[Document] = yaml.safe_load((FILES / "dapr" / f"{kind}.yaml").read_text())["items"]
    return {document["metadata"]["name"]: document for document in found}


def on_a_laptop(folder: str) -> dict[str, Document]:
    files = (CLONE / "dapr" / folder).glob("*.yaml")
    return {d["metadata"]["name"]: d for file in files for d in yaml.safe_load_all(file.read_text())}


def test_the_committed_files_are_the_render() -> None:
    committed = {str(file.relative_to(FILES)): file.read_text() for file in FILES.rglob("*") if file.is_file()}
    assert committed == rendered_for_chart(), "run `make render`"


def test_the_committed_schema_is_that_of_the_values() -> None:
    assert (CHART / "values.schema.json").read_text() == schema_of(CHART / "values.yaml"), "run `make render`"


def test_components_differ_from_a_laptops_by_addresses_and_secret_store_only() -> None:
    here, there = on_a_laptop("components"), items("components")
    assert set(here) - set(there) == {"secrets"}
    for name, document in there.items():
        local = here[name]
        kept = [m for m in local["spec"]["metadata"] if m["name"] not in {"brokers", "authType"}]
        assert document["spec"] == {**local["spec"], "metadata": kept}
        assert document["scopes"] == local["scopes"]


def test_subscriptions_and_resiliency_are_a_laptops() -> None:
    assert items("subscriptions") == on_a_laptop("subscriptions")
    assert items("resiliency") == on_a_laptop("resiliency")


def test_configurations_add_access_control_and_leave_name_resolution_to_the_cluster() -> None:
    here = on_a_laptop("configuration")
    for name, document in items("configurations").items():
        shared = {k: v for k, v in here[name]["spec"].items() if k not in {"nameResolution", "tracing", "secrets"}}
        assert {k: v for k, v in document["spec"].items() if k not in {"accessControl", "secrets"}} == shared
        assert document["spec"]["secrets"]["scopes"][0]["defaultAccess"] == "deny"
        assert document["spec"]["accessControl"]["defaultAction"] == "deny"


def test_the_topology_has_each_edge_from_both_sides() -> None:
    apps = yaml.safe_load((FILES / "topology.yaml").read_text())["apps"]
    assert set(apps) == set(APPS)
    calls = {(edge.caller, edge.callee) for edge in EDGES}
    assert {(app, callee) for app in apps for callee in apps[app]["calls"]} == calls
    assert {(caller, app) for app in apps for caller in apps[app]["calledBy"]} == calls
