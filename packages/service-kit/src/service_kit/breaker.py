"""Leaving alone what does not answer: after some failures in a row nobody asks it for a while, then one does.

Own lines and no library: those that are kept up guard one call in progress. Here what is guarded may be a turn of many
calls, or be skipped before anything of it is begun, and what counts as a failure is known only at its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """After how many failures in a row it is left alone, and for how long: twice as long each time, up to `longest`."""

    failures: int
    seconds: float
    longest: float


class Breaker:
    """How one other part did, as this process saw it. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float], patience: Patience) -> None:
        self._clock, self._patience = clock, patience
        self._failures = 0
        self._until = 0.0
        self._asked = False

    @property
    def is_broken(self) -> bool:
        """Return whether it failed so often that only one at a time may ask it."""
        return self._failures >= self._patience.failures

    @property
    def is_left_alone(self) -> bool:
        """Return whether nobody may ask it now: until its time has come, and while one asks."""
        return self.is_broken and (self._asked or self._until > self._clock())

    def begin(self) -> bool:
        """Return whether it may be asked, and note that it is."""
        if self.is_left_alone:
            return False
        self._asked = self.is_broken
        return True

    def left(self) -> None:
        """Note that asking it ended without telling anything of it."""
        self._asked = False

    def ended(self, *, failed: bool) -> None:
        """Note whether it failed. What was begun before it was left alone, and fails now, tells nothing new."""
        asked, self._asked = self._asked, False
        if not failed:
            self._failures = 0
            return
        if self.is_broken and not asked and self._until > self._clock():
            return
        self._failures += 1
        beyond = self._failures - self._patience.failures
        if beyond >= 0:
            pause = self._patience.seconds * 2.0 ** min(beyond, 10)
            self._until = self._clock() + min(self._patience.longest, pause)
