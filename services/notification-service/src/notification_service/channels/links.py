"""Links that an e-mail carries: signed, for one channel and one purpose, and ending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import jwt

Purpose = Literal["confirm", "unsubscribe"]
CONFIRM_FOR = dt.timedelta(days=2)
UNSUBSCRIBE_FOR = dt.timedelta(days=400)
"""Mail programs offer it for as long as the mail is kept."""


class LinkInvalid(Exception):
    """The link was not made here, is for something else, or has ended."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link names."""

    user_id: UUID
    channel_id: UUID


class Links:
    """Makes links under `public_url` and reads what came with them."""

    def __init__(self, public_url: str, keys: Sequence[bytes]) -> None:
        self._public_url = public_url.rstrip("/")
        self._keys = keys

    def url(self, purpose: Purpose, linked: Linked, now: dt.datetime) -> str:
        """Return the address of a link."""
        lasts = CONFIRM_FOR if purpose == "confirm" else UNSUBSCRIBE_FOR
        claims = {"aud": purpose, "sub": str(linked.channel_id), "act": str(linked.user_id), "exp": now + lasts}
        token = jwt.encode(claims, self._keys[0], algorithm="HS256")
        return f"{self._public_url}/api/channels/{purpose}?token={token}"

    def read(self, purpose: Purpose, token: str) -> Linked:
        """Return what a token names. Raises LinkInvalid."""
        for key in self._keys:
            try:
                claims = jwt.decode(
                    token, key, algorithms=["HS256"], audience=purpose, options={"require": ["sub", "exp", "aud"]}
                )
                return Linked(UUID(claims["act"]), UUID(claims["sub"]))
            except (jwt.PyJWTError, ValueError, KeyError):
                continue
        raise LinkInvalid
