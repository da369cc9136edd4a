"""The launcher is killed by SIGKILL in each phase of a start; nothing outlives it, and the next start works."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from local_runtime import layout
from local_runtime.platform.ownership import owner, read_state
from local_runtime.render.place import Place

from tests.conftest import OFFSET
from tests.people import Person, eventually

BESIDE_THE_SESSIONS = 30
"""Added to the session's offset: no port of it, of its replicas or of the other platforms of the tests."""
APPS = "todo-backend,todo-relay,audit-service"

pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(420)]


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place(OFFSET + BESIDE_THE_SESSIONS, layout.RUN / "test-killed")
    shutil.rmtree(place.folder, ignore_errors=True)
    yield place
    for launcher in _launchers(place):
        launcher.terminate()
        launcher.wait(20)


def test_a_start_that_is_killed_in_any_phase_leaves_nothing_and_the_next_one_works(place: Place) -> None:
    data, broker = place.folder / "postgres", place.folder / "kafka"
    phases: dict[str, Callable[[], object]] = {
        "just begun": lambda: _phase(place) == "fetching and building",
        "making the database's folder": (data / "data.unfinished" / "PG_VERSION").exists,
        "formatting the broker's folder": (broker / "format.properties").exists,
        "the broker has begun": (broker / "data" / "__cluster_metadata-0").exists,
        "migrating": lambda: _runs_below(place, "migrate"),
        "apps have begun": lambda: "audit-service" in _names(place),
        "ready": lambda: _phase(place) == "ready",
    }
    for phase, reached in phases.items():
        if phase.startswith("formatting"):  # a start before this one may have got so far
            shutil.rmtree(broker, ignore_errors=True)
        launcher = _start(place)
        eventually(lambda r=reached, p=launcher: r() or p.poll() is not None, 180, phase)
        assert launcher.poll() is None, f"{phase}: it ended by itself, see {place.folder}/launcher.log"
        below = psutil.Process(launcher.pid).children(recursive=True)
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()
        eventually(lambda b=below: not [p for p in b if _lives(p)], 10, f"{phase}: what it had started ends")

    launcher = _start(place)
    eventually(lambda: _phase(place) == "ready" or launcher.poll() is not None, 180, "ready")
    assert launcher.poll() is None, (place.folder / "launcher.log").read_text()[-2000:]
    person = Person.sign_up(f"http://127.0.0.1:{place.app('todo-backend').open_port}")
    task = person.add("after all of that")
    eventually(lambda: len(person.history(task["id"])) == 1, 30, "the audit has it")
    launcher.send_signal(signal.SIGTERM)
    assert launcher.wait(20) == 0


def test_keys_and_state_that_were_half_written_do_not_matter(place: Place) -> None:
    """What a kill between writing and renaming leaves: names that nobody reads."""
    place.keys_folder.mkdir(parents=True)
    (place.keys_folder / ".passwords.json.1").write_text('{"superu')
    (place.folder / ".state.json").write_text('{"phase": "rea')
    (place.folder / "state.json").write_text('{"phase": "rea')
    (place.folder / "launcher.lock").write_text("99999999\n")
    launcher = _start(place, "infra")
    eventually(lambda: _phase(place) == "ready" or launcher.poll() is not None, 120, "ready")
    assert launcher.poll() is None, (place.folder / "launcher.log").read_text()[-2000:]
    launcher.send_signal(signal.SIGTERM)
    assert launcher.wait(20) == 0


def _start(place: Place, command: str = "run") -> subprocess.Popen[bytes]:
    where = ["--offset", str(place.offset), "--directory", str(place.folder)]
    which = ["--apps", APPS] if command == "run" else []
    place.folder.mkdir(parents=True, exist_ok=True)
    with (place.folder / "launcher.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "local_runtime", command, *where, *which],
            cwd=layout.CLONE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _launchers(place: Place) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "local_runtime" in words and str(place.folder) in words and process.pid != os.getpid():
            found.append(process)
    return found


def _state(place: Place) -> dict[str, Any]:
    """What the launcher that lives says; what a killed one said last is nothing."""
    return read_state(place.folder) if owner(place.folder) else {}


def _phase(place: Place) -> str | None:
    return _state(place).get("phase")


def _names(place: Place) -> set[str]:
    return {process["name"] for process in _state(place).get("processes", []) if process["pid"]}


def _runs_below(place: Place, word: str) -> bool:
    for launcher in _launchers(place):
        for process in launcher.children(recursive=True):
            try:
                if any(one.endswith(f".{word}") for one in process.cmdline()):
                    return True
            except psutil.Error:
                continue
    return False


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
