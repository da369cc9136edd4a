"""A process, a store or a key breaks: its alert fires, somebody gets the mail, the runbook's first command finds it.

How the rules are shortened: tests.chaos.observed. The faults of events and of stores: test_faults_alert_flow.py and
test_faults_alert_stores.py.
docs/runbooks/README.md lists the alerts that no real fault has fired.
"""

from __future__ import annotations

import datetime as dt
import json
import signal
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from event_contracts.topics import PUBSUB
from local_runtime.platform import Platform

from tests.chaos.observed import NOTICED_SECONDS, Observed
from tests.operators import Operator
from tests.people import Person, eventually

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]  # both servers are built when they are absent


def test_a_healthy_platform_is_scraped_whole_and_fires_nothing(observed: Observed) -> None:
    groups = observed.asked("rules")["groups"]
    wrong = [
        (rule["name"], rule.get("lastError")) for group in groups for rule in group["rules"] if rule.get("lastError")
    ]
    assert not wrong
    eventually(lambda: not observed.unexpected(), NOTICED_SECONDS, "what fired before all was scraped ends")
    since = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)  # longer than any patience of these rules
    eventually(lambda: all(at > since for at in observed.evaluated()), 90, "each rule was asked anew")
    assert observed.unexpected() == set()


def test_an_app_that_is_gone_is_named_to_whoever_is_on_call(observed: Observed, platform: Platform) -> None:
    platform.kill("audit-service", signal.SIGKILL, restart=False)
    try:
        observed.fires("TargetDown", app_id="audit-service")
        observed.fires("MetricDisappeared", metric="audit_sealing_refused")
        eventually(lambda: observed.has_mailed("on-call", "TargetDown audit-service"), NOTICED_SECONDS, "a mail")
        assert _shown(observed.finds("TargetDown"), "audit-service") == (None, True)
        assert _shown(observed.finds("MetricDisappeared"), "audit-service") == (None, True)
    finally:
        platform.revive("audit-service")
    observed.ends("TargetDown", app_id="audit-service")
    observed.ends("MetricDisappeared")


def test_a_scrape_that_hangs(observed: Observed, platform: Platform) -> None:
    platform.kill("recurring-task-service", signal.SIGSTOP)
    try:
        observed.fires("TargetDown", app_id="recurring-task-service", job="apps")
        pid, unhealthy = _shown(observed.finds("TargetDown"), "recurring-task-service")
        assert (pid is not None, unhealthy) == (True, True), "it runs and does not answer"
    finally:
        platform.kill("recurring-task-service", signal.SIGCONT)
    observed.ends("TargetDown")


def test_a_sidecar_that_is_gone_is_told_by_its_app(observed: Observed, platform: Platform) -> None:
    platform.kill("recurring-task-service-daprd", signal.SIGKILL, restart=False)
    try:
        observed.fires("AppNotReady", app_id="recurring-task-service", check="sidecar")
        observed.fires("TargetDown", app_id="recurring-task-service", job="sidecars")
        assert _shown(observed.finds("AppNotReady"), "recurring-task-service-daprd") == (None, True)
    finally:
        platform.revive("recurring-task-service-daprd")
    observed.ends("AppNotReady", app_id="recurring-task-service")


def test_a_database_that_is_gone_is_the_one_cause_that_is_told(
    observed: Observed, platform: Platform, person: Person
) -> None:
    platform.kill("postgres", signal.SIGKILL, restart=False)
    try:
        observed.fires("DatabaseDown")
        observed.fires("AppNotReady", app_id="todo-backend", check="database")
        eventually(lambda: person.ask("GET", "tasks").status_code >= 500 and observed.is_firing("ApiFails"), 90)
        eventually(lambda: observed.has_mailed("on-call", "DatabaseDown"), NOTICED_SECONDS, "a mail")
        assert _shown(observed.finds("DatabaseDown"), "postgres") == (None, True)
        observed.finds("ApiFails", "todo-backend is not ready", "'database'")
        eventually(lambda: observed.is_held_back("AppNotReady"), NOTICED_SECONDS, "nobody is told of what follows")
    finally:
        platform.revive("postgres")
        platform.wait_healthy(deadline=90)
    observed.ends("DatabaseDown")
    observed.ends("ApiFails")


