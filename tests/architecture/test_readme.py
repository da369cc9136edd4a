"""Every number in the README is one that a command of this repository measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_numbers_are_the_committed_figures() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.readme", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_a_pod_carries_is_computed_from_the_committed_figures() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.capacity", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
