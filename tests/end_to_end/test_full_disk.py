"""The disk of everything fills up while people work: refused in words, nothing lost, and nobody has to help afterwards.

Database, broker, seals, logs and the launcher's own files lie on one small disk (a tmpfs in a namespace of its own).
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from local_runtime import layout
from local_runtime.keys import SUPERUSER, Keys
from local_runtime.platform.ownership import read_state
from local_runtime.render.place import Place

from tests import evidence, invariants
from tests.chaos.long import lasting
from tests.chaos.small_disk import NAMESPACE, is_refused
from tests.chaos.writers import Writers
from tests.conftest import OFFSET
from tests.people import Person, eventually

BESIDE_THE_SESSIONS = 60
"""Added to the session's offset: no port of it, of its replicas or of the other platforms of the tests."""
APPS = "todo-backend,todo-relay,recurring-task-service,notification-service,audit-service"
SIZE = "600m"
FULL_SECONDS = lasting(12, long=40)
"""Less than the patience of those who write."""
KILLED_MEANWHILE = ("kafka", "audit-service", "todo-relay")

pytestmark = [
    pytest.mark.platform,
    pytest.mark.long,
    pytest.mark.timeout(420),
    pytest.mark.skipif(is_refused(), reason="this machine allows no user namespaces"),
]


class SmallDisk:
    """A platform whose folder is a disk of its own; `place` is how that folder is reached from outside."""

    def __init__(self, folder: Path, offset: int) -> None:
        self._where = ["--offset", str(offset), "--directory", str(folder)]
        self.folder, self.log = folder, folder.with_suffix(".log")
        run = shlex.join([sys.executable, "-m", "local_runtime", "run", *self._where, "--apps", APPS])
        mount = f"mount -t tmpfs -o size={SIZE} none {shlex.quote(str(folder))}"
        command = [*NAMESPACE, "sh", "-c", f"{mount} && exec {run}"]
        with self.log.open("wb") as log:
            self.launcher = subprocess.Popen(command, cwd=layout.CLONE, stdout=log, stderr=log, start_new_session=True)
        self.place = Place(offset, Path(f"/proc/{self.launcher.pid}/root{folder}"))
        self._filler = self.place.folder / "somebody-elses-film"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.place.app('todo-backend').open_port}"

    @property
    def superuser_url(self) -> str:
        password = Keys(self.place.keys_folder).passwords[SUPERUSER]
        return f"postgresql://postgres:{password}@127.0.0.1:{self.place.postgres_port}/todo"

    def processes(self) -> dict[str, int | None]:
        """Name and process id of everything, as the launcher says."""
        return {one["name"]: one["pid"] for one in read_state(self.place.folder).get("processes", [])}

    def fill(self) -> None:
        """Take all the room that is left, as a download would."""
        with self._filler.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
            except OSError:
                pass

    def free(self) -> None:
        self._filler.unlink()

    def doctor(self) -> tuple[int, str]:
        """Say `make doctor` where the disk is seen."""
        there = ["nsenter", "--user", "--mount", f"--target={self.launcher.pid}"]
        command = [*there, sys.executable, "-m", "local_runtime", "doctor", *self._where]
        ended = subprocess.run(command, cwd=layout.CLONE, capture_output=True, text=True, timeout=120, check=False)
        return ended.returncode, ended.stdout + ended.stderr

    def operate(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `todo-ops` with its keys."""
        where = ["--keys", str(self.place.keys_folder), "--offset", str(self.place.offset)]
        command = [sys.executable, "-m", "todo_ops", *words, *where]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def small() -> Iterator[SmallDisk]:
    folder = layout.RUN / "test-small-disk"
    folder.mkdir(parents=True, exist_ok=True)
    disk = SmallDisk(folder, OFFSET + BESIDE_THE_SESSIONS)
    try:
        eventually(
            lambda: read_state(disk.place.folder).get("phase") == "ready" or disk.launcher.poll() is not None, 180
        )
        assert disk.launcher.poll() is None, disk.log.read_text()[-2000:]
        yield disk
    finally:
        disk.launcher.send_signal(signal.SIGTERM)
        try:
            disk.launcher.wait(30)
        finally:
            disk.launcher.kill()


def test_a_disk_that_fills_up_while_people_work_costs_them_nothing_but_time(small: SmallDisk) -> None:
    person = Person.sign_up(small.base_url)
    with Writers(small.base_url, count=4) as writers:
        eventually(lambda: len(writers.acknowledged()) > 10)
        small.fill()
        began = time.monotonic()
        refused = eventually(lambda: _refused_for_room(person), 60, "the API says that there is no room")
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["title"].startswith("The disk of the database is full: nothing was changed.")

        before = small.processes()
        for name in KILLED_MEANWHILE:
            os.kill(before[name] or 0, signal.SIGKILL)
        code, said = small.doctor()
        assert code == 1
        assert f"!!   data: The disk of {small.folder} has 0 MB free" in said, said
        eventually(lambda: time.monotonic() - began > FULL_SECONDS, FULL_SECONDS + 10)
        at = len(writers.acknowledged())
        small.free()
        freed = time.monotonic()
        eventually(lambda: len(writers.acknowledged()) > at + 20, 60, "changes are taken again, nobody has helped")
        print(f"changes are taken again {time.monotonic() - freed:.1f} s after there is room")
    assert writers.failures == []
    assert small.launcher.poll() is None, "the launcher is the one that began"
    with eventually(lambda: _connected(small), 30) as store:
        eventually(lambda: invariants.settled(store), 120, "everything has arrived")
        brokers = f"127.0.0.1:{small.place.kafka_port}"
        assert invariants.i1_every_change_is_audited_once(store, brokers) == []
        assert invariants.i2_every_series_goes_on_once(store) == []
        assert invariants.i4_histories_have_no_gap(store) == []
        assert invariants.i7_nothing_acknowledged_is_lost(store, writers.acknowledged()) == []
        assert evidence.dead_letters(store) == []
    for words in (("seals", "now"), ("seals", "verify")):
        done = small.operate(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    after = eventually(lambda: _all_are_other(small.processes(), before), 30, "status tells what runs now")
    print(f"started anew: {[name for name in after if after[name] != before[name]]}")
    assert "no room" not in small.doctor()[1]


def _refused_for_room(person: Person) -> httpx.Response | None:
    try:
        answer = person.ask("POST", "tasks", json={"title": "is there room?"})
    except httpx.HTTPError:
        return None
    return answer if not answer.is_success and answer.json().get("code") == "store_full" else None


def _all_are_other(now: dict[str, int | None], before: dict[str, int | None]) -> dict[str, int | None] | None:
    """Return what runs now, once that is everything and no process that was killed."""
    whole = all(now.values()) and all(now[name] != before[name] for name in KILLED_MEANWHILE)
    return now if whole else None


def _connected(small: SmallDisk) -> psycopg.Connection[Any] | None:
    try:
        return evidence.connect(small.superuser_url)
    except psycopg.OperationalError:
        return None
