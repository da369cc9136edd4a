"""Counting refusals, so that telling of them stays small however many there are. Pure; `now` is in seconds.

What is alike (outcome, whose, from where) is one group. A group is told of when it is first seen, and once more when
its minute is over, with the number of those that came in between. There is room for so many groups at a time; what
finds none is counted together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

Outcome = Literal[
    "wrong_password", "unknown_address", "token_invalid", "token_expired", "refresh_refused", "foreign_path", "others"
]

WINDOW_SECONDS: Final = 60.0
ROOM: Final = {"anonymous": 10, "wrong_password": 30, "known": 200}
"""Groups at a time: of callers that nobody knows, of wrong passwords for an account, of people with a token of ours."""
MOST_PER_WINDOW: Final = 2 * (sum(ROOM.values()) + len(ROOM))
"""Events that one process can make within a minute, whatever it is asked."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, and from where.

    `user_id`: whose account or token it was; `subject_digest`: see `digest_of`.
    """

    outcome: Outcome
    user_id: UUID | None
    subject_digest: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A group of refusals that is to be told of."""

    refusal: Refusal
    count: int


@dataclass(slots=True)
class _Group:
    ends_at: float
    untold: int = 0
    told: bool = False


class Tally:
    """The groups of this minute."""

    def __init__(self) -> None:
        self._groups: dict[Refusal, _Group] = {}

    def note(self, refusal: Refusal, now: float, count: int = 1) -> None:
        """Count a refusal."""
        group = self._groups.get(refusal)
        if group is None:
            kind = _kind(refusal)
            if sum(_kind(known) == kind and known.outcome != "others" for known in self._groups) >= ROOM[kind]:
                refusal = Refusal("others", None, None, kind)
            group = self._groups.setdefault(refusal, _Group(now + WINDOW_SECONDS))
        group.untold += count

    def take(self, now: float, everything: bool = False) -> list[Counted]:
        """Return what is to be told of now; groups whose time is over go."""
        found: list[Counted] = []
        for refusal, group in list(self._groups.items()):
            over = everything or group.ends_at <= now
            if group.untold and (over or not group.told):
                found.append(Counted(refusal, group.untold))
                group.untold, group.told = 0, True
            if over:
                del self._groups[refusal]
        return found

    def put_back(self, counted: Iterable[Counted], now: float) -> None:
        """Count again what could not be told of."""
        for one in counted:
            self.note(one.refusal, now, one.count)

    def due_in(self, now: float) -> float | None:
        """Return the seconds until `take` has something to do; None when there is no group."""
        if any(group.untold and not group.told for group in self._groups.values()):
            return 0.0
        return min((max(0.0, group.ends_at - now) for group in self._groups.values()), default=None)


def digest_of(address: str) -> str:
    """Return under what an address that no account has is told of: its SHA-256, in hexadecimal."""
    return hashlib.sha256(address.encode()).hexdigest()


def _kind(refusal: Refusal) -> str:
    if refusal.outcome == "others":
        return refusal.source
    if refusal.user_id is None:
        return "anonymous"
    return "wrong_password" if refusal.outcome == "wrong_password" else "known"
