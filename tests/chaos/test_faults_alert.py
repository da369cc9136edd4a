"""A fault in the running platform fires its alert, somebody gets the mail, and the runbook's first command finds it.

Prometheus and Alertmanager are the real ones with the rules of monitoring/, except that what waits for minutes waits
for two seconds (`quick`). docs/runbooks/README.md lists the alerts that are not exercised here.
"""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from event_contracts.topics import PUBSUB
from local_runtime import layout
from local_runtime.platform import Platform
from local_runtime.provision import prometheus
from local_runtime.provision.cache import Cache

from tests.operators import Operator
from tests.people import Person, eventually

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]  # both servers are built when they are absent
NOTICED_SECONDS = 60
"""A scrape each three seconds, the rule, two seconds of patience; and two cores that do other things beside."""

SLOW = {"ApiSlow", "EventsLate", "RemindersLate"}
"""What a machine that is busy with other things fires by right."""


@pytest.fixture(scope="module")
def observed(platform: Platform) -> Platform:
    """The platform with Prometheus and Alertmanager, after nothing is wrong any more."""
    platform.observe(prometheus.observers(Cache(layout.cache_folder()), quick=True))
    eventually(lambda: len(_up(platform)) == 12, NOTICED_SECONDS, "everything is scraped")
    return platform


def test_a_healthy_platform_is_scraped_whole_and_fires_nothing(observed: Platform) -> None:
    eventually(lambda: {*_up(observed).values()} == {"1"}, NOTICED_SECONDS, "every target answers")
    groups = _asked(observed, "rules")["groups"]
    wrong = [
        (rule["name"], rule.get("lastError")) for group in groups for rule in group["rules"] if rule.get("lastError")
    ]
    assert not wrong
    eventually(lambda: not _unexpected(observed), NOTICED_SECONDS, "what fired before all was scraped ends")
    since = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)  # longer than any patience of these rules
    eventually(lambda: all(at > since for at in _evaluated(observed)), 90, "each rule was asked anew")
    assert _unexpected(observed) == set()


def test_an_app_that_is_gone_is_named_to_whoever_is_on_call(observed: Platform) -> None:
    observed.kill("audit-service", signal.SIGKILL, restart=False)
    try:
        _fires(observed, "TargetDown", app_id="audit-service")
        _fires(observed, "MetricDisappeared", metric="audit_sealing_refused")
        eventually(lambda: _mailed(observed, "on-call", "TargetDown audit-service"), NOTICED_SECONDS, "a mail")
        [one] = [process for process in _status(observed) if process["name"] == "audit-service"]
        assert one["pid"] is None
        assert one["health"] != "healthy"
    finally:
        observed.revive("audit-service")
    _ends(observed, "TargetDown", app_id="audit-service")


def test_a_sidecar_that_is_gone_is_told_by_its_app(observed: Platform) -> None:
    observed.kill("recurring-task-service-daprd", signal.SIGKILL, restart=False)
    try:
        _fires(observed, "AppNotReady", app_id="recurring-task-service", check="sidecar")
        _fires(observed, "TargetDown", app_id="recurring-task-service", job="sidecars")
        assert "recurring-task-service-daprd" in _unhealthy(observed)
    finally:
        observed.revive("recurring-task-service-daprd")
    _ends(observed, "AppNotReady", app_id="recurring-task-service")


def test_a_database_that_is_gone_is_the_one_cause_that_is_told(observed: Platform, person: Person) -> None:
    observed.kill("postgres", signal.SIGKILL, restart=False)
    try:
        _fires(observed, "DatabaseDown")
        _fires(observed, "AppNotReady", app_id="todo-backend", check="database")
        eventually(lambda: person.ask("GET", "tasks").status_code >= 500 and _is_firing(observed, "ApiFails"), 90)
        eventually(lambda: _mailed(observed, "on-call", "DatabaseDown"), NOTICED_SECONDS, "a mail")
        assert "postgres" in _unhealthy(observed)
        eventually(lambda: _held_back(observed, "AppNotReady"), NOTICED_SECONDS, "nobody is told of what follows")
    finally:
        observed.revive("postgres")
        observed.wait_healthy(deadline=90)
    _ends(observed, "DatabaseDown")


def test_a_broker_that_is_gone(observed: Platform, person: Person) -> None:
    observed.kill("kafka", signal.SIGKILL, restart=False)
    try:
        person.add("Waits in the ledger")
        _fires(observed, "BrokerUnreachable", seconds=150, app_id="todo-relay")
        assert "kafka" in _unhealthy(observed)
    finally:
        observed.revive("kafka")
        observed.wait_healthy(deadline=90)
    _fires(observed, "EventsLate", seconds=90)  # what waited came late
    _ends(observed, "BrokerUnreachable")


def test_an_app_that_ends_again_and_again_as_after_a_bad_release(observed: Platform) -> None:
    for _ in range(5):
        before = _started(observed, "audit-service")
        observed.kill("audit-service", signal.SIGKILL)
        eventually(lambda old=before: _started(observed, "audit-service") not in {old, None}, 60, "it was scraped anew")
    _fires(observed, "AppRestarts", app_id="audit-service")
    [one] = [process for process in _status(observed) if process["name"] == "audit-service"]
    assert one["restarts"] >= 5


