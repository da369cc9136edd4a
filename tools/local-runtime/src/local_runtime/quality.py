"""`make check` and `make test`: each step one line with its time; what a failing step said is shown whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from local_runtime import layout, terminal, verify_deploy
from local_runtime.provision import brokers as other_brokers
from local_runtime.provision import frontend
from local_runtime.provision.cache import Cache
from local_runtime.provision.collector import collector
from local_runtime.provision.dapr_cli import dapr_cli
from local_runtime.provision.everything import provide
from local_runtime.provision.prometheus import amtool, promtool

T = TypeVar("T")
_SLOWEST = ("--durations=15", "--durations-min=10")
_SOON = "not long and not brokers"
"""The same on every machine, whatever has been built on it: other brokers have a target of their own."""
_JOINED = ("-m", f"integration and not platform and {_SOON}", "-n", "4", "--dist", "loadfile")
"""Each of four has a database of its own and mostly waits for it."""
_WHOLE = ("-m", f"platform and {_SOON}")
_CHAOS = (
    ("pytest", "tests/chaos"),
    ("pytest", "tests/end_to_end", "-m", "long"),
    ("pytest", "tests/year", "-m", "long", "-s"),
)
_BENCHMARKS = (
    "tests.benchmarks",
    "tests.benchmarks.successor",
    "tests.benchmarks.arrears",
    "tests.benchmarks.reminders",
    "tests.benchmarks.sweep",
    "tests.benchmarks.chat",
    "tests.benchmarks.conversations",
    "tests.benchmarks.tool_call",
    "tests.benchmarks.next_occurrence",
    "tests.benchmarks.create",
    "tests.benchmarks.spine",
    "tests.benchmarks.audit",
)


@dataclass(frozen=True)
class Step:
    """One tool, run from `folder`."""

    name: str
    command: Sequence[str | Path]
    folder: Path = layout.CLONE


UNIT_TESTS = Step(
    "unit tests",
    [sys.executable, "-m", "pytest", "-q", "-m", "not integration and not platform and not long and not deploy"],
)


def check() -> int:
    """Lint, format, types, import contracts and unit tests of both languages, two steps at a time."""
    cache, began = Cache(layout.cache_folder()), time.monotonic()
    node = _timed("Node", lambda: frontend.node(cache))
    with ThreadPoolExecutor(max_workers=2) as pool:
        unit = pool.submit(_run, UNIT_TESTS, node=node)  # the longest, and it needs nothing of the frontend
        _timed("frontend packages", lambda: frontend.packages(cache, node))
        passed = list(pool.map(partial(_run, node=node), [*python_steps(node), *frontend_steps(node)]))
        passed.append(unit.result())
    terminal.report("make check", time.monotonic() - began)
    return 0 if all(passed) else 1


def test(pytest_arguments: Sequence[str]) -> int:
    """Provide what the platform is made of, `check`, then every other test but the long ones, on ports of their own.

    With arguments for pytest only those tests are run, and the one of `dapr run -f` only where its CLI has been built.
    """
    parts = provide(terminal.report)
    if pytest_arguments:
        return _shown([sys.executable, "-m", "pytest", *pytest_arguments])
    if check() != 0:
        return 1
    _timed("Dapr CLI", lambda: dapr_cli(Cache(layout.cache_folder())))
    ended = [_shown([sys.executable, "-m", "pytest", *words, *_SLOWEST]) for words in (_JOINED, _WHOLE)]
    with ThreadPoolExecutor(max_workers=1) as beside:  # neither of these two asks for the whole machine
        deployment = beside.submit(verify_deploy.run_cheap)
        seen = parts.frontend is None or _browser_tests(parts.frontend, parts.node)
    return max(*ended, deployment.result(), int(not seen))


def _browser_tests(built: Path, node: frontend.Node) -> bool:
    shutil.rmtree(frontend.SOURCES / "build", ignore_errors=True)
    shutil.copytree(built, frontend.SOURCES / "build", symlinks=True)
    return _run(Step("browser tests", [*node.npm, "run", "--silent", "test:browser"], frontend.SOURCES), node)


def long_run(kind: str) -> int:
    """`bench` measures, one thing after another, and writes JSON; `chaos` runs what kills processes, and what is long.

    There faults last as long as they are promised to be borne, an hour without the broker for one.
    """
    provide(terminal.report)
    if kind == "chaos":
        os.environ["TODO_CHAOS"] = "long"
    what = {"bench": [[name] for name in _BENCHMARKS], "chaos": _CHAOS}[kind]
    return max([_shown([sys.executable, "-m", *words]) for words in what])


def brokers() -> int:
    """Build what the brokers' suite needs, then run it against each broker."""
    cache = Cache(layout.cache_folder())
    _timed("daprd with several brokers", lambda: other_brokers.daprd(cache))
    _timed("Redis", lambda: other_brokers.redis(cache))
    _timed("RabbitMQ", lambda: other_brokers.rabbitmq(cache))
    return _shown([sys.executable, "-m", "pytest", "tests/brokers"])


