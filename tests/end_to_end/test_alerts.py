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
from local_runtime.observe.stores import Stores
from local_runtime.platform import Platform
from prometheus_client import CollectorRegistry, generate_latest

from tests.hostile import probe
from tests.runbooks import PARTS, first_command, links, section

FOLDER = CLONE / "monitoring" / "prometheus"
WORDS_OF_PROMQL = {
    *("sum", "max", "min", "count", "increase", "rate", "changes", "absent", "time", "and", "or", "unless", "offset"),
    *("label_replace", "histogram_quantile", "clamp_min", "topk"),
}

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
    there = scraped_names(scraped + _stores(platform))
    there |= {"up", "ALERTS"}  # Prometheus has these itself
    there |= {rule["record"] for rule in _rules() if "record" in rule}
    for rule in _rules():
        name = rule.get("alert") or rule["record"]
        named = metrics_of(rule["expr"])
        assert named, name
        assert named <= there, f"{name}: nobody has {named - there}"
    for board, panels in _dashboards().items():
        for title, _unit, _description, queries in panels:
            for expression in queries.values():
                absent = metrics_of(expression) - there
                assert not absent, f"{board}, {title}: nobody has {absent}"


def test_every_alert_has_a_test_that_fires_and_one_that_stays_silent() -> None:
    fires, silent = set[str](), set[str]()
    for file in (FOLDER / "tests").glob("*.yaml"):
        for case in yaml.safe_load(file.read_text())["tests"]:
            for asked in case["alert_rule_test"]:
                (fires if asked["exp_alerts"] else silent).add(asked["alertname"])
    assert {rule["alert"] for rule in _alerts()} == fires == silent


def test_every_alert_leads_to_a_runbook() -> None:
    assert set(links()) == {rule["alert"] for rule in _alerts()}
    for alert in links():
        assert tuple(section(alert)) == PARTS, alert
        assert first_command(alert), alert


def test_the_page_of_runbooks_lists_each_alert_once_as_fired_by_a_fault_or_not() -> None:
    page = (CLONE / "docs" / "runbooks" / "README.md").read_text()
    table, _, drills = page.partition("## Which alerts a real fault has fired")
    for alert in links():
        assert len(re.findall(rf"[ ,]{alert}\b", table.partition("## A bad release")[0])) == 1, alert
        assert len(re.findall(rf"\b{alert}\b", drills)) == 1, alert


def _rules() -> list[dict[str, Any]]:
    files = (FOLDER / "rules").glob("*.yaml")
    return [rule for file in files for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]


def _dashboards() -> dict[str, list[list[Any]]]:
    told = yaml.safe_load((CLONE / "monitoring" / "dashboards" / "dashboards.yaml").read_text())
    return {name: board["panels"] for name, board in told.items()}


def _alerts() -> list[dict[str, Any]]:
    return [rule for rule in _rules() if "alert" in rule]


def _stores(platform: Platform) -> str:
    """What PostgreSQL, Kafka and the disk give where the platform is observed."""
    stores, registry = Stores(platform.superuser_url, platform.broker.address, str(CLONE)), CollectorRegistry()
    stores.read()
    registry.register(stores)
    return generate_latest(registry).decode()


def scraped_names(scraped: str) -> set[str]:
    """The names of the series in a scrape; a histogram has three."""
    kinds = re.findall(r"^# TYPE (\S+) (\S+)$", scraped, re.MULTILINE)
    endings = {"histogram": ("_bucket", "_count", "_sum"), "summary": ("", "_count", "_sum")}
    return {name + ending for name, kind in kinds for ending in endings.get(kind, ("",))}


def metrics_of(expression: str) -> set[str]:
    """The names of metrics in an expression of PromQL; labels, durations and strings left out."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\{[^}]*\}|\[[^\]]*\]|(?:by|without|on) ?\([^)]*\)', "", expression)
    return set(re.findall(r"(?<![\w.])[a-z][a-z0-9_:]+\b", bare)) - WORDS_OF_PROMQL
