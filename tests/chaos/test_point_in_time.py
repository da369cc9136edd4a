"""Going back to an instant by the commands of docs/how-to/backup-and-restore.md: what was acknowledged before is there.

Copy and log of changes are made while people work; then somebody deletes rows by hand, and the platform goes back.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from event_contracts.topics import TOPICS
from local_runtime.layout import CLONE, RUN
from local_runtime.platform import Place, Platform
from local_runtime.provision.everything import provide

from tests import evidence, invariants
from tests.chaos.apart import BESIDE_THE_SESSIONS
from tests.chaos.writers import Writers
from tests.conftest import OFFSET
from tests.operators import Operator
from tests.pages import Page, programs
from tests.people import Person, eventually

READERS = ("recurring-task-service", "notification-service", "audit-service")
LEDGERED = [topic.name for topic in TOPICS.values() if topic.ledgered]
UNDER_WAY = dt.timedelta(seconds=2)
"""An event is dated before its change is committed, and what was committed counts."""
PAGE = "backup-and-restore.md"
pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def folder() -> Path:
    """Where this platform, its copies and its archive lie."""
    return RUN / "test-point-in-time"


@pytest.fixture(scope="module")
def platform(folder: Path) -> Iterator[Platform]:
    """One of its own, whose server archives as the page says."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "archive").mkdir(parents=True)
    running = Platform(
        Place(OFFSET + BESIDE_THE_SESSIONS, folder),
        provide(lambda _what, _seconds: None),
        postgres_settings=_settings(folder / "archive"),
    )
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def page(platform: Platform, folder: Path) -> Page:
    """The page, tried on this platform."""
    place = platform.place
    variables = {
        "PGURL": platform.superuser_url.rsplit("/", 1)[0] + "/postgres",
        "TODOURL": platform.superuser_url.rsplit("/", 1)[0] + "/todo",
        "DATA": str(place.folder / "postgres" / "data"),
        "COPY": str(folder / "copy"),
        "ARCHIVE": str(folder / "archive"),
        "SEALS": str(place.seals_file),
        "KEYS": str(place.keys_folder),
    }
    return Page(PAGE, variables, programs(platform, folder / "programs"))


def test_the_platform_goes_back_to_an_instant(
    platform: Platform, base_url: str, brokers: str, page: Page, folder: Path
) -> None:
    operator = Operator(platform)
    since = dt.datetime.now(dt.UTC)
    with Writers(base_url, count=4) as writers:
        eventually(lambda: len(writers.acknowledged()) > 40)
        assert "The copy is whole" in page.done("Take a copy")
        worked = len(writers.acknowledged())
        eventually(lambda: len(writers.acknowledged()) > worked + 40, 60)
        before = writers.acknowledged()
        with evidence.connect(platform.superuser_url) as store:
            asked = "SELECT clock_timestamp(), pg_walfile_name(pg_current_wal_insert_lsn())"
            instant, segment = store.execute(asked).fetchone()
            eventually(lambda: len(writers.acknowledged()) > len(before) + 20, 60)
            operator.told("seals", "now")
            for app in ("recurring-task-service", "notification-service"):
                platform.kill(f"{app}-daprd", signal.SIGTERM, restart=False)  # these have not read what follows
            eventually(lambda: len(writers.acknowledged()) > len(before) + 50, 60)
    with evidence.connect(platform.superuser_url) as store:
        store.execute("DELETE FROM tasks.tasks WHERE title LIKE 'chore%'")
    _half_a_copy_is_named(page, folder)
    lost = set(writers.acknowledged()) - set(before)

    refused = page.run("Pass over what was published later")
    assert (refused.returncode, "nothing was changed: audit-service" in refused.stderr) == (1, True), refused.stderr
    platform.kill("audit-service-daprd", signal.SIGTERM, restart=False)
    platform.kill("audit-service", signal.SIGTERM, restart=False)
    page.done("Stop the readers")
    _stop_server(platform)
    page.done("Put the copy in its place", INSTANT=instant.isoformat(sep=" "))
    found = _hide(folder, segment)
    published = len(evidence.records(brokers, LEDGERED))
    platform.revive("postgres")
    _wait_for_the_page_s_words(platform, "recovery ended before configured recovery target was reached")
    page.done("A segment is missing", FOUND=str(found))
    platform.revive("postgres")
    page.done("Put the copy in its place", block=1)
    page.done("Set the seals aside")
    passed = eventually(lambda: _passed_over(page), 30, "its group is empty")
    lagging = [passed[app] for app in ("recurring-task-service", "notification-service")]
    assert min(lagging) > 0, "they had before them what no longer happened"

    for name in ("audit-service", *(f"{app}-daprd" for app in READERS)):
        platform.revive(name)
    with evidence.connect(platform.superuser_url) as store:
        _work_goes_on_unpublished(platform, base_url, operator, store)
        assert len(evidence.records(brokers, LEDGERED)) == published, "nothing is published before somebody decided"
        span = {"SINCE": (since - dt.timedelta(minutes=1)).isoformat(), "INSTANT": instant.isoformat()}
        shown = page.done("Start and adopt", **span)
        assert shown.count("Adopted.") == 2, shown
        with Writers(base_url, count=4) as later:
            eventually(lambda: len(later.acknowledged()) > 40, 60, "people work on")
        eventually(lambda: invariants.settled(store), 90, "everything has arrived")
        assert "It holds." in page.done("Verify")
        assert writers.failures == []
        assert later.failures == []
        assert invariants.i1_every_change_is_audited_once(store, brokers) == []
        assert invariants.i2_every_series_goes_on_once(store) == []
        assert invariants.i4_histories_have_no_gap(store) == []
        assert invariants.i7_nothing_acknowledged_is_lost(store, [*before, *later.acknowledged()]) == []
        assert evidence.dead_letters(store) == []
        _only_what_came_later_is_gone(store, brokers, instant, lost)
    assert list(platform.place.seals_file.parent.glob("*.before-*")), "what was sealed is kept"


