"""The commands of a page, run as they stand there: what a page says is then what was tried."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_runtime.layout import CLONE
from local_runtime.platform import Platform
from local_runtime.postgres import binaries

_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page of docs/how-to, and what stands for the variables in its commands."""

    name: str
    variables: Mapping[str, str]
    programs: Path
    """A folder in which `todo-ops` and `local_runtime` are made to mean the platform that the page is tried on."""

    def run(self, heading: str, *, block: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a block of commands of a section by bash, up to the first that fails."""
        return self.run_lines(self.blocks(heading)[block], **more)

    def run_lines(self, lines: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run lines that were taken from the page."""
        environment = {**os.environ, **self.variables, **more}
        environment["PATH"] = f"{self.programs}:{binaries()}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", lines],
            cwd=CLONE, env=environment, capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip

    def done(self, heading: str, *, block: int = 0, **more: str) -> str:
        """Run them, rely on their success, and return what they said."""
        ended = self.run(heading, block=block, **more)
        assert ended.returncode == 0, f"{self.name}, {heading}: {ended.stdout}{ended.stderr}"
        return ended.stdout + ended.stderr

    def blocks(self, heading: str) -> list[str]:
        """Return the blocks of commands below a heading of the second or third level, up to the next heading."""
        text = (CLONE / "docs/how-to" / self.name).read_text("utf-8")
        sections = re.split(r"^#{2,3} (.*)$", text, flags=re.MULTILINE)
        below = dict(zip(sections[1::2], sections[2::2], strict=True))
        return _BLOCK.findall(below[heading])


def programs(platform: Platform, folder: Path) -> Path:
    """Make `todo-ops` and `local_runtime` of a platform beside the usual one, to be found before any other."""
    folder.mkdir(parents=True, exist_ok=True)
    place = platform.place
    for name, words in {
        "todo-ops": f'-m todo_ops "$@" --keys "{place.keys_folder}" --offset {place.offset}',
        "local_runtime": f'-m local_runtime "$@" --offset {place.offset} --directory "{place.folder}"',
    }.items():
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}\n')
        (folder / name).chmod(0o755)
    return folder
