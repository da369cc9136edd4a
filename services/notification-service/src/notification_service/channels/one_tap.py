"""Links that act on a reminder with one tap: signed, for one act on one reminder of one task, and ending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import jwt

from notification_service.channels.links import LinkInvalid

Tap = Literal["done", "1h", "tomorrow"]
TAPS: dict[Tap, str] = {"done": "Done", "1h": "In 1 hour", "tomorrow": "Tomorrow"}
"""What can be tapped, and how it is called."""
LASTS = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a link names."""

    user_id: UUID
    task_id: UUID
    reminder_id: UUID


class OneTaps:
    """Makes links under `public_url` and reads what came with them."""

    def __init__(self, public_url: str, keys: Sequence[bytes]) -> None:
        self._public_url = public_url.rstrip("/")
        self._keys = keys

    def urls(self, tapped: Tapped, now: dt.datetime) -> dict[str, str]:
        """Return the address of each link, by what it is called."""
        return {name: self.url(tap, tapped, now) for tap, name in TAPS.items()}

    def url(self, tap: Tap, tapped: Tapped, now: dt.datetime) -> str:
        """Return the address of one link."""
        claims = {
            "aud": f"one-tap {tap}",
            "sub": str(tapped.reminder_id),
            "act": str(tapped.user_id),
            "task": str(tapped.task_id),
            "exp": now + LASTS,
        }
        return f"{self._public_url}/api/one-tap/{tap}?token={jwt.encode(claims, self._keys[0], algorithm='HS256')}"

    def read(self, tap: Tap, token: str) -> Tapped:
        """Return what a token names. Raises LinkInvalid."""
        for key in self._keys:
            try:
                claims = jwt.decode(
                    token,
                    key,
                    algorithms=["HS256"],
                    audience=f"one-tap {tap}",
                    options={"require": ["sub", "exp", "aud"]},
                )
                return Tapped(UUID(claims["act"]), UUID(claims["task"]), UUID(claims["sub"]))
            except (jwt.PyJWTError, ValueError, KeyError):
                continue
        raise LinkInvalid
