"""Leaving a model alone that does not answer: after some failures in a row nobody asks it for a while, then one does.

Own lines and no library: those that are kept up guard one call, and here a turn is many calls and a stream; what counts
as a failure is known only where the turn ends.
"""

from __future__ import annotations

from collections.abc import Callable

FAILURES = 3
OPEN_SECONDS, LONGEST_SECONDS = 15.0, 240.0


class Breaker:
    """How the model did, as this process saw it. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._asking = False

    def lets_through(self) -> bool:
        """Return whether the model may be asked. While it is doubted, only one turn at a time may."""
        if self._failures < FAILURES:
            return True
        if self._asking or self._clock() < self._open_until:
            return False
        self._asking = True
        return True

    def ended(self, *, failed: bool) -> None:
        """Note whether the model failed in a turn that was let through."""
        self._asking = False
        if not failed:
            self._failures = 0
            return
        self._failures += 1
        beyond = self._failures - FAILURES
        if beyond >= 0:
            self._open_until = self._clock() + min(LONGEST_SECONDS, OPEN_SECONDS * 2.0 ** min(beyond, 10))

    def left(self) -> None:
        """Note that a turn ended without telling anything of the model: it was stopped."""
        self._asking = False
