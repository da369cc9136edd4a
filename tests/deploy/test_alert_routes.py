"""The chart's AlertmanagerConfig: what it says leads alerts as monitoring/alertmanager/ does, asked of amtool."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from local_runtime import layout
from local_runtime.provision.cache import Cache
from local_runtime.provision.prometheus import amtool

from tests.deploy import chart

pytestmark = pytest.mark.step3
FOLDER = layout.CLONE / "monitoring" / "alertmanager"
NAMESPACE = "todo-app"


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
    [ours] = found["route"]["routes"]
    assert found["inhibit_rules"] == [
        {"source_matchers": [_ours(), *rule["source_matchers"]], "target_matchers": [_ours(), *rule["target_matchers"]]}
        | {key: value for key, value in rule.items() if key == "equal"}
        for rule in wanted["inhibit_rules"]
    ]
    assert ours == {**wanted["route"], "matchers": [_ours()], "continue": True}
    texts = {receiver["name"]: receiver["email_configs"][0]["text"] for receiver in wanted["receivers"]}
    assert {r["name"]: r["email_configs"][0]["text"] for r in found["receivers"] if r["name"] != "null"} == texts
    file = tmp_path / "alertmanager.yaml"
    file.write_text(yaml.safe_dump(found))
    _ask("check-config", file)
    for route in yaml.safe_load((FOLDER / "routes.yaml").read_text()):
        labels = [f"{name}={value}" for name, value in (route["labels"] | {"namespace": NAMESPACE}).items()]
        _ask("config", "routes", "test", f"--config.file={file}", f"--verify.receivers={route['receiver']}", *labels)
    _ask("config", "routes", "test", f"--config.file={file}", "--verify.receivers=null", "namespace=another")


def test_those_on_call_hear_of_everything_where_nobody_else_is_named() -> None:
    config = _config()
    sent = {receiver["name"]: receiver["emailConfigs"][0] for receiver in config["receivers"]}
    assert {name: mail["to"] for name, mail in sent.items()} == dict.fromkeys(
        ("on-call", "operators"), "night@example.com"
    )
    for mail in sent.values():
        assert (mail["from"], mail["smarthost"]) == ("todo@example.com", "mail.example.com:587")
        assert (mail["authUsername"], mail["authPassword"]) == ("todo", {"name": "alert-mail", "key": "password"})


def _config(*more: str) -> dict[str, Any]:
    return chart.rendered("prod", *chart.MAIL, *more).of("AlertmanagerConfig")["todo-app"]["spec"]


def _ours() -> str:
    return f'namespace="{NAMESPACE}"'


def _as_the_operator_writes_it(spec: dict[str, Any]) -> dict[str, Any]:
    """Under a route of its own that lets others go on, for alerts of its namespace alone; passwords are in a file."""
    made = _renamed(spec)
    for rule in made["inhibit_rules"]:
        rule["source_matchers"] = [_ours(), *rule.pop("source_match")]
        rule["target_matchers"] = [_ours(), *rule.pop("target_match")]
    for receiver in made["receivers"]:
        for mail in receiver["email_configs"]:
            mail["headers"] = {one["key"]: one["value"] for one in mail["headers"]}
            mail["auth_password"] = mail.pop("auth_password")["key"]
    ours = made["route"] | {"matchers": [_ours()], "continue": True}
    made["receivers"].append({"name": "null"})
    return made | {"route": {"receiver": "null", "routes": [ours]}}


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"name", "matchType", "value"}:
        return f'{value["name"]}{value["matchType"]}"{value["value"]}"'
    return {re.sub(r"(?<=[a-z])([A-Z])", lambda f: f"_{f[1].lower()}", name): _renamed(v) for name, v in value.items()}


def _ask(*command: object) -> None:
    program = str(amtool(Cache(layout.cache_folder())))
    done = subprocess.run([program, *map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