def tutorials() -> int:
    """Follow every tutorial word by word in a fresh clone, which takes from the usual cache what was fetched before."""
    provide(terminal.report)
    return _shown([sys.executable, "-m", "pytest", "tests/tutorials", *_SLOWEST])


def telemetry() -> int:
    """Build the collector, then drive a platform that exports through it, and look at every edge."""
    provide(terminal.report)
    _timed("OpenTelemetry Collector", lambda: collector(Cache(layout.cache_folder())))
    return _shown([sys.executable, "-m", "pytest", "-q", "tests/telemetry", *_SLOWEST])


def alerts() -> int:
    """Check the alerts of monitoring/ and who hears of them, and run their tests with promtool and amtool."""
    cache = Cache(layout.cache_folder())
    _timed("promtool", lambda: promtool(cache))
    _timed("amtool", lambda: amtool(cache))
    return _shown(
        [sys.executable, "-m", "pytest", "-q", "tests/deploy/test_rules.py", "tests/deploy/test_alert_routes.py"]
    )


def python_steps(node: frontend.Node) -> list[Step]:
    """The checks of the Python packages beside their tests; the longest first."""
    bin_ = Path(sys.executable).parent
    pyright = frontend.SOURCES / "node_modules" / "pyright" / "index.js"
    return [
        Step("pyright", [node.binary, pyright]),
        Step("ruff check", [bin_ / "ruff", "check"]),
        Step("ruff format", [bin_ / "ruff", "format", "--check"]),
        Step("import contracts", [bin_ / "lint-imports"]),
    ]


def frontend_steps(node: frontend.Node) -> list[Step]:
    """The checks of the frontend."""
    if not (frontend.SOURCES / "package.json").exists():
        return []
    npm = [*node.npm, "run", "--silent"]
    return [
        Step("frontend types", [*npm, "typecheck"], frontend.SOURCES),
        Step("eslint", [*npm, "lint"], frontend.SOURCES),
        Step("frontend unit tests", [*npm, "test"], frontend.SOURCES),
    ]


def _shown(command: Sequence[str]) -> int:
    return subprocess.run(command, cwd=layout.CLONE, check=False).returncode


def _run(step: Step, node: frontend.Node) -> bool:
    began = time.monotonic()
    ended = subprocess.run(
        [str(word) for word in step.command],
        cwd=step.folder,
        env={**os.environ, **node.environment(), "CI": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = ended.returncode == 0
    if not passed:
        terminal.complain(f"\n{step.name} failed:\n{ended.stdout}")
    terminal.report(step.name if passed else f"{step.name} FAILED", time.monotonic() - began)
    return passed


def _timed(what: str, make: Callable[[], T]) -> T:
    began = time.monotonic()
    made = make()
    terminal.report(what, time.monotonic() - began)
    return made
