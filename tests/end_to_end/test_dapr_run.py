"""`dapr run -f` beside `make infra`: the Dapr CLI brings up the same platform from the rendered run file.

Runs when the CLI has been built: a whole `make test` does so, or `make dapr-cli`. Database, broker and apps are its
own, beside the session's.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import httpx
import psutil
import pytest
from event_contracts.apps import APPS
from local_runtime import layout
from local_runtime.commands import run_with
from local_runtime.platform.ownership import read_state
from local_runtime.provision import dapr_cli
from local_runtime.provision.cache import Cache
from local_runtime.render.place import Place

from tests.conftest import OFFSET
from tests.people import Person, eventually

BESIDE_THE_SESSIONS = 10
"""Added to the session's offset: no port of it or of its replicas (which are 20, 40, … and 100, 200, … higher)."""
CACHE = Cache(layout.cache_folder())

pytestmark = [
    pytest.mark.platform,
    pytest.mark.timeout(480),
    pytest.mark.skipif(not dapr_cli.is_built(CACHE), reason="the Dapr CLI is not built here: make dapr-cli"),
]


@pytest.fixture
def infra() -> Iterator[Place]:
    """Database and broker of a place of their own, as `make infra` starts them."""
    place = Place(OFFSET + BESIDE_THE_SESSIONS, layout.RUN / "test-dapr-run")
    shutil.rmtree(place.folder, ignore_errors=True)
    where = ["--offset", str(place.offset), "--directory", str(place.folder)]
    launcher = subprocess.Popen([sys.executable, "-m", "local_runtime", "infra", *where], cwd=layout.CLONE)
    try:
        eventually(lambda: launcher.poll() or read_state(place.folder).get("phase") == "ready", 150, "make infra")
        assert launcher.poll() is None
        yield place
    finally:
        _end(psutil.Process(launcher.pid))
        launcher.wait()


@pytest.fixture
def cli(infra: Place) -> Iterator[psutil.Process]:
    """The CLI as a person starts it, by the line that `make infra` prints."""
    environment = {**os.environ, "DAPR_RUNTIME_PATH": str(dapr_cli.runtime_path(CACHE))}
    line = run_with(str(dapr_cli.dapr_cli(CACHE)), infra)
    shell = subprocess.Popen(["sh", "-c", line], cwd=layout.CLONE, env=environment)
    processes = [psutil.Process(shell.pid)]
    try:
        yield eventually(lambda: _named("dapr", processes[0]), 10, "dapr runs")
    finally:
        _end(processes[0])
        shell.wait()


def test_the_cli_brings_up_the_same_platform_and_leaves_nothing(infra: Place, cli: psutil.Process) -> None:
    with _last_words_of_the_sidecars():
        for app in APPS:
            eventually(lambda a=app: _is_ready(infra, a), seconds=150, says=f"{app} is ready")
    person = Person.sign_up(f"http://127.0.0.1:{infra.app('todo-backend').open_port}")
    task = person.add_repeating("Pay rent", "2030-01-31", "FREQ=MONTHLY;BYMONTHDAY=-1")
    person.complete(task["id"])
    both = eventually(lambda: o if len(o := person.occurrences(task["series_id"])) == 2 else None, 30, "successor")
    assert both[1]["due"]["date"] == "2030-02-28"
    made = eventually(lambda: person.history(both[1]["id"]), 30, "in the audit")
    assert made[0]["actor"]["id"] == "recurring-task-service"
    assert {"created", "completed"} <= {entry["type"].split(".")[2] for entry in person.history(task["id"])}

    started = cli.children(recursive=True)
    assert len(started) >= 2 * len(APPS)
    cli.terminate()
    _, left = psutil.wait_procs([cli, *started], timeout=15)
    assert [p for p in left if p.status() != psutil.STATUS_ZOMBIE] == []


def _is_ready(place: Place, app_id: str) -> bool:
    app = place.app(app_id)
    try:
        ready = httpx.get(f"http://127.0.0.1:{app.open_port}/health/ready", timeout=3)
        sidecar = httpx.get(f"http://127.0.0.1:{app.sidecar.http}/v1.0/healthz", timeout=3)
    except httpx.TransportError:
        return False
    return ready.status_code == 200 and sidecar.status_code == 204


@contextlib.contextmanager
def _last_words_of_the_sidecars() -> Iterator[None]:
    """Print where each sidecar is when something is not ready: the CLI writes their logs to files of its own."""
    try:
        yield
    except AssertionError:
        logs = (layout.CLONE / ".dapr" / "logs").glob("*_daprd_*.log")
        for log in sorted(logs, key=lambda file: file.stat().st_mtime)[-len(APPS) :]:
            print(log.name, *log.read_text().splitlines()[-5:], sep="\n")
        raise


def _named(name: str, process: psutil.Process) -> psutil.Process | None:
    """The process itself, or the first one below it, of that name."""
    return next((p for p in [process, *process.children(recursive=True)] if p.name() == name), None)


def _end(process: psutil.Process) -> None:
    """End a process and whatever is still below it."""
    if not process.is_running():
        return
    family = [process, *process.children(recursive=True)]
    (_named("dapr", process) or process).terminate()
    _, left = psutil.wait_procs(family, timeout=15)
    for stubborn in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            stubborn.kill()
