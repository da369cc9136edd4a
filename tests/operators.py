"""`todo-ops` as an operator runs it, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from local_runtime.platform import Platform

FINE, WRONG, USAGE = 0, 1, 2


class Operator:
    """Runs commands against a platform with its keys."""

    def __init__(self, platform: Platform) -> None:
        self._where = ["--keys", str(platform.place.keys_folder), "--offset", str(platform.place.offset)]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "todo_ops", *words, *self._where]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    def told(self, *words: str, expect: int = FINE) -> dict[str, Any]:
        """Run a command with --json and return its document; `expect` is the exit code that the test relies on."""
        done = self.run(*words, "--json")
        assert done.returncode == expect, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)
