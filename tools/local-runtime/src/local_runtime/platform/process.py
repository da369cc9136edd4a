"""One process: how it is started, and what is known of it while it runs."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from local_runtime import guard
from local_runtime.layout import CLONE

_LARGEST_LOG: Final = 20 * 1024 * 1024
"""Bytes after which a log is set aside (one older part is kept)."""
_NOT_INHERITED: Final = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")


@dataclass(frozen=True)
class Spec:
    """What to run. `stop_signal` asks it to end; `health` is an address that answers 2xx when it is ready."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    stop_signal: signal.Signals = signal.SIGTERM
    health: str | None = None
    ports: Mapping[str, int] = field(default_factory=dict[str, int])
    replica: int = 0
    guarded: bool = True
    """Whether the command is to be wrapped so that it ends with us; PostgreSQL's is wrapped already."""
    folder: Path = CLONE
    niceness: int = 0
    """How far it stands back when the processors are full: 0 not at all, 19 behind everybody (POSIX nice)."""


def spawn(spec: Spec) -> subprocess.Popen[bytes]:
    """Start the process in a session of its own (a Ctrl-C in the terminal is ours alone), its output in its log.

    It ends when the calling *thread* does, however that one ends.
    """
    limit_log(spec.log)
    words = list(spec.command)
    if spec.niceness:
        words = ["nice", "-n", str(spec.niceness), *words]
    if spec.guarded:
        words = [*guard.guarding(signal.SIGKILL), *words]
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    spec.log.parent.mkdir(parents=True, exist_ok=True)
    with spec.log.open("ab") as sink:
        return subprocess.Popen(
            words,
            cwd=spec.folder,
            env={**inherited, **spec.env},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def limit_log(log: Path) -> None:
    """Set a log aside that has grown too large. Writers append, so they go on at the beginning of the emptied file."""
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        older = log.with_suffix(".old.log")
        with log.open("rb") as source, older.open("wb") as target:
            source.seek(-_LARGEST_LOG // 4, os.SEEK_END)
            target.write(source.read())
        os.truncate(log, 0)


def last_lines(log: Path, count: int = 6, containing: str = "") -> str:
    """The end of a log, for a sentence about a process that failed."""
    if not log.exists():
        return "(it said nothing)"
    lines = [line for line in log.read_text(errors="replace").splitlines() if containing in line]
    return "\n".join(f"    {line[:400]}" for line in lines[-count:])


class Backoff:
    """How long to wait before a process is started again: 0.2 s doubling to 10 s; forgotten after 20 s of life."""

    def __init__(self) -> None:
        self._next = 0.2

    def after(self, lived: float) -> float:
        """The pause in seconds after a process that lived so many seconds."""
        if lived > 20:
            self._next = 0.2
        pause, self._next = self._next, min(10.0, self._next * 2)
        return pause


def now() -> float:
    """Seconds of the clock that never goes back."""
    return time.monotonic()