def test_a_broker_that_is_gone(observed: Observed, platform: Platform, person: Person) -> None:
    platform.kill("kafka", signal.SIGKILL, restart=False)
    try:
        person.add("Waits in the ledger")
        observed.fires("BrokerUnreachable", seconds=150, app_id="todo-relay")
        assert _shown(observed.finds("BrokerUnreachable"), "kafka") == (None, True)
    finally:
        platform.revive("kafka")
        platform.wait_healthy(deadline=90)
    observed.fires("EventsLate", seconds=90)  # what waited came late
    observed.ends("BrokerUnreachable")


def test_events_that_come_late_because_an_operator_paused_the_relay(
    observed: Observed, platform: Platform, person: Person
) -> None:
    operator = Operator(platform)
    observed.ends("EventsLate")  # of the outage before
    for _ in range(2):
        assert operator.run("pause", "--ledger", "todo-backend", "--seconds", "120").returncode == 0
        person.add("Waits for the relay")
        eventually(lambda: "are pending, the oldest for" in operator.run("status").stdout, NOTICED_SECONDS)
        if observed.is_firing("EventsLate"):
            break
        operator.run("resume", "--ledger", "todo-backend")
        observed.fires("EventsLate")
    observed.finds("EventsLate", "ledger of todo-backend: ", "are pending, the oldest for", "operator: ")
    operator.run("resume", "--ledger", "todo-backend")


def test_an_app_that_ends_again_and_again_as_after_a_bad_release(observed: Observed, platform: Platform) -> None:
    for _ in range(5):
        before = _started(observed, "audit-service")
        platform.kill("audit-service", signal.SIGKILL)
        eventually(lambda old=before: _started(observed, "audit-service") not in {old, None}, 60, "it was scraped anew")
    observed.fires("AppRestarts", app_id="audit-service")
    [one] = [one for one in _processes(observed.finds("AppRestarts")) if one["name"] == "audit-service"]
    assert one["restarts"] >= 5


def test_a_relay_that_does_not_lead(observed: Observed, platform: Platform) -> None:
    operator = Operator(platform)
    assert operator.run("pause", "--ledger", "todo-backend", "--seconds", "120").returncode == 0
    try:
        observed.fires("NobodyRelays", app_id="todo-relay")
        observed.finds("NobodyRelays", "operator: ")  # who holds the lease
    finally:
        operator.run("resume", "--ledger", "todo-backend")
    observed.ends("NobodyRelays", app_id="todo-relay")


def test_a_certificate_that_ends(observed: Observed, platform: Platform, tmp_path: Path) -> None:
    file = tmp_path / "mail.pem"
    file.write_bytes(_authority(dt.timedelta(days=3)))
    platform.kill("notification-service", signal.SIGTERM, restart=False)
    platform.revive("notification-service", SMTP_CA_FILE=str(file))
    try:
        observed.fires("CertificateExpires", app_id="notification-service", file=str(file))
        observed.finds("CertificateExpires", "authority of the test", "notAfter", FILE=str(file))
    finally:
        platform.kill("notification-service", signal.SIGTERM, restart=False)
        platform.revive("notification-service")
        platform.wait_healthy(["notification-service"])
    observed.ends("CertificateExpires")


@pytest.mark.forges
def test_whoever_has_no_token_or_speaks_through_the_wrong_app(observed: Observed, platform: Platform) -> None:
    refused = httpx.post(f"{platform.inner_url('audit-service')}/events/task-events", json={})
    assert refused.status_code in {401, 403}
    forged = httpx.post(
        f"{platform.sidecar_url('audit-service')}/v1.0/publish/{PUBSUB}/task-events",
        headers=platform.dapr_headers,
        content=b"{}",
    )
    assert forged.status_code == 403
    observed.fires("InnerDoorRefused", app_id="audit-service", reason="app_token_required")
    observed.fires("EventForged", app_id="audit-service")
    observed.finds("InnerDoorRefused", "app_token_required")
    observed.finds("EventForged", "ERR_PUBSUB_FORBIDDEN")
    observed.ends("InnerDoorRefused")
    observed.ends("EventForged")


def _processes(status: str) -> list[dict[str, object]]:
    return json.loads(status[status.index("{") : status.rindex("}") + 1])["processes"]


def _shown(status: str, name: str) -> tuple[object, bool]:
    """What `make status` says of a process: its pid, and that it is not healthy."""
    [one] = [process for process in _processes(status) if process["name"] == name]
    return one["pid"], one["health"] != "healthy"


def _started(observed: Observed, app_id: str) -> str | None:
    query = f'process_start_time_seconds{{job="apps",app_id="{app_id}"}}'
    found = observed.asked("query", query=query)["result"]
    return found[0]["value"][1] if found else None


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
