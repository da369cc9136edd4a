"""What the person at the terminal is told: one line per part, with its time."""

from __future__ import annotations

import sys
import threading

_turn = threading.Lock()


def report(what: str, seconds: float) -> None:
    """One part is there."""
    with _turn:
        print(f"  {what:<52} {seconds:6.1f} s", flush=True)


def say(text: str) -> None:
    """A sentence."""
    with _turn:
        print(text, flush=True)


def complain(text: str) -> None:
    """A sentence about what went wrong."""
    with _turn:
        print(text, file=sys.stderr, flush=True)
