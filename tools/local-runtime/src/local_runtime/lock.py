"""requirements.lock: what all our pyproject files ask for together, every version and hash, and no host's name."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from local_runtime.errors import PartFailedError
from local_runtime.layout import CLONE

LOCK: Final = CLONE / "requirements.lock"


def projects() -> dict[str, Path]:
    """Every package of the workspace: its distribution's name and its folder."""
    members = tomllib.loads((CLONE / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
    folders = sorted(folder for pattern in members for folder in CLONE.glob(pattern))
    files = [folder / "pyproject.toml" for folder in folders if (folder / "pyproject.toml").exists()]
    return {tomllib.loads(file.read_text())["project"]["name"]: file.parent for file in files}


def compile_lock(target: Path = LOCK, *, offline: bool = False) -> None:
    """Write the lock to `target`, keeping the pins that are there as long as they satisfy the pyproject files."""
    own = projects()
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"]
    command += [part for name in own for part in ("--no-emit-package", name)]
    command += ["--offline"] if offline else []
    command += ["--output-file", str(target), "--group", "pyproject.toml:dev"]
    command += [str(folder.relative_to(CLONE) / "pyproject.toml") for folder in own.values()]
    ended = subprocess.run(command, cwd=CLONE, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise PartFailedError(f"The pyproject files cannot be locked together: {ended.stderr.strip()[-1500:]}")
