"""The container engine: the docker program that speaks BuildKit, and a daemon of our own where none answers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_runtime.errors import PartFailedError, PartMissingError
from local_runtime.provision.cache import Cache

PACKAGES: Final = "docker.io docker-compose iptables"
"""What Debian calls an engine and its Compose; a machine with Docker's own packages has both already."""
_DAEMON_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Engine:
    """A docker program and the daemon that it speaks to."""

    program: str
    address: str | None

    def environment(self) -> dict[str, str]:
        """For child processes, Compose included."""
        daemon = {"DOCKER_HOST": self.address} if self.address else {}
        return {**os.environ, **daemon, "DOCKER_BUILDKIT": "1", "COMPOSE_DOCKER_CLI_BUILD": "1"}

    def run(self, *words: str | Path, cwd: Path | None = None, log: Path | None = None) -> str:
        """Run a docker command and return what it printed; raise with the last of it when it failed."""
        return _run([self.program, *map(str, words)], self.environment(), cwd, log)

    def compose(self, *words: str | Path, cwd: Path, variables: Mapping[str, str] | None = None) -> str:
        """Run a Compose command in the folder of the files, with these variables."""
        command = [*self.compose_program(), *map(str, words)]
        return _run(command, {**self.environment(), **(variables or {})}, cwd, None)

    def compose_program(self) -> list[str]:
        """The plugin where there is one, else the program of its own."""
        if _succeeds([self.program, "compose", "version"]):
            return [self.program, "compose"]
        own = shutil.which("docker-compose")
        if own is None:
            raise PartMissingError("There is no Docker Compose: install it (Debian: apt-get install docker-compose).")
        return [own]


@contextmanager
def engine(cache: Cache) -> Generator[Engine]:
    """The engine that answers; else a daemon of our own, root's, images in the cache, that ends with the block."""
    program = _program()
    found = Engine(program, os.environ.get("DOCKER_HOST"))
    if _succeeds([program, "info"]):
        yield found
        return
    daemon = shutil.which("dockerd")
    if daemon is None or os.geteuid() != 0:
        raise PartMissingError(
            "No container engine answers: start Docker, or say where it is with DOCKER_HOST. As root on Debian, "
            f"`apt-get install --no-install-recommends {PACKAGES}` is enough: it is started while it is needed."
        )
    with tempfile.TemporaryDirectory(prefix="todo-docker-") as folder:  # a socket's path must be short
        address, process = _start(daemon, Path(folder), cache)
        try:
            yield Engine(program, address)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _program() -> str:
    """A docker program that can build: newer ones need the plugin buildx, that of Debian has BuildKit inside."""
    on_path = [Path(folder) / "docker" for folder in os.get_exec_path()]
    found = [str(program) for program in on_path if os.access(program, os.X_OK)]
    for program in found:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        major = said.removeprefix("Docker version ").split(".")[0]
        if (major.isdigit() and int(major) < 23) or _succeeds([program, "buildx", "version"]):
            return program
    what = (
        "The docker on this machine cannot build (it lacks buildx)" if found else "There is no docker on this machine"
    )
    raise PartMissingError(f"{what}: install it (Debian: apt-get install --no-install-recommends {PACKAGES}).")


def _start(daemon: str, folder: Path, cache: Cache) -> tuple[str, subprocess.Popen[bytes]]:
    address = f"unix://{folder}/docker.sock"
    command = [daemon, "--data-root", str(cache.root / "containers"), "--exec-root", str(folder / "exec")]
    command += ["-H", address, "--pidfile", str(folder / "pid"), "--mtu", "1400"]
    # Neither rlimits nor the score can be raised where root lacks CAP_SYS_RESOURCE.
    command += ["--oom-score-adjust", "0", "--default-ulimit", "nofile=20000:20000"]
    log = cache.log("dockerd")
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )
    give_up = time.monotonic() + _DAEMON_SECONDS
    while not _succeeds(["docker", "-H", address, "info"]):
        if process.poll() is not None or time.monotonic() > give_up:
            process.kill()
            raise PartFailedError(f"dockerd does not start here; what it said: {log}")
        time.sleep(0.2)
    return address, process


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(command: Sequence[str], environment: Mapping[str, str], cwd: Path | None, log: Path | None) -> str:
    ended = subprocess.run(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if log is not None:
        with log.open("a") as sink:
            sink.write(f"$ {' '.join(command)}\n{ended.stdout}{ended.stderr}\n")
    if ended.returncode != 0:
        said = " / ".join((ended.stderr or ended.stdout).strip().splitlines()[-6:])
        where = f" (everything it said: {log})" if log else ""
        raise PartFailedError(f"`{' '.join(command[:3])}` failed: {said}{where}")
    return ended.stdout
