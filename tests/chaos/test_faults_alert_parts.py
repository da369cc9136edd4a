"""Faults that need neither broker nor sidecar: PostgreSQL, its server, a disk, and two services with their schemas.

Each alert fires, its runbook's first command finds the cause, and it ends when the cause is gone. How the rules are
shortened: tests.chaos.observed.
"""

from __future__ import annotations

import base64
import datetime as dt
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from event_contracts.topics import TOPICS
from local_runtime import database
from local_runtime.platform import Platform
from local_runtime.postgres import binaries
from local_runtime.render.policies import BULK_ROUTE
from psycopg import sql

from tests.chaos.observed import Observed, observing
from tests.chaos.small_disk import is_refused, small_disk
from tests.chaos.without_broker import without_broker
from tests.hostile import probe
from tests.operators import Operator
from tests.people import eventually

pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(900)]
AUDIT, NOTIFICATIONS = "audit-service", "notification-service"
EVENTS = [orjson.dumps(probe(TOPICS["task-events"])) for _ in range(2)]


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """The parts that are broken here."""
    with without_broker(AUDIT, NOTIFICATIONS) as running:
        yield running


@pytest.fixture(scope="module")
def observed(platform: Platform) -> Iterator[Observed]:
    """The parts with Prometheus and Alertmanager; what is not there is told as down, by right."""
    with observing(platform) as watched:
        yield watched


@pytest.fixture(scope="module")
def operator(platform: Platform) -> Operator:
    return Operator(platform)


def test_a_delivery_that_no_sidecar_sent(observed: Observed, platform: Platform) -> None:
    token = {"dapr-api-token": platform.keys.dapr_tokens["APP_API_TOKEN"]}
    assert httpx.post(platform.inner_url(AUDIT) + BULK_ROUTE, headers=token, content=b"{").status_code == 400
    observed.fires("DeliveryUnplaced", app_id=AUDIT)
    observed.finds("DeliveryUnplaced", AUDIT, "no_delivery")


def test_sessions_that_nobody_closes(observed: Observed, platform: Platform, store: Any) -> None:
    [most, taken] = store.execute(
        "SELECT current_setting('max_connections')::int, (SELECT count(*) FROM pg_stat_activity)"
    ).fetchone()
    with ExitStack() as stack:
        for _ in range(int(0.85 * most) - taken):
            stack.enter_context(psycopg.connect(platform.superuser_url, application_name="left-open-tool"))
        observed.fires("ConnectionsRunOut")
        first = observed.finds("ConnectionsRunOut", "left-open-tool").splitlines()[2]
        assert "left-open-tool" in first, "the most come first"
    observed.ends("ConnectionsRunOut")


@pytest.mark.skipif(is_refused(), reason="this machine allows no user namespaces")
def test_a_disk_that_is_nearly_full(observed: Observed, platform: Platform) -> None:
    with small_disk("16m") as disk:
        (disk / "kafka").mkdir()
        (disk / "kafka" / "log").write_bytes(bytes(1 << 20))
        platform.kill("stores-exporter", signal.SIGTERM, restart=False)
        platform.revive("stores-exporter", DATA_FOLDER=str(disk))
        try:
            film = disk / "somebody-elses-film"
            film.write_bytes(bytes(14 << 20))
            observed.fires("DiskNearlyFull", mountpoint=str(disk))
            said = observed.finds("DiskNearlyFull", "somebody-elses-film", folder=disk)
            assert "somebody-elses-film" in said.splitlines()[-1], "the largest comes last"
            film.unlink()
            observed.ends("DiskNearlyFull")
        finally:
            platform.kill("stores-exporter", signal.SIGTERM, restart=False)
            platform.revive("stores-exporter")


