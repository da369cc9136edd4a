"""Every metric of an alert stands in a scrape of the running platform, every alert has its two tests and a runbook."""

from __future__ import annotations

import re
from typing import Any

import httpx
import orjson
import pytest
import yaml
from event_contracts.apps import APPS
from event_contracts.topics import PUBSUB, TOPICS
from local_runtime.layout import CLONE
from local_runtime.platform import Platform

from tests.hostile import probe

FOLDER = CLONE / "monitoring" / "prometheus"
WORDS_OF_PROMQL = {"sum", "by", "max", "min", "increase", "time", "or", "unless", "offset"}

pytestmark = pytest.mark.forges


def test_every_metric_of_an_alert_is_scraped(platform: Platform) -> None:
    forged = httpx.post(  # a sidecar shows this counter from its first count on
        f"{platform.sidecar_url('audit-service')}/v1.0/publish/{PUBSUB}/task-events",
        headers=platform.dapr_headers,
        content=orjson.dumps(probe(TOPICS["task-events"])),
    )
    assert forged.status_code == 403
    scraped = "".join(
        httpx.get(address).text
        for app in APPS
        for address in (
            f"http://127.0.0.1:{platform.place.app(app).sidecar.metrics}/",
            *([platform.url(app) + "/metrics"] if APPS[app].module else []),
        )
    )
    there = set(re.findall(r"^# TYPE (\S+) ", scraped, re.MULTILINE))
    for rule in _rules():
        named = _metrics(rule["expr"])
        assert named, rule["alert"]
        assert named <= there, f"{rule['alert']}: nobody has {named - there}"


def test_every_alert_has_a_test_that_fires_and_one_that_stays_silent() -> None:
    fires, silent = set[str](), set[str]()
    for file in (FOLDER / "tests").glob("*.yaml"):
        for case in yaml.safe_load(file.read_text())["tests"]:
            for asked in case["alert_rule_test"]:
                (fires if asked["exp_alerts"] else silent).add(asked["alertname"])
    assert {rule["alert"] for rule in _rules()} == fires == silent


def test_every_alert_leads_to_a_runbook() -> None:
    for rule in _rules():
        page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        headings = re.findall(r"^#+ (.+)$", (CLONE / page).read_text(), re.MULTILINE)
        assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, rule["alert"]


def _rules() -> list[dict[str, Any]]:
    files = (FOLDER / "rules").glob("*.yaml")
    return [rule for file in files for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]


def _metrics(expression: str) -> set[str]:
    """The names of metrics in an expression of PromQL; labels, durations and strings left out."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)', "", expression)
    return set(re.findall(r"\b[a-z][a-z_]{3,}\b", bare)) - WORDS_OF_PROMQL
