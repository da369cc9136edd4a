"""Which lanes are left alone: a breaker for each, made when its host fails for the first time."""

from __future__ import annotations

from collections.abc import Callable

from service_kit.breaker import Breaker, Patience

FAILURES = 5
CLOSED_SECONDS, LONGEST_SECONDS = 10.0, 300.0
MOST = 10_000
"""Lanes that are remembered; the one that failed longest ago makes room."""


class Breakers:
    """How the lanes did, as this process saw it. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lanes: dict[str, Breaker] = {}

    def closed(self) -> list[str]:
        """Return the lanes that are to be left alone: until their time has come, and while one of each is asked."""
        return [name for name, lane in self._lanes.items() if lane.is_left_alone]

    def broken(self) -> list[str]:
        """Return the lanes in which one is sent at a time, to see whether they work again."""
        return [name for name, lane in self._lanes.items() if lane.is_broken]

    def started(self, lane: str) -> None:
        """Note that something is sent in a lane."""
        if lane in self._lanes:
            self._lanes[lane].begin()

    def released(self, lane: str) -> None:
        """Note that what was started in a lane is over, with or without an answer of its host."""
        if lane in self._lanes:
            self._lanes[lane].left()

    def ended(self, lane: str, *, failed: bool) -> None:
        """Note whether its host failed."""
        known = self._lanes.pop(lane, None)
        if not failed:
            return
        known = known or Breaker(self._clock, Patience(FAILURES, CLOSED_SECONDS, LONGEST_SECONDS))
        known.ended(failed=True)
        self._lanes[lane] = known
        if len(self._lanes) > MOST:
            del self._lanes[next(iter(self._lanes))]
