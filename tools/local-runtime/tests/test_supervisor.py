from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from local_runtime.platform import supervisor as supervisors
from local_runtime.platform.process import Backoff, Spec, limit_log
from local_runtime.platform.supervisor import Supervisor

STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(60)"
OBEDIENT = "import time\nprint('up', flush=True)\ntime.sleep(60)"


def until(fact: Callable[[], object], seconds: float = 10) -> None:
    give_up = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up, "it did not come true in time"
        time.sleep(0.02)


def spec(folder: Path, name: str, program: str) -> Spec:
    return Spec(name, [sys.executable, "-c", program], folder / f"{name}.log")


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    running = Supervisor()
    yield running
    running.stop(list(running.states()), 0.2)
    running.close()


def test_what_dies_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(spec(tmp_path, "app", OBEDIENT))
    first = supervisor.states()["app"].pid
    supervisor.kill("app")
    until(lambda: supervisor.states()["app"].pid not in {None, first})
    assert supervisor.states()["app"].restarts == 1


def test_what_is_killed_without_restart_stays_down_until_it_is_started(supervisor: Supervisor, tmp_path: Path) -> None:
    app = spec(tmp_path, "app", OBEDIENT)
    supervisor.start(app)
    supervisor.kill("app", signal.SIGKILL, restart=False)
    until(lambda: supervisor.states()["app"].pid is None)
    assert supervisor.states()["app"].exit_code == -signal.SIGKILL
    supervisor.start(app)
    assert supervisor.states()["app"].pid is not None


@pytest.mark.parametrize("guarded", [True, False])
def test_who_is_to_stand_back_does(supervisor: Supervisor, tmp_path: Path, guarded: bool) -> None:
    one = spec(tmp_path, "app", OBEDIENT)
    supervisor.start(replace(one, niceness=5, guarded=guarded), replace(one, name="other"))
    states = supervisor.states()
    until(lambda: psutil.Process(states["app"].pid).nice() == os.nice(0) + 5)
    assert psutil.Process(states["other"].pid).nice() == os.nice(0)


def test_on_a_full_disk_processes_go_on_and_are_told_of_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a supervisor cannot write is no reason to end: its processes would end with its thread."""
    monkeypatch.setattr(supervisors, "LOOKED_AFTER_SECONDS", 0.1)
    monkeypatch.setattr(supervisors, "limit_log", lambda _log: Path("/dev/full").write_bytes(b"x"))
    disk, told = ["/dev/full"], list[str]()

    def publish() -> None:
        Path(disk[0]).write_text("state")
        told.append(disk[0])

    running = Supervisor(publish)
    try:
        running.start(spec(tmp_path, "app", OBEDIENT), spec(tmp_path, "other", OBEDIENT))
        first = running.states()
        running.kill("app")
        until(lambda: running.states()["app"].pid not in {None, first["app"].pid})
        assert running.states()["other"].pid == first["other"].pid
        assert told == []
        disk[0] = str(tmp_path / "state.json")
        until(lambda: told != [])
    finally:
        running.stop(list(running.states()), 0.2)
        running.close()


def test_what_ignores_its_signal_or_is_paused_ends_all_the_same(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(spec(tmp_path, "stubborn", STUBBORN), spec(tmp_path, "paused", OBEDIENT))
    until(lambda: "up" in (tmp_path / "stubborn.log").read_text())
    pids = [state.pid for state in supervisor.states().values()]
    supervisor.kill("paused", signal.SIGSTOP)
    began = time.monotonic()
    supervisor.stop(["stubborn", "paused"], patience=0.3)
    assert time.monotonic() - began < 3
    assert not [pid for pid in pids if pid and psutil.pid_exists(pid)]


def test_nothing_outlives_a_starter_that_is_killed(tmp_path: Path) -> None:
    program = f"""
import time
from pathlib import Path
from local_runtime.platform.process import Spec
from local_runtime.platform.supervisor import Supervisor
supervisor = Supervisor()
supervisor.start(Spec("app", {[sys.executable, "-c", STUBBORN]!r}, Path({str(tmp_path)!r}) / "app.log"))
print(supervisor.states()["app"].pid, flush=True)
time.sleep(60)
"""
    starter = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    child = int(starter.stdout.readline())
    until(lambda: "up" in (tmp_path / "app.log").read_text())
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    until(lambda: not psutil.pid_exists(child))


def test_a_pause_doubles_to_ten_seconds_and_is_forgotten_after_a_long_life() -> None:
    backoff = Backoff()
    assert [round(backoff.after(1), 1) for _ in range(8)] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]
    assert backoff.after(21) == 0.2


def test_a_log_that_has_grown_too_large_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_runtime.platform.process._LARGEST_LOG", 100)
    log = tmp_path / "app.log"
    log.write_text("x" * 200 + "the end")
    limit_log(log)
    assert log.stat().st_size == 0
    assert (tmp_path / "app.old.log").read_text().endswith("the end")
