"""Who may talk to whom in a cluster: exactly the edges and topics of event-contracts, held against what is rendered."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from event_contracts.apps import APPS
from event_contracts.edges import EDGES
from event_contracts.topics import TOPICS

from tests.deploy import chart
from tests.deploy.chart import Rendered, rendered

pytestmark = pytest.mark.step1
EVERYWHERE = pytest.mark.parametrize("name", chart.DEPLOYED)
SIDECAR = 50002
CALLS = {(edge.caller, edge.callee) for edge in EDGES}
USES_KAFKA = {t.publisher for t in TOPICS.values()} | {c.app_id for t in TOPICS.values() for c in t.consumers}


def peers(policy: dict[str, Any], direction: str, key: str, port: int) -> set[str]:
    """The apps that a policy names at a port."""
    return {
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
        for rule in policy["spec"].get(direction) or []
        if port in {p["port"] for p in rule["ports"]}
        for peer in rule[key]
        if "podSelector" in peer and "namespaceSelector" not in peer
    }


def ports(policy: dict[str, Any], direction: str) -> set[int]:
    return {p["port"] for rule in policy["spec"].get(direction) or [] for p in rule["ports"]}


def calls_of(found: Rendered) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The calls that may leave, and those that may come in."""
    policies = {name: policy for name, policy in found.of("NetworkPolicy").items() if name in APPS}
    leave = {(app, to) for app, policy in policies.items() for to in peers(policy, "egress", "to", SIDECAR)}
    come = {(by, app) for app, policy in policies.items() for by in peers(policy, "ingress", "from", SIDECAR)}
    return leave, come


@EVERYWHERE
def test_everything_is_denied_that_no_policy_allows(name: str) -> None:
    denied = rendered(name).of("NetworkPolicy")["default-deny"]["spec"]
    assert denied == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for policy in rendered(name).of("NetworkPolicy").values():
        assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
        for direction, key in (("ingress", "from"), ("egress", "to")):
            for rule in policy["spec"].get(direction) or []:
                assert rule[key], "a rule without peers lets everybody through"
                assert rule["ports"], "a rule without ports lets everything through"
                assert all(rule[key]), "an empty peer is everybody"


@EVERYWHERE
def test_sidecars_call_each_other_along_the_edges_only(name: str) -> None:
    assert calls_of(rendered(name)) == (CALLS, CALLS)


def test_an_edge_that_is_taken_away_takes_its_policies_along(tmp_path: Path) -> None:
    copied = shutil.copytree(chart.CHART, tmp_path / "todo-app")
    topology = yaml.safe_load((copied / "files/topology.yaml").read_text())
    topology["apps"]["todo-backend"]["calls"].remove("audit-service")
    (copied / "files/topology.yaml").write_text(yaml.safe_dump(topology))
    made = chart.template(chart.values_of("prod"), chart.DIGESTS, where=copied).stdout
    leave, come = calls_of(Rendered(tuple(d for d in yaml.safe_load_all(made) if d)))
    assert leave == CALLS - {("todo-backend", "audit-service")}
    assert come == CALLS


@EVERYWHERE
def test_only_who_reads_or_writes_topics_reaches_the_broker(name: str) -> None:
    policies = rendered(name).of("NetworkPolicy")
    broker = 9092 if name == "local" else 9093
    assert {app for app in APPS if broker in ports(policies[app], "egress")} == USES_KAFKA


@EVERYWHERE
def test_only_who_owns_a_schema_reaches_the_database(name: str) -> None:
    policies = rendered(name).of("NetworkPolicy")
    reach = {app for app, policy in policies.items() if 5432 in ports(policy, "egress")}
    assert reach == {app.app_id for app in APPS.values() if app.schema} | {"migrations"}


@EVERYWHERE
def test_no_app_port_of_a_sidecar_is_open_to_anybody(name: str) -> None:
    for app, policy in rendered(name).of("NetworkPolicy").items():
        if app in APPS:
            assert ports(policy, "ingress") <= {APPS[app].open_port, SIDECAR, 9090}
    for service in rendered(name).of("Service").values():
        assert [port["targetPort"] for port in service["spec"]["ports"]] == ["http"]


@EVERYWHERE
def test_only_page_and_backend_are_reached_from_outside(name: str) -> None:
    routes = rendered(name).of("HTTPRoute")
    backends = {b["name"] for r in routes.values() for rule in r["spec"]["rules"] for b in rule.get("backendRefs", [])}
    assert backends <= {"todo-frontend", "todo-backend"}
    gateway = yaml.safe_load((chart.CHART / "values.yaml").read_text())["networkPolicies"]["gateway"]
    if name == "prod":
        policies = rendered(name).of("NetworkPolicy")
        reached = {a for a in APPS for r in policies[a]["spec"]["ingress"] if r["from"] == gateway}
        assert reached == {"todo-frontend", "todo-backend"}


@EVERYWHERE
def test_an_app_s_sidecar_asks_who_calls(name: str) -> None:
    for app, configuration in rendered(name).of("Configuration").items():
        control = configuration["spec"]["accessControl"]
        assert (control["defaultAction"], control["trustDomain"]) == ("deny", "public")
        assert {p["appId"] for p in control["policies"]} == {caller for caller, callee in CALLS if callee == app}
        assert {(p["namespace"], p["trustDomain"]) for p in control["policies"]} <= {("todo-app", "public")}


@pytest.mark.parametrize(
    ("flavour", "wanted"),
    [
        ("strimzi", {"authType": "mtls", "clientCert": "KAFKA_CLIENT_CERT", "disableTls": "false"}),
        ("redpanda", {"authType": "password", "saslMechanism": "SHA-512", "saslPassword": "KAFKA_PASSWORD"}),
        ("redpanda-cloud", {"authType": "password", "saslMechanism": "SHA-512", "disableTls": "false"}),
        ("confluent-cloud", {"authType": "password", "saslMechanism": "PLAIN", "disableTls": "false"}),
        ("plain", {"authType": "none", "disableTls": "false"}),
    ],
)
def test_a_flavour_of_kafka_says_how_sidecars_prove_who_they_are(flavour: str, wanted: dict[str, str]) -> None:
    found = rendered("dev", f"kafka.flavour={flavour}")
    for component in ("kafka-pubsub", "kafka-broadcast"):
        assert wanted.items() <= found.component(component).items()
    for app, deployment in found.of("Deployment").items():
        said = deployment["spec"]["template"]["metadata"]["annotations"].get("dapr.io/env-from-secret", "")
        needed = app in USES_KAFKA and wanted["authType"] != "none"
        assert (f"kafka-{app}:" in said) == needed, "each app is its own user, with its own secret"


def test_lag_is_asked_for_in_every_topic_that_a_consumer_reads() -> None:
    for app, scaler in rendered("prod").of("ScaledObject").items():
        topics = {trigger["metadata"]["topic"] for trigger in scaler["spec"]["triggers"]}
        assert topics == {
            t.name for t in TOPICS.values() for c in t.consumers if c.app_id == app and c.kind != "broadcast"
        }