def _settings(archive: Path) -> dict[str, str]:
    """The settings as they stand on the page."""
    text = (CLONE / "docs/how-to" / PAGE).read_text("utf-8")
    block = text.split("## Settings\n\n```\n")[1].split("```")[0].replace("ARCHIVE", str(archive))
    pairs = (line.split(" = ", 1) for line in block.splitlines())
    return {name: value.strip("'") for name, value in pairs}


def _half_a_copy_is_named(page: Page, folder: Path) -> None:
    """The check of the page, on a copy whose last file was not brought over."""
    half = shutil.copytree(folder / "copy", folder / "half")
    victim = next(path for path in sorted((half / "base").rglob("2619")) if path.is_file())
    victim.unlink()
    check = page.blocks("Take a copy")[0].splitlines()[1]
    assert "verify-copy" in check
    ended = page.run_lines(check, COPY=str(half))
    assert (ended.returncode, f"{victim.relative_to(half)} is missing" in ended.stderr) == (1, True), ended.stderr
    shutil.rmtree(half)


def _stop_server(platform: Platform) -> None:
    platform.kill("postgres", signal.SIGINT, restart=False)
    eventually(lambda: platform.states()["postgres"].pid is None, 30)


def _hide(folder: Path, segment: str) -> Path:
    """Take the segment in which the instant lies out of the archive; return where it is now."""
    hidden = folder / "found" / segment
    hidden.parent.mkdir()
    return Path(shutil.move(folder / "archive" / segment, hidden))


def _wait_for_the_page_s_words(platform: Platform, words: str) -> None:
    assert words in (CLONE / "docs/how-to" / PAGE).read_text("utf-8")
    log = platform.place.logs_folder / "postgres.log"
    eventually(lambda: words in log.read_text(errors="replace"), 60, f"the server says: {words}")
    platform.kill("postgres", signal.SIGINT, restart=False) if platform.states()["postgres"].pid else None
    eventually(lambda: platform.states()["postgres"].pid is None, 30)


def _made(record: evidence.KafkaRecord) -> dt.datetime:
    assert record.event_id is not None
    return dt.datetime.fromtimestamp((record.event_id.int >> 80) / 1000, dt.UTC)


def _passed_over(page: Page) -> dict[str, int] | None:
    ended = page.run("Pass over what was published later")
    if ended.returncode != 0:
        return None
    return {app: int(count) for app, count in re.findall(r"^(\S+): (\d+) records", ended.stdout, re.MULTILINE)}


def _work_goes_on_unpublished(platform: Platform, base_url: str, operator: Operator, store: Any) -> None:
    eventually(lambda: _answers(base_url), 60, "the API takes changes")
    person = Person.sign_up(base_url)
    person.add("while nothing is published")
    eventually(lambda: "todo-ops adopt" in operator.run("status").stdout, 60, "status says what to do")
    assert evidence.pending_count(store) > 0
    metrics = httpx.get(platform.url("todo-relay") + "/metrics", timeout=5).text
    assert "event_relay_refuses_database 1.0" in metrics, "this is what RelayRefusesDatabase alerts on"


def _answers(base_url: str) -> bool:
    try:
        return httpx.get(f"{base_url}/health/ready", timeout=3).status_code == 200
    except httpx.HTTPError:
        return False


def _only_what_came_later_is_gone(
    store: psycopg.Connection[Any], brokers: str, instant: dt.datetime, lost: set[tuple[str, int]]
) -> None:
    """What topics have and the ledger has not was made after the instant; the ledger contradicts none of the rest."""
    ledger = {
        row[0]: bytes(row[1])
        for row in store.execute(
            "SELECT event_id, digest FROM tasks.ledger UNION ALL SELECT event_id, digest FROM notifications.ledger"
        )
    }
    gone = [record for record in evidence.records(brokers, LEDGERED) if record.event_id not in ledger]
    assert gone, "something was published after the instant"
    assert all(_made(record) >= instant - UNDER_WAY for record in gone)
    versions = {str(row[0]): row[1] for row in store.execute("SELECT id, version FROM tasks.tasks")}
    assert any(versions.get(task_id, 0) < version for task_id, version in lost), "what came later is gone, as is said"
    assert store.execute("SELECT count(*) > 0 FROM tasks.tasks WHERE title LIKE 'chore%'").fetchone() == (True,)
