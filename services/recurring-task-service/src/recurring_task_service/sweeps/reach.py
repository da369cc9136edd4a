"""Whether todo-backend answers. While it does not, it is tried a few times a second, however much waits.

Without this every wish that is owed would be tried again and again, and whoever starts anew would meet a storm.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PROBE_SECONDS = 0.25


class Reach:
    """Says how many calls may be begun; told of each one that brought no answer (`lost`) or any (`found`)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next_at: float | None = None

    def room(self, free: int) -> int:
        """Return how many of `free` calls may be begun now: all, or one for each `PROBE_SECONDS` without an answer."""
        if self._next_at is None:
            return free
        now = self._clock()
        if now < self._next_at:
            return 0
        self._next_at = now + PROBE_SECONDS
        return min(free, 1)

    @property
    def pause(self) -> float | None:
        """Seconds until the next call may be begun; None while it answers."""
        return None if self._next_at is None else max(0.0, self._next_at - self._clock())

    def lost(self) -> None:
        """Note that a call brought no answer."""
        if self._next_at is None:
            self._next_at = self._clock() + PROBE_SECONDS

    def found(self) -> None:
        """Note an answer, whatever it was."""
        self._next_at = None
