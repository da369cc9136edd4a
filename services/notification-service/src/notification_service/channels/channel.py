"""A channel: where a person wants to be told, and how it does. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

Kind = Literal["email", "web_push", "webhook", "apprise"]
State = Literal["working", "failing", "dead"]
MOST = 20
"""Channels of one person."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel as it is kept. `config` may be shown to its owner, `secret` is sealed and never is.

    `messages` names the kinds of message that it gets; none means all. `lane` names what is slow or broken together
    with it. `confirmed_at` None: an address whose owner has not said yes yet.
    """

    channel_id: UUID
    user_id: UUID
    kind: Kind
    name: str
    config: dict[str, Any]
    secret: bytes | None
    messages: list[str]
    lane: str
    enabled: bool
    confirmed_at: dt.datetime | None
    state: State
    state_reason: str | None
    state_since: dt.datetime
    created_at: dt.datetime
    updated_at: dt.datetime
    version: int

    def gets(self, kind: str) -> bool:
        """Say whether a message of this kind goes here now."""
        open_for = self.enabled and self.confirmed_at is not None and self.state != "dead"
        return open_for and (not self.messages or kind in self.messages)


def lane_of_address(address: str) -> str:
    """Return the lane of an e-mail address: its domain, so that one slow domain holds up no other."""
    return f"email/{address.rpartition('@')[2].lower()}"


def lane_of_url(kind: Kind, url: str) -> str:
    """Return the lane of what is reached over HTTP: its host and port."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{kind}/{(parts.hostname or '').lower()}{port}"
