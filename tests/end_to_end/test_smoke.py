"""The smoke test of a deployment, against a real one: good, then with a recurrence service that hangs."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from local_runtime.layout import CLONE
from local_runtime.platform import Platform

SMOKE = CLONE / ".github" / "scripts" / "smoke.py"


def smoke(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """As the pipeline runs it: a program of its own, with nothing but Python."""
    command = [sys.executable, "-I", SMOKE, url, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_good_release_is_called_good(base_url: str) -> None:
    done = smoke(base_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "a completed task had its next occurrence after" in done.stdout


def test_a_release_whose_recurrences_hang_is_called_bad_in_one_sentence(platform: Platform, base_url: str) -> None:
    platform.kill("recurring-task-service", signal.SIGSTOP)
    try:
        done = smoke(base_url, "--seconds", "2")
    finally:
        platform.kill("recurring-task-service", signal.SIGCONT)
    assert done.returncode == 1
    assert done.stderr == "The release is bad: a recurring task was completed, and no next one came within 2 s.\n"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1", "The release is bad: POST http://127.0.0.1:1/api/auth/sign-up was not answered: "),
        ("todo.example.com", "Nothing was asked: todo.example.com is not the address of a platform"),
    ],
)
def test_where_nothing_answers_that_is_said(url: str, said: str) -> None:
    done = smoke(url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1
