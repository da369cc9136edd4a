"""Alerts: tried with promtool, and the same ones in the chart, whose scrapes name apps as the alerts do."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import yaml
from local_runtime import layout
from local_runtime.provision.cache import Cache
from local_runtime.provision.promtool import promtool

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


@pytest.mark.parametrize("name", ["dev", "staging", "prod", "prod-oke"])
def test_the_chart_has_every_alert_as_it_is(name: str) -> None:
    made = chart.rendered(name).of("PrometheusRule")
    wanted: dict[str, Any] = {f"todo-app-{file.stem}": yaml.safe_load(file.read_text())["groups"] for file in RULES}
    assert {rule: document["spec"]["groups"] for rule, document in made.items()} == wanted


def test_scrapes_name_each_app_as_the_alerts_ask() -> None:
    monitors = chart.rendered("prod").of("PodMonitor")
    assert set(monitors) == {"todo-app-apps", "todo-app-sidecars"}
    for monitor in monitors.values():
        [endpoint] = monitor["spec"]["podMetricsEndpoints"]
        labels = {r["targetLabel"]: r["sourceLabels"] for r in endpoint["relabelings"]}
        assert labels["app_id"] == ["__meta_kubernetes_pod_label_app_kubernetes_io_name"]


def test_a_cluster_without_prometheus_s_kinds_gets_none_of_them() -> None:
    assert not chart.rendered("local").of("PrometheusRule")
    assert not chart.rendered("local").of("PodMonitor")
