"""The chart's AlertmanagerConfig: what the Prometheus operator makes of it leads as monitoring/alertmanager/ does.

The operator's own code writes Alertmanager's file, and amtool reads it.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from local_runtime import layout
from local_runtime.provision import cluster_tools
from local_runtime.provision.cache import Cache
from local_runtime.provision.prometheus import amtool

from tests.deploy import chart

pytestmark = pytest.mark.step3
FOLDER = layout.CLONE / "monitoring" / "alertmanager"
NAMESPACE = "todo-app"
OURS = f'namespace="{NAMESPACE}"'
"""The operator leads alerts of the object's namespace alone."""


def test_a_chart_without_an_address_has_no_routes() -> None:
    assert not chart.rendered("prod").of("AlertmanagerConfig")


def test_every_alert_of_the_chart_says_in_which_namespace_it_is_to_be_routed() -> None:
    alerts = [
        rule
        for document in chart.rendered("prod").of("PrometheusRule").values()
        for group in document["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    assert alerts
    assert {alert["labels"].get("namespace") for alert in alerts} == {NAMESPACE}


def test_routes_and_inhibitions_say_the_same_as_alertmanager_s_own_file(tmp_path: Path) -> None:
    wanted = yaml.safe_load((FOLDER / "alertmanager.yaml").read_text())
    found = _as_the_operator_writes_it(_config("monitoring.mail.operators=day@example.com"))
    assert [_sorted(rule) for rule in found["inhibit_rules"]] == [
        _sorted(rule | {side: [OURS, *rule[side]] for side in ("source_matchers", "target_matchers")})
        for rule in wanted["inhibit_rules"]
    ]
    assert found["route"]["routes"] == [_received(wanted["route"]) | {"matchers": [OURS], "continue": True}]
    texts = {_name(receiver["name"]): receiver["email_configs"][0]["text"] for receiver in wanted["receivers"]}
    assert {r["name"]: r["email_configs"][0]["text"] for r in found["receivers"] if "email_configs" in r} == texts
    file = tmp_path / "alertmanager.yaml"
    file.write_text(yaml.safe_dump(found))
    _ask("check-config", file)
    for route in yaml.safe_load((FOLDER / "routes.yaml").read_text()):
        labels = [f"{name}={value}" for name, value in (route["labels"] | {"namespace": NAMESPACE}).items()]
        _leads(file, _name(route["receiver"]), *labels)
    _leads(file, "null", "namespace=another")


def test_those_on_call_hear_of_everything_where_nobody_else_is_named() -> None:
    config = _config()["spec"]
    sent = {receiver["name"]: receiver["emailConfigs"][0] for receiver in config["receivers"]}
    assert {name: mail["to"] for name, mail in sent.items()} == dict.fromkeys(
        ("on-call", "operators"), "night@example.com"
    )
    for mail in sent.values():
        assert (mail["from"], mail["smarthost"]) == ("todo@example.com", "mail.example.com:587")
        assert (mail["authUsername"], mail["authPassword"]) == ("todo", {"name": "alert-mail", "key": "password"})


def _config(*more: str) -> dict[str, Any]:
    return chart.rendered("prod", *chart.MAIL, *more).of("AlertmanagerConfig")["todo-app"]


def _as_the_operator_writes_it(config: dict[str, Any]) -> dict[str, Any]:
    program = cluster_tools.alertmanager_config(Cache(layout.cache_folder()))
    there = {**config, "metadata": {**config["metadata"], "namespace": NAMESPACE}}  # where helm installs it
    done = subprocess.run([str(program)], input=json.dumps(there), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)


def _name(receiver: str) -> str:
    """A receiver as the operator calls it: several teams may have one of that name."""
    return f"{NAMESPACE}/todo-app/{receiver}"


def _received(route: dict[str, Any]) -> dict[str, Any]:
    inner = {"routes": [_received(one) for one in route["routes"]]} if "routes" in route else {}
    return route | inner | {"receiver": _name(route["receiver"])}


def _sorted(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) for name, value in rule.items()}


def _leads(file: Path, receiver: str, *labels: str) -> None:
    _ask("config", "routes", "test", f"--config.file={file}", f"--verify.receivers={receiver}", *labels)


def _ask(*command: object) -> None:
    program = str(amtool(Cache(layout.cache_folder())))
    done = subprocess.run([program, *map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
