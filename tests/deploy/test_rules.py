"""Alerts: tried with promtool, and the same ones in the chart, whose scrapes name apps as the alerts do."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from local_runtime import layout
from local_runtime.provision.cache import Cache
from local_runtime.provision.prometheus import amtool, promtool
from local_runtime.render import dashboards

from tests.deploy import chart

pytestmark = pytest.mark.step3
FOLDER = layout.CLONE / "monitoring" / "prometheus"
RULES = sorted(FOLDER.glob("rules/*.yaml"))


@pytest.mark.timeout(900)  # promtool is built when it is absent
@pytest.mark.parametrize(("act", "files"), [("check", "rules"), ("test", "tests")])
def test_alerts_fire_and_stay_silent_as_their_tests_say(act: str, files: str) -> None:
    found = sorted(FOLDER.glob(f"{files}/*.yaml"))
    assert found
    command = [promtool(Cache(layout.cache_folder())), act, "rules", *found]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_routes_of_alerts_are_a_configuration_and_lead_where_they_are_meant_to() -> None:
    program, file = amtool(Cache(layout.cache_folder())), layout.CLONE / "monitoring" / "alertmanager"
    checked = subprocess.run(
        [program, "check-config", file / "alertmanager.yaml"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for route in yaml.safe_load((file / "routes.yaml").read_text()):
        labels = [f"{name}={value}" for name, value in route["labels"].items()]
        asked = [program, "config", "routes", "test", f"--config.file={file / 'alertmanager.yaml'}"]
        done = subprocess.run(
            [*asked, f"--verify.receivers={route['receiver']}", *labels], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (route, done.stdout, done.stderr)


def test_what_an_alert_silences_is_an_alert() -> None:
    names = {rule["alert"] for file in RULES for group in _groups(file) for rule in group["rules"] if "alert" in rule}
    config = yaml.safe_load((layout.CLONE / "monitoring" / "alertmanager" / "alertmanager.yaml").read_text())
    for rule in config["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            label, _, value = matcher.partition("=")
            if label == "alertname":
                assert set(value.strip('~"').split("|")) <= names, matcher


@pytest.mark.parametrize("name", ["dev", "staging", "prod", "prod-oke"])
def test_the_chart_has_every_alert_as_it_is(name: str) -> None:
    made = chart.rendered(name).of("PrometheusRule")
    wanted: dict[str, Any] = {f"todo-app-{file.stem}": yaml.safe_load(file.read_text())["groups"] for file in RULES}
    for groups in wanted.values():  # where to route them is said by the namespace; tests.deploy.test_alert_routes
        for rule in (rule for group in groups for rule in group["rules"] if "alert" in rule):
            rule["labels"] = rule.get("labels", {}) | {"namespace": "todo-app"}
    assert {rule: document["spec"]["groups"] for rule, document in made.items()} == wanted


def test_every_expression_of_a_dashboard_parses_and_every_panel_says_what_it_shows(tmp_path: Path) -> None:
    rules = list[dict[str, str]]()
    for text in dashboards.dashboards().values():
        for panel in json.loads(text)["panels"]:
            assert panel["title"]
            assert panel["description"]
            assert panel["fieldConfig"]["defaults"]["unit"]
            rules += [{"record": f"panel:{len(rules)}", "expr": target["expr"]} for target in panel["targets"]]
    file = tmp_path / "panels.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    command = [promtool(Cache(layout.cache_folder())), "check", "rules", "--lint=none", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboards_are_rendered_and_in_the_chart() -> None:
    wanted = dashboards.dashboards()
    assert {name.removesuffix(".json") for name in wanted} == {
        *("overview", "event-flow", "reminders", "recurrence", "api", "dapr", "kafka", "postgres", "business")
    }
    assert {file.name: file.read_text() for file in dashboards.SOURCE.parent.glob("*.json")} == wanted
    maps = chart.rendered("prod").of("ConfigMap")
    labelled = [one for one in maps.values() if one["metadata"]["labels"].get("grafana_dashboard")]
    found = {name: text for one in labelled for name, text in one["data"].items()}
    assert {name: json.loads(text) for name, text in found.items()} == {n: json.loads(t) for n, t in wanted.items()}


def _groups(file: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(file.read_text())["groups"]


def test_scrapes_name_each_app_as_the_alerts_ask() -> None:
    monitors = chart.rendered("prod").of("PodMonitor")
    assert set(monitors) == {"todo-app-apps", "todo-app-sidecars"}
    for monitor in monitors.values():
        [endpoint] = monitor["spec"]["podMetricsEndpoints"]
        labels = {r["targetLabel"]: r.get("sourceLabels") for r in endpoint["relabelings"]}
        assert {"targetLabel": "job", "replacement": monitor["metadata"]["name"].rsplit("-", 1)[1]} in (
            endpoint["relabelings"]
        )
        assert labels["app_id"] == ["__meta_kubernetes_pod_label_app_kubernetes_io_name"]


def test_a_cluster_without_prometheus_s_kinds_gets_none_of_them() -> None:
    assert not chart.rendered("local").of("PrometheusRule")
    assert not chart.rendered("local").of("PodMonitor")
