"""One launcher per folder: its lock, the state that it publishes, and what a killed one left behind."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from local_runtime import ports
from local_runtime.errors import AlreadyRunningError, PortTakenError


@dataclass
class Ownership:
    """The claim of this process on the platform in `folder`."""

    folder: Path
    _handle: int | None = None

    def take(self) -> None:
        """Become the owner, or raise AlreadyRunningError; whoever is the owner already stays it."""
        if self._handle is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise AlreadyRunningError(
                f"The platform in {self.folder} runs already (process {owner(self.folder) or 'unknown'}): "
                "`make status` shows it, `make down` stops it."
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle
        self._end_leftovers()

    def publish(self, state: Mapping[str, Any]) -> None:
        """Write the state for `status`, never half."""
        unfinished = self.folder / ".state.json"
        unfinished.write_text(json.dumps(state, indent=1))
        unfinished.rename(self.folder / "state.json")

    def release(self) -> None:
        """Give the claim up, if we have it; the processes have been stopped."""
        if self._handle is None:
            return
        (self.folder / "state.json").unlink(missing_ok=True)
        os.ftruncate(self._handle, 0)
        os.close(self._handle)
        self._handle = None

    def _end_leftovers(self) -> None:
        """End what a launcher that was killed could not: only processes that are the same ones, by their start time."""
        left = left_behind(self.folder)
        for process in left:
            _signal_group(process["pid"], signal.SIGTERM)
        give_up = time.monotonic() + 5
        while any(_is_the_same(p) for p in left) and time.monotonic() < give_up:
            time.sleep(0.05)
        for process in left:
            if _is_the_same(process):
                _signal_group(process["pid"], signal.SIGKILL)

    @property
    def _lock(self) -> Path:
        return self.folder / "launcher.lock"


def owner(folder: Path) -> int | None:
    """The launcher that holds the platform in `folder`, if one does."""
    try:
        handle = os.open(folder / "launcher.lock", os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.read(handle, 32).decode().strip()
        return int(text) if text else None
    finally:
        os.close(handle)
    return None


def read_state(folder: Path) -> dict[str, Any]:
    """What the launcher of the folder last published."""
    try:
        state: dict[str, Any] = json.loads((folder / "state.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state


def left_behind(folder: Path) -> list[dict[str, Any]]:
    """The processes, as last published, that still run; without an owner they are what a killed launcher left."""
    return [p for p in read_state(folder).get("processes", []) if p.get("pid") and _is_the_same(p)]


def require_free(wanted: Mapping[int, str]) -> None:
    """Raise PortTakenError, naming who has it as far as we may know, when one of these ports is in use."""
    taken = ports.taken(wanted)
    if not taken:
        return
    named = "; ".join(f"port {port} (for {wanted[port]}) is taken{_by_whom(port)}" for port in sorted(taken)[:3])
    more = f" and {len(taken) - 3} more are" if len(taken) > 3 else ""
    raise PortTakenError(
        f"{named[0].upper()}{named[1:]}{more}: stop that program, or use other ports with `make run OFFSET=1000`."
    )


def _by_whom(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            at = getattr(connection.laddr, "port", None)
            if connection.status == psutil.CONN_LISTEN and at == port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""


def _is_the_same(recorded: Mapping[str, Any]) -> bool:
    try:
        process = psutil.Process(int(recorded["pid"]))
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - recorded["since"]) < 5
    except psutil.Error:
        return False


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        pass
