"""Starts processes, restarts what dies, stops all. One thread of its own is the parent of every process."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from local_runtime.errors import PartFailedError
from local_runtime.platform.process import Backoff, Spec, limit_log, now, spawn

LOOKED_AFTER_SECONDS = 10.0
"""How often logs are kept small, and what could not be told is told again."""


@dataclass(frozen=True)
class State:
    """One process as it is now. `pid` is None while it is down; `since` is wall-clock seconds of its last start."""

    spec: Spec
    pid: int | None
    restarts: int
    since: float
    exit_code: int | None
    wanted: bool

    def told(self) -> dict[str, Any]:
        """Return what `make status` shows of it, as JSON."""
        return {
            "name": self.spec.name,
            "pid": self.pid,
            "since": self.since,
            "restarts": self.restarts,
            "exit_code": self.exit_code,
            "replica": self.spec.replica,
            "ports": dict(self.spec.ports),
            "health": self.spec.health,
            "log": str(self.spec.log),
        }


@dataclass
class _Child:
    spec: Spec
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = True
    restarts: int = 0
    since: float = 0.0
    began: float = 0.0
    due: float = 0.0
    exit_code: int | None = None
    backoff: Backoff = field(default_factory=Backoff)


class Supervisor:
    """Owns the processes of one platform. Every method may be called from any thread.

    `on_change` is told of each start and end. What it or a log cannot write, because the disk is full, is left for
    later: no process ends of that.
    """

    def __init__(self, on_change: Callable[[], None] | None = None) -> None:
        self._children: dict[str, _Child] = {}
        self._requests: queue.Queue[tuple[Callable[[], None], Future[None]]] = queue.Queue()
        self._on_change = on_change or (lambda: None)
        self._untold = False
        self._ended = threading.Event()
        # A daemon, so that a main thread that forgets to stop us can still end: the children end with this thread.
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def start(self, *specs: Spec) -> None:
        """Start processes and keep them running. A name that runs already is left alone."""
        self._ask(lambda: self._start(specs))

    def stop(self, names: Iterable[str], patience: float) -> None:
        """End these processes: each gets its signal, after `patience` seconds all that is left of it SIGKILL."""
        chosen = list(names)
        self._ask(lambda: self._let_go(chosen))
        give_up = now() + patience
        while any(self._alive(name) for name in chosen) and now() < give_up:
            time.sleep(0.02)
        for name in chosen:
            self._signal(name, signal.SIGKILL, whole_group=True)
        give_up = now() + 3
        while any(self._alive(name) for name in chosen) and now() < give_up:
            time.sleep(0.02)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL, *, restart: bool = True) -> None:
        """Send a signal to a process. With restart=False it stays down, once it ends, until `start` names it."""
        if not restart:
            self._ask(lambda: self._set_wanted(name, False))
        self._signal(name, number)

    def forget(self, names: Iterable[str]) -> None:
        """Drop processes that have been stopped from the table."""
        chosen = list(names)
        self._ask(lambda: [self._children.pop(name, None) for name in chosen] and None)

    def states(self) -> dict[str, State]:
        """What there is, by name."""
        return {name: _state(child) for name, child in list(self._children.items())}

    def close(self) -> None:
        """End the thread; everything must have been stopped before."""
        self._ended.set()
        self._thread.join(5)

    def _ask(self, what: Callable[[], object]) -> None:
        answer: Future[None] = Future()
        self._requests.put((lambda: (what(), None)[1], answer))
        answer.result(30)

    def _watch(self) -> None:
        limited = now()
        while not self._ended.is_set():
            try:
                request, answer = self._requests.get(timeout=0.05)
            except queue.Empty:
                pass
            else:
                try:
                    answer.set_result(request())
                except Exception as error:  # noqa: BLE001 - handed to whoever asked
                    answer.set_exception(error)
            self._reap()
            if now() - limited > LOOKED_AFTER_SECONDS:
                limited = now()
                self._look_after_files()

    def _look_after_files(self) -> None:
        if self._untold:
            self._tell()
        for child in self._children.values():
            with contextlib.suppress(OSError):
                limit_log(child.spec.log)

    def _tell(self) -> None:
        try:
            self._on_change()
        except OSError:
            self._untold = True
        else:
            self._untold = False

    def _reap(self) -> None:
        for child in self._children.values():
            if child.process is not None and (code := child.process.poll()) is not None:
                child.exit_code, child.process = code, None
                child.due = now() + child.backoff.after(now() - child.began)
                self._tell()
            if child.process is None and child.wanted and now() >= child.due:
                child.restarts += 1
                try:
                    self._launch(child)
                except OSError:  # no memory, no processes left: try again later
                    child.due = now() + child.backoff.after(0)

    def _start(self, specs: Iterable[Spec]) -> None:
        for spec in specs:
            child = self._children.get(spec.name)
            if child is None:
                child = self._children[spec.name] = _Child(spec)
            child.spec, child.wanted = spec, True
            if child.process is None:
                self._launch(child)

    def _launch(self, child: _Child) -> None:
        child.process = spawn(child.spec)
        child.since, child.began, child.exit_code = time.time(), now(), None
        self._tell()

    def _let_go(self, names: Iterable[str]) -> None:
        for name in names:
            self._set_wanted(name, False)
            self._signal(name, signal.SIGCONT)  # a stopped process cannot end
            child = self._children.get(name)
            if child is not None:
                self._signal(name, child.spec.stop_signal)

    def _set_wanted(self, name: str, wanted: bool) -> None:
        if name in self._children:
            self._children[name].wanted = wanted

    def _alive(self, name: str) -> bool:
        child = self._children.get(name)
        return child is not None and child.process is not None

    def _signal(self, name: str, number: signal.Signals, *, whole_group: bool = False) -> None:
        child = self._children.get(name)
        process = child.process if child else None
        if process is None:
            if child is None:
                raise PartFailedError(f"There is no process named {name}.")
            return
        try:
            if whole_group:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
        except ProcessLookupError:
            pass


def _state(child: _Child) -> State:
    process = child.process
    pid = process.pid if process else None
    return State(child.spec, pid, child.restarts, child.since, child.exit_code, child.wanted)
