"""The database is restored from a copy while its audit was behind: nothing is published until an operator says what."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from local_runtime.platform import Platform
from local_runtime.postgres import as_server_user, binaries

from tests import evidence, invariants
from tests.chaos.apart import platform_apart
from tests.operators import Operator
from tests.people import Person, eventually

LEDGERS = ("todo-backend", "notification-service")
pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(480)]


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One of its own: what a restore takes away from ledger, audit and seals would be missing to the tests after it."""
    yield from platform_apart()


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """Where a copy of the cluster goes; it is the server's only once it has been put in its place."""
    yield tmp_path / "copy"
    shutil.rmtree(tmp_path / "copy", ignore_errors=True)


def test_after_a_restore_the_relays_refuse_until_they_are_told_what_to_send_again(
    platform: Platform, base_url: str, person: Person, store: Any, brokers: str, copy: Path
) -> None:
    operator = Operator(platform)
    eventually(lambda: invariants.settled(store), 60)
    before = store.execute("SELECT clock_timestamp()").fetchone()[0]
    platform.kill("audit-service", signal.SIGSTOP)
    try:
        published = [person.add(f"published, and not audited in the copy {n}") for n in range(5)]
        eventually(lambda: evidence.pending_count(store) == 0, says="they are published")
        _copy(platform, copy)
    finally:
        platform.kill("audit-service", signal.SIGCONT)
    lost = person.add("after the copy: lost with the disk")
    eventually(lambda: invariants.settled(store), 60, "everything was audited, before the disk was lost")

    _restore(platform, copy)
    with _connected(platform) as restored:
        waiting = eventually(lambda: _added(base_url, person), 30, "the API takes changes")
        for app in LEDGERS:
            why = eventually(lambda app=app: _refused(operator, app), 30, f"{app} says that nothing is published")
            assert "The lease names the database" in why
        eventually(lambda: "event_relay_refuses_database 1.0" in _metrics(platform), 15)
        assert person.ask("GET", f"tasks/{lost['id']}").status_code == 404
        assert evidence.pending_count(restored) >= 1
        status = operator.run("status")
        assert (status.returncode, "todo-ops adopt" in status.stdout) == (1, True), status.stdout
        assert _unaudited(restored, published) == 5, "the copy had not audited them, and their offsets are past"

        shown = operator.told("adopt", "--resend-since", before.isoformat())
        assert {app: told["foreign"] for app, told in shown["ledgers"].items()} == dict.fromkeys(LEDGERS, True)
        assert sum(one["count"] for one in shown["ledgers"]["todo-backend"]["resent"]) >= 6
        assert _refused(operator, "todo-backend"), "looking changes nothing"

        done = operator.run("adopt", "--resend-since", before.isoformat(), "--yes", "--by", "ada", "--why", "lost disk")
        assert (done.returncode, done.stdout.count("Adopted.")) == (0, 2), done.stdout + done.stderr
        eventually(lambda: invariants.settled(restored), 60, "everything has arrived")
        assert _unaudited(restored, [*published, waiting]) == 0
        assert invariants.i1_every_change_is_audited_once(restored, brokers) == []
        assert invariants.i2_every_series_goes_on_once(restored) == []
        assert invariants.i4_histories_have_no_gap(restored) == []
        assert evidence.dead_letters(restored) == []
        acts = restored.execute("SELECT act, done_by, told ->> 'why' FROM tasks.operator_acts").fetchall()
        assert acts[-1] == ("adopt", "ada", "lost disk")
        again = operator.run("adopt", "--resend-all", "--yes")
        assert (again.returncode, again.stdout.count("nothing to adopt")) == (0, 2)
    platform.wait_healthy(deadline=60)


def _copy(platform: Platform, copy: Path) -> None:
    server = platform.superuser_url.rsplit("/", 1)[0] + "/postgres"
    command = [binaries() / "pg_basebackup", "-X", "stream", "-c", "fast", "-D", copy, "-d", server]
    subprocess.run(as_server_user(command), check=True, capture_output=True, timeout=120)


def _restore(platform: Platform, copy: Path) -> None:
    """Put the copy in the place of the data and let the server recover from it, on a new timeline."""
    (copy / "recovery.signal").touch()
    with (copy / "postgresql.auto.conf").open("a") as settings:
        settings.write("restore_command = 'false'\nrecovery_target_timeline = 'current'\n")
    platform.kill("postgres", signal.SIGINT, restart=False)
    eventually(lambda: platform.states()["postgres"].pid is None, 30)
    data = platform.place.folder / "postgres" / "data"
    shutil.rmtree(data)
    shutil.move(copy, data)
    platform.revive("postgres")
    platform.wait_healthy(["postgres"], 60)


def _connected(platform: Platform) -> psycopg.Connection[Any]:
    def connect() -> psycopg.Connection[Any] | None:
        try:
            connection = evidence.connect(platform.superuser_url)
            return connection if connection.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,) else None
        except psycopg.OperationalError:
            return None

    return eventually(connect, 60, says="the database takes changes")


def _added(base_url: str, person: Person) -> dict[str, Any] | None:
    try:
        answer = person.ask("POST", "tasks", json={"title": f"after the restore {time.time()}"})
    except httpx.HTTPError:
        return None
    return answer.json() if answer.status_code == 201 else None


def _refused(operator: Operator, app: str) -> str | None:
    ended = operator.run("status", "--json")
    if ended.returncode == 3:
        return None
    relay = json.loads(ended.stdout)["relays"][app]
    return None if relay is None else relay.get("refused_database")


def _metrics(platform: Platform) -> str:
    return httpx.get(platform.url("todo-relay") + "/metrics", timeout=3).text


def _unaudited(store: Any, tasks: list[dict[str, Any]]) -> int:
    row = store.execute(
        "SELECT count(*) FROM unnest(%s::uuid[]) AS t(id)"
        " WHERE NOT EXISTS (SELECT 1 FROM audit.entries e WHERE e.task_id = t.id)",
        ([task["id"] for task in tasks],),
    ).fetchone()
    return int(row[0])