def test_a_right_is_missing_and_partitions_run_out(observed: Observed, platform: Platform, store: Any) -> None:
    today, schema = dt.datetime.now(dt.UTC).date(), sql.Identifier("notifications")
    with psycopg.connect(platform.owner_url("notifications"), autocommit=True) as owner:
        for days in range(4, 15):
            day = sql.Identifier(f"ledger_p{today + dt.timedelta(days=days):%Y%m%d}")
            owner.execute(sql.SQL("DROP TABLE {}.{}").format(schema, day))
    role = sql.Identifier(database.owner_role("notifications"))
    store.execute(sql.SQL("REVOKE CREATE ON SCHEMA {} FROM {}").format(schema, role))
    try:
        platform.restart([NOTIFICATIONS])
        observed.fires("PartitionsRunOut", app_id=NOTIFICATIONS, table="notifications.ledger")
        observed.fires("LoopFails", 120, app_id=NOTIFICATIONS, loop="partitions")
        observed.finds("PartitionsRunOut", f"ledger of {NOTIFICATIONS}: it has partitions until")
        observed.finds("LoopFails", "permission denied for schema notifications", APP=NOTIFICATIONS)
    finally:
        store.execute(sql.SQL("GRANT CREATE ON SCHEMA {} TO {}").format(schema, role))
        platform.restart([NOTIFICATIONS])
    observed.ends("PartitionsRunOut")


def test_an_audit_that_is_half_restored(
    observed: Observed, platform: Platform, operator: Operator, store: Any, tmp_path: Path
) -> None:
    token, dump = {"dapr-api-token": platform.keys.dapr_tokens["APP_API_TOKEN"]}, tmp_path / "audit.dump"
    door = platform.inner_url(AUDIT) + BULK_ROUTE
    assert httpx.post(door, headers=token, content=_delivery(1)).status_code == 200
    _run("pg_dump", "--format=custom", "--data-only", "--schema=audit",
         f"--file={dump}", f"--dbname={platform.superuser_url}")  # fmt: skip
    assert httpx.post(door, headers=token, content=_delivery(2)).status_code == 200
    assert operator.run("seals", "now").returncode == 0

    _restore(platform, store, dump, "entries")  # it stopped before the records
    assert operator.run("seals", "now").returncode != 0
    observed.fires("SealingRefused", app_id=AUDIT)
    observed.finds("SealingRefused", "are gone from positions", "The record of event")

    _restore(platform, store, dump, "entries", "payloads")
    assert httpx.post(door, headers=token, content=_delivery(2)).status_code == 200  # as a replay brings it again
    platform.kill(AUDIT, signal.SIGTERM, restart=False)
    eventually(lambda: platform.states()[AUDIT].pid is None, 30)
    platform.place.seals_file.rename(tmp_path / "seals.before")
    store.execute("TRUNCATE audit.seals")
    platform.revive(AUDIT)
    platform.wait_healthy([AUDIT])
    assert operator.run("seals", "now").returncode == 0
    assert operator.run("seals", "verify").stdout.endswith("It holds.\n")
    observed.ends("SealingRefused")


def _delivery(number: int) -> bytes:
    """A canary as the sidecar of the audit delivers it, the same each time."""
    record = base64.b64encode(EVENTS[number - 1]).decode()
    place = {"__topic": "task-events", "__partition": "0", "__offset": str(number)}
    return orjson.dumps({"topic": "task-events", "entries": [{"entryId": "1", "event": record, "metadata": place}]})


def _restore(platform: Platform, store: Any, dump: Path, *tables: str) -> None:
    """Put the partitions of these tables back from a dump, in place of what there is."""
    listed = dump.with_suffix(".list")
    contents = _run("pg_restore", "--list", str(dump)).splitlines(keepends=True)
    listed.write_text("".join(line for line in contents if any(f" {table}_p" in line for table in tables)))
    store.execute("TRUNCATE audit.entries, audit.payloads")
    _run("pg_restore", "--data-only", f"--use-list={listed}", f"--dbname={platform.superuser_url}", str(dump))


def _run(program: str, *words: str) -> str:
    command = [str(binaries() / program), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
