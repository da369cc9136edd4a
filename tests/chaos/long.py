"""How long a fault lasts: shortly in `make test`, as long as the issue says in `make chaos`."""

from __future__ import annotations

import os

_SAID = os.environ.get("TODO_CHAOS", "")
LONG = _SAID != ""
"""Set by `make chaos` to `long`; to a number of seconds by whoever has less time: nothing lasts longer than that."""


def lasting(seconds: float, long: float) -> float:
    """Return how many seconds a fault lasts in this run."""
    if not LONG:
        return seconds
    return long if _SAID == "long" else min(long, float(_SAID))
