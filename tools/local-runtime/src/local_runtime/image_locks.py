"""images/locks: for each image the lines of requirements.lock that it needs, and no others; nothing is chosen here."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from local_runtime import lock
from local_runtime.errors import PartFailedError
from local_runtime.layout import CLONE

FOLDER: Final = CLONE / "images" / "locks"
DEPLOYABLES: Final = ("todo-backend", "recurring-task-service", "notification-service", "audit-service")
"""The projects that have an image, which is named after them."""
SETUP: Final = "todo-setup"
SETUP_ASKS: Final = ("confluent-kafka", "psycopg[binary]")
"""What makes database and topics asks for: less than all of local-runtime, which carries a whole PostgreSQL."""


def write(locked: Path = lock.LOCK, folder: Path = FOLDER, *, offline: bool = False) -> None:
    """Write the file of every image."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts(locked, offline=offline).items():
        (folder / f"{name}.txt").write_text(text)


def texts(locked: Path = lock.LOCK, *, offline: bool = False) -> dict[str, str]:
    """Image → its lock, as it should be with this requirements.lock."""
    known, own = entries(locked), lock.projects()
    wanted = {name: _names(locked, [own[name] / "pyproject.toml"], None, offline) for name in DEPLOYABLES}
    asked = "\n".join(SETUP_ASKS)
    wanted[SETUP] = _names(locked, [own["event-contracts"] / "pyproject.toml"], asked, offline)
    return {image: "".join(known[name] for name in sorted(names)) for image, names in wanted.items()}


def entries(locked: Path) -> Mapping[str, str]:
    """Name → its lines in a lock: version, marker and hashes."""
    parts = re.split(r"^(?=[A-Za-z0-9])", locked.read_text(), flags=re.MULTILINE)
    return {part.split("==", 1)[0]: part for part in parts if "==" in part}


def workspace_packages(project: str) -> list[str]:
    """The packages of this repository that a project needs, itself last."""
    own = lock.projects()
    found: list[str] = []

    def visit(name: str) -> None:
        asked = tomllib.loads((own[name] / "pyproject.toml").read_text())["project"]["dependencies"]
        for other in (re.split(r"[\[<>=~! ]", ask, maxsplit=1)[0] for ask in asked):
            if other in own and other not in found:
                visit(other)
        found.append(name)

    visit(project)
    return found


def _names(locked: Path, files: list[Path], also: str | None, offline: bool) -> set[str]:
    own = lock.projects()
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--no-header", "--no-annotate", "--constraint", str(locked)]
    command += [part for name in own for part in ("--no-emit-package", name)]
    command += ["--offline"] if offline else []
    command += [str(file) for file in files] + (["-"] if also else [])
    ended = subprocess.run(command, cwd=CLONE, input=also, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise PartFailedError(f"What an image needs cannot be told: {ended.stderr.strip()[-1500:]}")
    return set(re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", ended.stdout, flags=re.MULTILINE))
