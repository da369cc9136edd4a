"""What people read: tables whose cells hold one line of harmless text each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

WIDEST = 72
WIDEST_LAST = 400
"""The last column says why, and nothing stands behind it."""


def say(text: str = "") -> None:
    """Print a line."""
    print(text)


def say_json(document: Any) -> None:
    """Print a document for programs."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table with aligned columns."""
    longest = [*([WIDEST] * (len(head) - 1)), WIDEST_LAST]
    cells = [list(head), *([harmless(str(c), most) for c, most in zip(row, longest, strict=True)] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join(lines)


def harmless(text: str, longest: int | None = None) -> str:
    """Return text that cannot move the cursor or colour the terminal: what is in a dead letter came from anybody."""
    shown = "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)
    return shown if longest is None or len(shown) <= longest else shown[: longest - 1] + "…"


def age(since: str | None, now: datetime) -> str:
    """Return how long ago an instant was, roughly."""
    if since is None:
        return "never"
    seconds = max(0.0, (now - datetime.fromisoformat(since)).total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