def test_a_relay_that_does_not_lead(observed: Platform) -> None:
    operator = Operator(observed)
    assert operator.run("pause", "--ledger", "todo-backend", "--seconds", "120").returncode == 0
    try:
        _fires(observed, "NobodyRelays", app_id="todo-relay")
        assert "operator: " in operator.run("status").stdout, "who holds the lease"
    finally:
        operator.run("resume", "--ledger", "todo-backend")
    _ends(observed, "NobodyRelays", app_id="todo-relay")


def test_a_certificate_that_ends(observed: Platform, tmp_path: Path) -> None:
    file = tmp_path / "mail.pem"
    file.write_bytes(_authority(dt.timedelta(days=3)))
    observed.kill("notification-service", signal.SIGTERM, restart=False)
    observed.revive("notification-service", SMTP_CA_FILE=str(file))
    try:
        _fires(observed, "CertificateExpires", app_id="notification-service", file=str(file))
        said = subprocess.run(
            ["openssl", "x509", "-noout", "-subject", "-enddate", "-in", file],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "notAfter" in said.stdout
    finally:
        observed.kill("notification-service", signal.SIGTERM, restart=False)
        observed.revive("notification-service")
        observed.wait_healthy(["notification-service"])
    _ends(observed, "CertificateExpires")


@pytest.mark.forges
def test_whoever_has_no_token_or_speaks_through_the_wrong_app(observed: Platform) -> None:
    refused = httpx.post(f"{observed.inner_url('audit-service')}/events/task-events", json={})
    assert refused.status_code in {401, 403}
    forged = httpx.post(
        f"{observed.sidecar_url('audit-service')}/v1.0/publish/{PUBSUB}/task-events",
        headers=observed.dapr_headers,
        content=b"{}",
    )
    assert forged.status_code == 403
    _fires(observed, "InnerDoorRefused", app_id="audit-service", reason="app_token_required")
    _fires(observed, "EventForged", app_id="audit-service")
    told = Operator(observed).run("refusals").stdout
    assert "app_token_required" in told
    assert "ERR_PUBSUB_FORBIDDEN" in told


def _asked(platform: Platform, what: str, **query: str) -> dict[str, Any]:
    return httpx.get(f"{platform.prometheus_url}/api/v1/{what}", params=query, timeout=10).json()["data"]


def _up(platform: Platform) -> dict[tuple[str, str], str]:
    found = _asked(platform, "query", query="up")["result"]
    return {(one["metric"]["job"], one["metric"]["app_id"]): one["value"][1] for one in found}


def _started(platform: Platform, app_id: str) -> str | None:
    query = f'process_start_time_seconds{{job="apps",app_id="{app_id}"}}'
    found = _asked(platform, "query", query=query)["result"]
    return found[0]["value"][1] if found else None


def _firing(platform: Platform) -> list[dict[str, str]]:
    return [one["labels"] for one in _asked(platform, "alerts")["alerts"] if one["state"] == "firing"]


def _is_firing(platform: Platform, name: str, **labels: str) -> bool:
    wanted = {"alertname": name, **labels}.items()
    return any(wanted <= one.items() for one in _firing(platform))


def _fires(platform: Platform, name: str, seconds: float = NOTICED_SECONDS, **labels: str) -> None:
    eventually(lambda: _is_firing(platform, name, **labels), seconds, f"{name} fires")


def _ends(platform: Platform, name: str, **labels: str) -> None:
    eventually(lambda: not _is_firing(platform, name, **labels), 120, f"{name} ends")


def _unexpected(platform: Platform) -> set[str]:
    return {one["alertname"] for one in _firing(platform)} - SLOW


def _evaluated(platform: Platform) -> list[dt.datetime]:
    return [dt.datetime.fromisoformat(group["lastEvaluation"]) for group in _asked(platform, "rules")["groups"]]


def _held_back(platform: Platform, name: str) -> bool:
    """Whether Alertmanager has such alerts, and each is inhibited by another."""
    there = httpx.get(f"{platform.alertmanager_url}/api/v2/alerts", timeout=10).json()
    found = [one for one in there if one["labels"]["alertname"] == name]
    return bool(found) and all(one["status"]["inhibitedBy"] for one in found)


def _mailed(platform: Platform, to: str, about: str) -> bool:
    mails = httpx.get(f"{platform.mail_url}/mails.json", params={"to": f"{to}@todo.example"}).json()
    return any(about in mail["subject"] for mail in mails)


def _status(platform: Platform) -> list[dict[str, Any]]:
    """What `make status` says."""
    where = ["--offset", str(platform.place.offset), "--directory", str(platform.place.folder)]
    command = [sys.executable, "-m", "local_runtime", "status", *where]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return json.loads(said.stdout)["processes"]


def _unhealthy(platform: Platform) -> set[str]:
    return {process["name"] for process in _status(platform) if process["health"] != "healthy"}


def _authority(lasting: dt.timedelta) -> bytes:
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of the test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + lasting)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM)
