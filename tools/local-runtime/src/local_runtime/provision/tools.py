"""Running the tools that make parts, and finding those that are installed and new enough."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local_runtime import guard
from local_runtime.errors import PartMissingError
from local_runtime.layout import TOOL
from local_runtime.provision.cache import Cache, fingerprint


def run(
    command: Sequence[str | Path], log: Path, *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> None:
    """Run a tool, which ends if we do, with its output in `log`; when it fails, raise with the last of what it said."""
    with log.open("ab") as sink:
        sink.write(f"$ {' '.join(map(str, command))}\n".encode())
        sink.flush()
        ended = subprocess.run(
            [*guard.guarding(signal.SIGTERM), *(str(part) for part in command)],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        said = " / ".join(log.read_text(errors="replace").strip().splitlines()[-4:])
        raise PartMissingError(f"`{Path(command[0]).name}` failed: {said} (everything it said: {log})")


def version_of(program: str | None, *arguments: str) -> tuple[int, ...]:
    """The first dotted number that the program says about itself; (0,) when it is absent or says none."""
    if program is None:
        return (0,)
    try:
        said = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    found = re.search(r"\d+(?:\.\d+)+", said.stdout + said.stderr)
    return tuple(int(number) for number in found.group().split(".")) if found else (0,)


def installed(program: str, *arguments: str, at_least: tuple[int, ...]) -> Path | None:
    """The program of this name on the PATH, if it is at least of that version."""
    path = shutil.which(program)
    return Path(path) if path and version_of(path, *arguments) >= at_least else None


def wheel(cache: Cache, name: str) -> Path:
    """The folder with the contents of the wheels that `locks/NAME.txt` pins by hash."""
    lock = _lock(name)

    def fetch(folder: Path) -> None:
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
        if uv is None:
            raise PartMissingError("`uv` is not in this environment: start with `make`, which installs it.")
        target = ["pip", "install", "--python", sys.executable, "--target", folder]
        run([uv, *target, "--require-hashes", "--no-deps", "--link-mode=copy", "-r", lock], cache.log(f"wheel-{name}"))

    return cache.part(*wheel_part(name), fetch)


def wheel_part(name: str) -> tuple[str, str]:
    """Name and key, in the cache, of the wheels that `locks/NAME.txt` pins."""
    return f"wheel-{name}", fingerprint([_lock(name)], sys.platform, os.uname().machine, f"{sys.version_info.minor}")


def _lock(name: str) -> Path:
    return TOOL / "locks" / f"{name}.txt"
