"""A column's whole life under load, with the version before and the next one side by side: nobody is refused anything.

The steps and commands are those of docs/how-to/change-the-schema.md.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.architecture.migrations import dangers_of, statements_of
from tests.chaos.apart import platform_apart
from tests.chaos.next_version import CONTRACT, ENFORCE, EXPAND, RELAX, VALIDATE, NextVersion
from tests.chaos.writers import Writers
from tests.operators import Operator
from tests.pages import Page, programs
from tests.people import eventually

APP = "todo-backend"
OLD, NEXT = APP, f"{APP}-1"
WORKED = 20
"""Acts of each replica's people in a step, so that the step was under load."""
PAGE = "change-the-schema.md"
pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One of its own: its schema gets revisions that no other version knows."""
    yield from platform_apart()


@pytest.fixture
def page(platform: Platform, tmp_path: Path) -> Page:
    """The page, tried on this platform."""
    return Page(PAGE, {"TODOURL": platform.superuser_url.rsplit("/", 1)[0] + "/todo"}, programs(platform, tmp_path))


@pytest.fixture
def next_version(platform: Platform, tmp_path: Path) -> NextVersion:
    return NextVersion.make(tmp_path / "next")


def test_a_column_comes_is_filled_enforced_and_goes_while_people_work(
    platform: Platform, store: Any, brokers: str, page: Page, next_version: NextVersion
) -> None:
    acknowledged: list[tuple[str, int]] = []
    platform.start_replica(APP)
    with (
        Writers(platform.url(APP, 0), count=2, pace=0.3) as here,
        Writers(platform.url(APP, 1), count=2, pace=0.3) as there,
    ):
        _worked(here, there)
        _somebody_reads_long(platform, next_version, page)
        _migrated(next_version, platform, EXPAND)
        _worked(here, there)
    acknowledged += _unrefused(here) + _unrefused(there)

    _become(platform, NEXT, next_version.environment)
    with (
        Writers(platform.url(APP, 0), count=2, pace=0.3) as old,
        Writers(platform.url(APP, 1), count=2, pace=0.3) as new,
    ):
        _worked(old, new)
        assert _filled(store, new) > 0, "the next version writes the column"
        assert _filled(store, old) == 0, "the version before does not know it"
    acknowledged += _unrefused(old) + _unrefused(new)

    _become(platform, OLD, next_version.environment)
    with (
        Writers(platform.url(APP, 0), count=2, pace=0.3) as here,
        Writers(platform.url(APP, 1), count=2, pace=0.3) as there,
    ):
        _worked(here, there)
        page.done("Fill in batches")
        _migrated(next_version, platform, ENFORCE)
        _migrated(next_version, platform, VALIDATE)
        wrong = "SELECT count(*) FROM tasks.tasks WHERE title_length IS DISTINCT FROM char_length(title)"
        assert store.execute(wrong).fetchone() == (0,)
        _worked(here, there)
        _migrated(next_version, platform, RELAX)
    acknowledged += _unrefused(here) + _unrefused(there)

    _become(platform, NEXT, {})
    with (
        Writers(platform.url(APP, 0), count=2, pace=0.3) as new,
        Writers(platform.url(APP, 1), count=2, pace=0.3) as old,
    ):
        _worked(new, old)
    acknowledged += _unrefused(new) + _unrefused(old)
    _become(platform, OLD, {})
    with (
        Writers(platform.url(APP, 0), count=2, pace=0.3) as here,
        Writers(platform.url(APP, 1), count=2, pace=0.3) as there,
    ):
        _worked(here, there)
        _migrated(next_version, platform, CONTRACT, expect={"contract"})
        _worked(here, there)
    acknowledged += _unrefused(here) + _unrefused(there)

    eventually(lambda: invariants.settled(store), 90)
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert invariants.i4_histories_have_no_gap(store) == []
    assert invariants.i7_nothing_acknowledged_is_lost(store, acknowledged) == []
    assert evidence.dead_letters(store) == []
    assert Operator(platform).told("verify")["holds"] is True
    platform.stop_replica(APP)


def _worked(*writers: Writers) -> None:
    """Wait until each has done some more."""
    for one in writers:
        done = len(one.acknowledged())
        eventually(lambda one=one, done=done: len(one.acknowledged()) > done + WORKED, 60, "people work")


def _unrefused(writers: Writers) -> list[tuple[str, int]]:
    """Return what was acknowledged, if nothing was refused and nothing had to be asked twice."""
    assert writers.failures == []
    assert writers.repeated == []
    return writers.acknowledged()


def _migrated(
    version: NextVersion, platform: Platform, statement: str, expect: frozenset[str] | set[str] = frozenset()
) -> None:
    """Add a migration and run it; the guard finds in it what is expected."""
    file = version.add_migration(statement)
    assert {danger.rule for danger in dangers_of(statements_of(file))} == expect
    done = version.migrate(platform)
    assert (done.returncode, done.stdout) == (0, "tasks: migrated\n"), done.stdout + done.stderr


def _somebody_reads_long(platform: Platform, version: NextVersion, page: Page) -> None:
    """A migration that waits behind a long transaction gives up and leaves nothing; the page finds who it was."""
    file = version.add_migration(EXPAND)
    with psycopg.connect(platform.superuser_url) as reader:
        reader.execute("SET idle_in_transaction_session_timeout = 0")
        reader.execute("SELECT count(*) FROM tasks.tasks")
        done = version.migrate(platform)
        assert done.returncode == 1
        said = done.stderr.strip().splitlines()[-1]
        assert said == (
            "The migration of tasks failed, and nothing of it stays: canceling statement due to lock timeout"
        )
        eventually(
            lambda: "SELECT count(*) FROM tasks.tasks" in page.done("Refused"), 15, "the page names who holds it"
        )
    file.unlink()


def _become(platform: Platform, name: str, environment: dict[str, str]) -> None:
    """Start a replica, to which nobody speaks, as another version."""
    platform.kill(name, signal.SIGTERM, restart=False)
    eventually(lambda: platform.states()[name].pid is None, 30)
    platform.revive(name, **environment)
    platform.wait_healthy([name], 60)


def _filled(store: Any, writers: Writers) -> int:
    ids = [task_id for task_id, _ in writers.acknowledged()]
    asked = "SELECT count(*) FROM tasks.tasks WHERE id = ANY(%s::uuid[]) AND title_length IS NOT NULL"
    return int(store.execute(asked, (ids,)).fetchone()[0])
