"""What became of one try to send, and when to try again. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tenacity import AsyncRetrying, RetryCallState, wait_exponential_jitter

MOST_TRIES = 16
"""With the waits below, about half a day: then an operator or the channel's owner decides."""
FIRST_SECONDS, LONGEST_SECONDS, JITTER_SECONDS = 5.0, 7200.0, 5.0
LONGEST_ASKED_SECONDS = 4 * 3600.0
"""A receiver that asks for more patience than this (Retry-After) is asked again then."""

_wait = wait_exponential_jitter(multiplier=FIRST_SECONDS, max=LONGEST_SECONDS, jitter=JITTER_SECONDS)


@dataclass(frozen=True, slots=True)
class Sent:
    """It was taken; `detail` is what the receiver said."""

    detail: str


@dataclass(frozen=True, slots=True)
class Retry:
    """It was not taken, and may be later. `host` True: what failed is its host, for everybody."""

    reason: str
    after: float | None = None
    host: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never be taken as it is."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The channel takes nothing any more. `remove`: nobody can bring it back, so it is taken away."""

    reason: str
    remove: bool = False


Outcome = Sent | Retry | Refused | Gone


def seconds_until_next(tries: int, asked: float | None) -> float:
    """Return after how many seconds a delivery is tried again: longer each time, and no sooner than was asked for."""
    state = RetryCallState(AsyncRetrying(), None, (), {})
    state.attempt_number = tries
    waited = _wait(state)
    return waited if asked is None else max(min(asked, LONGEST_ASKED_SECONDS), waited)
