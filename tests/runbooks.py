"""The runbook of an alert: its section of docs/runbooks, and its first command, run as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from local_runtime.layout import CLONE, RUN
from local_runtime.platform import Platform
from local_runtime.postgres import binaries

PARTS = ("Means", "First command", "Mend", "Escalate")
_PART = re.compile(r"^\*([A-Z][a-z ]+)\*: (.*?)(?=^\*[A-Z][a-z ]+\*: |\Z)", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"`([^`]+)`")


@cache
def links() -> dict[str, str]:
    """Alert → the page and anchor that its mail names."""
    files = (CLONE / "monitoring" / "prometheus" / "rules").glob("*.yaml")
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    rules: list[dict[str, Any]] = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    return {rule["alert"]: rule["annotations"]["runbook_url"] for rule in rules}


def section(alert: str) -> dict[str, str]:
    """Return what the runbook of an alert says, part by part; raise KeyError when there is no such section."""
    page, _, anchor = links()[alert].partition("#")
    pieces = re.split(r"^#+ (.+)$", (CLONE / page).read_text("utf-8"), flags=re.MULTILINE)
    below = {title.lower().replace(" ", "-"): text for title, text in zip(pieces[1::2], pieces[2::2], strict=True)}
    return {part: text.strip() for part, text in _PART.findall(below[anchor])}


def first_command(alert: str) -> str:
    """Return the first command of an alert's runbook; raise ValueError when its section names none."""
    found = _COMMAND.match(section(alert)["First command"])
    if found is None:
        raise ValueError(f"the runbook of {alert} does not begin with a command")
    return found[1]


@dataclass(frozen=True)
class OnCall:
    """Somebody whom an alert has called, in the clone that the platform runs in."""

    platform: Platform

    def run(self, alert: str, *, folder: Path | None = None, **named: str) -> str:
        """Run the first command and return what it says; `named` are the words in capitals that the alert tells.

        `folder`: what `.run` is, where a test breaks another disk than the platform's.
        """
        offset = self.platform.place.offset
        command = first_command(alert).replace(".run/", f"{folder or f'.run/offset-{offset}'}/")
        for word, meant in named.items():
            command = re.sub(rf"\b{word}\b", meant, command)
        hidden = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VIRTUAL_ENV")
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        path = f"{binaries()}:{os.environ['PATH']}"
        surroundings = {**kept, "PATH": path, "OFFSET": str(offset), "TODOURL": self.platform.superuser_url}
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=CLONE,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        return done.stdout + done.stderr


@contextmanager
def called_to(platform: Platform) -> Iterator[OnCall]:
    """Let commands find a test's platform where `make up OFFSET=…` would have put it; raise if something lies there."""
    where = RUN / f"offset-{platform.place.offset}"
    if where.is_symlink():
        where.unlink()  # of a run that was killed
    where.symlink_to(platform.place.folder, target_is_directory=True)
    try:
        yield OnCall(platform)
    finally:
        where.unlink()
