"""Leaving alone what does not answer: after some failures in a row a lane is closed for a while, then asked once.

Own lines and no library: those that are kept up guard a call in progress, and here a lane is to be skipped before
anything of it is claimed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FAILURES = 5
CLOSED_SECONDS, LONGEST_SECONDS = 10.0, 300.0
MOST = 10_000
"""Lanes that are remembered; the one that was looked at longest ago makes room."""


@dataclass(slots=True)
class _Lane:
    failures: int = 0
    closed_until: float = 0.0
    asked: bool = False


class Breakers:
    """How the lanes did, as this process saw it. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lanes: dict[str, _Lane] = {}

    def closed(self) -> list[str]:
        """Return the lanes that are to be left alone: until their time has come, and while one of each is asked."""
        now = self._clock()
        return [name for name, lane in self._lanes.items() if _broken(lane) and (lane.asked or lane.closed_until > now)]

    def broken(self) -> list[str]:
        """Return the lanes in which one is sent at a time, to see whether they work again."""
        return [name for name, lane in self._lanes.items() if _broken(lane)]

    def started(self, lane: str) -> None:
        """Note that something is sent in a lane."""
        known = self._lanes.get(lane)
        if known is not None and _broken(known):
            known.asked = True

    def released(self, lane: str) -> None:
        """Note that what was started in a lane is over, with or without an answer of its host."""
        known = self._lanes.get(lane)
        if known is not None:
            known.asked = False

    def ended(self, lane: str, *, failed: bool) -> None:
        """Note whether its host failed."""
        if not failed:
            self._lanes.pop(lane, None)
            return
        known = self._lanes.pop(lane, None) or _Lane()
        self._lanes[lane] = known
        known.failures += 1
        known.asked = False
        beyond = known.failures - FAILURES
        if beyond >= 0:
            known.closed_until = self._clock() + min(LONGEST_SECONDS, CLOSED_SECONDS * 2.0 ** min(beyond, 10))
        if len(self._lanes) > MOST:
            del self._lanes[next(iter(self._lanes))]


def _broken(lane: _Lane) -> bool:
    return lane.failures >= FAILURES
