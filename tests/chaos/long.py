"""How long a fault lasts: shortly in `make test`, as long as the issue says in `make chaos`."""

from __future__ import annotations

import os

LONG = os.environ.get("TODO_CHAOS") == "long"
"""Set by `make chaos`."""


def lasting(seconds: float, long: float) -> float:
    """Return how many seconds a fault lasts in this run."""
    return long if LONG else seconds
