"""A clone of its own in a folder with spaces: installed by a killed `make`, run, developed in, damaged and mended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from local_runtime import layout
from local_runtime.platform.ownership import read_state
from local_runtime.platform.specs import sidecar_name
from local_runtime.render.place import Place

from tests.conftest import OFFSET
from tests.people import Person, eventually

BESIDE_THE_SESSIONS = 50
"""Added to the session's offset: no port of it, of its replicas or of the other platforms of the tests."""
PLACE = Place(OFFSET + BESIDE_THE_SESSIONS)

pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of this clone as they are now, without environment and data; parts come from the usual cache."""
    folder = tmp_path_factory.mktemp("in") / "a clone, with späces & 'quotes'"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    files = subprocess.run(listed, cwd=layout.CLONE, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, files):
        if (layout.CLONE / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(layout.CLONE / name, folder / name)
    yield folder
    if (folder / ".venv" / "bin" / "python").exists():
        make(folder, "down")


def make(clone: Path, target: str, seconds: float = 300) -> tuple[int, str]:
    """Say `make TARGET` in the clone; its exit code and all that it said."""
    command = ["make", target, f"OFFSET={PLACE.offset}"]
    ended = subprocess.run(
        command, cwd=clone, env=_environment(), capture_output=True, text=True, timeout=seconds, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_a_first_make_that_is_killed_is_done_by_the_next_one(clone: Path) -> None:
    first = subprocess.Popen(["make", "environment"], cwd=clone, env=_environment(), start_new_session=True)
    eventually(lambda: list(clone.glob(".venv/lib/python*/site-packages/uv")) or first.poll() is not None, 120)
    assert first.poll() is None
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    code, said = make(clone, "environment")
    assert code == 0, said
    assert (clone / ".venv" / ".made-from-linked").exists()


def test_everything_runs_in_a_folder_with_spaces(clone: Path) -> None:
    code, said = make(clone, "up")
    assert code == 0, said
    assert f"http://127.0.0.1:{PLACE.app('todo-frontend').open_port}" in said
    try:
        assert make(clone, "status")[0] == 0
        person = Person.sign_up(f"http://127.0.0.1:{PLACE.app('todo-backend').open_port}")
        task = person.add("in a folder with spaces")
        eventually(lambda: len(person.history(task["id"])) == 1, 30)
        code, said = make(clone, "doctor")
        assert code == 0, said
        assert "ok   the platform of this clone runs" in said
    finally:
        code, said = make(clone, "down")
    assert code == 0, said


def test_dev_starts_anew_what_changes_and_ends_with_ctrl_c(clone: Path) -> None:
    log = clone.parent / "dev.log"
    with log.open("wb") as sink:
        command = ["make", "dev", f"OFFSET={PLACE.offset}"]
        dev = subprocess.Popen(command, cwd=clone, env=_environment(), stdout=sink, stderr=sink, start_new_session=True)
    try:
        eventually(lambda: "Ready after" in log.read_text() or dev.poll() is not None, 240, "make dev")
        assert dev.poll() is None, log.read_text()
        eventually(lambda: "start anew" in log.read_text())
        before = _pids(clone)
        ready = f"http://127.0.0.1:{PLACE.app('audit-service').open_port}/health/ready"
        assert "edited" not in httpx.get(ready).json()

        bootstrap = clone / "services/audit-service/src/audit_service/bootstrap.py"
        old = '{"consumers": progress_of(consumer), '
        assert old in bootstrap.read_text()
        bootstrap.write_text(bootstrap.read_text().replace(old, f'{old}"edited": 1, '))
        eventually(lambda: _answer(ready).get("edited") == 1, 30, "the audit runs the new code")
        after = _pids(clone)
        assert {name for name in before if before[name] != after[name]} == {"audit-service"}
        assert after[sidecar_name("audit-service")] == before[sidecar_name("audit-service")]

        bootstrap.write_text("this is no Python\n")
        eventually(lambda: "Not reloaded" in log.read_text(), 15)
        assert f"{bootstrap}:1: invalid syntax" in log.read_text()
        assert _pids(clone) == after
        assert _answer(ready)["edited"] == 1

        page = f"http://127.0.0.1:{PLACE.app('todo-frontend').open_port}/sign-in"
        layout_file = clone / "frontend/src/app/layout.tsx"
        assert 'data-edited="yes"' not in httpx.get(page, timeout=60).text
        layout_file.write_text(layout_file.read_text().replace("<body>", '<body data-edited="yes">'))
        eventually(lambda: 'data-edited="yes"' in httpx.get(page, timeout=60).text, 60, "the page is the new one")
        assert _pids(clone) == after
    finally:
        below = psutil.Process(dev.pid).children(recursive=True)
        os.killpg(dev.pid, signal.SIGINT)
        dev.wait(30)
    assert not [process for process in below if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert "Stopped after" in log.read_text()


def test_a_damaged_environment_is_explained_and_made_anew_by_the_doctor(clone: Path) -> None:
    fastapi = next(clone.glob(".venv/lib/python*/site-packages/fastapi/routing.py"))
    fastapi.unlink()  # uv links the file from its cache: written in place, it would be damaged in every clone
    fastapi.write_text("import con")
    code, said = make(clone, "doctor")
    assert "The Python environment was damaged (fastapi/routing.py has 10 bytes instead of" in said
    assert code == 0, said
    assert fastapi.stat().st_size > 10


def _environment() -> dict[str, str]:
    """That of a person's terminal: nothing of this test's own environment is in the way."""
    hidden = ("VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    path = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if ".venv" not in p)
    return {**{name: value for name, value in os.environ.items() if name not in hidden}, "PATH": path}


def _pids(clone: Path) -> dict[str, int | None]:
    folder = clone / ".run" / f"offset-{PLACE.offset}"
    return {process["name"]: process["pid"] for process in read_state(folder)["processes"]}


def _answer(url: str) -> dict[str, object]:
    try:
        return httpx.get(url).json()
    except (httpx.HTTPError, ValueError):
        return {}
