"""What the sidecars and the processes say of themselves once the platform runs."""

from __future__ import annotations

import httpx
import orjson
from event_contracts.apps import APPS
from event_contracts.topics import TOPICS, ConsumerKind
from local_runtime.platform import Platform

from tests.people import eventually


def test_resiliency_was_loaded_by_every_sidecar(platform: Platform) -> None:
    for app in APPS:
        assert any("Loading Resiliency configuration" in line for line in _log(platform, app)), app


def test_no_sidecar_cleans_the_table_of_names(platform: Platform) -> None:
    """Its clean-up deletes the names that are alive, and each sidecar whose name is lost ends itself."""
    for app in APPS:
        said = [orjson.loads(line) for line in _log(platform, app) if line.startswith("{")]
        names = [line["msg"] for line in said if str(line.get("component", "")).startswith("nr ")]
        assert any("Configuring SQLite name resolution" in line for line in names), app
        assert not any("clean up" in line or "expired rows" in line for line in names), app


def test_every_process_answers_for_its_health_and_its_metrics(platform: Platform) -> None:
    for app in APPS:
        assert httpx.get(platform.url(app) + "/health/live").status_code == 200, app
        assert httpx.get(platform.url(app) + "/health/ready").json()["status"] == "ready", app
        if app != "todo-frontend":
            assert "python_info" in httpx.get(platform.url(app) + "/metrics").text, app


def test_each_consumer_has_seen_a_probe_of_each_topic(platform: Platform) -> None:
    for topic in TOPICS.values():
        if not topic.ledgered:
            continue
        for app in topic.consumer_ids(ConsumerKind.PROJECTION, ConsumerKind.RECORD):
            # A process that a test has just restarted sees the next one, which comes within half a minute.
            eventually(lambda a=app, t=topic.name: _probe(platform, a, t), seconds=60, says=f"{app} {topic.name}")


def _log(platform: Platform, app: str) -> list[str]:
    return (platform.place.logs_folder / f"{app}-daprd.log").read_text().splitlines()


def _probe(platform: Platform, app: str, topic: str) -> str | None:
    consumers = httpx.get(platform.url(app) + "/health/ready").json()["consumers"]
    return consumers.get(topic, {}).get("last_probe_id")
