"""The platform in containers, as Compose starts it, for one module of tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_runtime.containers import given, stand_ins
from local_runtime.containers.engine import Engine
from local_runtime.layout import CLONE, RUN

from tests.conftest import OFFSET

TAG = "verify"
HEALTHY = {"healthy", None}


@dataclass(frozen=True)
class Stack:
    """A running project of Compose."""

    engine: Engine
    project: str
    files: Sequence[str]
    variables: dict[str, str]

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.variables['TODO_API_PORT']}"

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.variables['TODO_PAGE_PORT']}"

    @property
    def prometheus(self) -> str:
        return f"http://127.0.0.1:{self.variables['TODO_PROMETHEUS_PORT']}"

    def compose(self, *words: str) -> str:
        files = [part for file in self.files for part in ("-f", file)]
        return self.engine.compose("-p", self.project, *files, *words, cwd=CLONE, variables=self.variables)

    def containers(self) -> dict[str, dict[str, Any]]:
        """Service → what the engine knows of its container."""
        ids = self.engine.run("ps", "-aq", "--filter", f"label=com.docker.compose.project={self.project}").split()
        known = json.loads(self.engine.run("inspect", *ids))
        return {found["Config"]["Labels"]["com.docker.compose.service"]: found for found in known}

    def unhealthy(self) -> list[str]:
        """Services with a health check that does not pass yet, and those that ended with an error."""
        states = {name: found["State"] for name, found in self.containers().items()}
        waiting = [name for name, state in states.items() if state.get("Health", {}).get("Status") not in HEALTHY]
        return waiting + [name for name, state in states.items() if not state["Running"] and state["ExitCode"] != 0]


@contextmanager
def started(engine: Engine, name: str, *files: str) -> Iterator[Stack]:
    """Start the project with the images under test, and remove it with its data afterwards."""
    folder = given.write(RUN / f"verify-{name}")
    variables = {
        **stand_ins.SERVERS,
        "REDPANDA_IMAGE": stand_ins.KAFKA,
        "TODO_TAG": TAG,
        "TODO_GIVEN": str(folder),
        "TODO_PAGE_PORT": str(3000 + OFFSET),
        "TODO_API_PORT": str(8080 + OFFSET),
        "TODO_PROMETHEUS_PORT": str(9091 + OFFSET),
    }
    stack = Stack(engine, f"todo-verify-{name}-{OFFSET}", files, variables)
    stack.compose("down", "--volumes")
    try:
        stack.compose("up", "--detach")
        yield stack
    finally:
        _keep_logs(stack, RUN / "verify-logs")
        stack.compose("down", "--volumes")


def _keep_logs(stack: Stack, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stack.project}.log").write_text(stack.compose("logs", "--no-color"))
