"""The e-mails that were caught, newest first, in memory only."""

from __future__ import annotations

import email
import email.policy
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

MOST = 200
LARGEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail: to whom it was handed over, and what it says."""

    number: int
    caught_at: datetime
    sender: str
    recipients: list[str]
    message: EmailMessage

    def part(self, kind: str) -> str:
        """Return its `plain` or `html` text, empty without."""
        body = self.message.get_body((kind,))
        return "" if body is None else str(body.get_content())

    def told(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "number": self.number,
            "caught_at": self.caught_at.isoformat(),
            "from": self.sender,
            "to": self.recipients,
            "subject": str(self.message["subject"]),
            "headers": {name.lower(): str(value) for name, value in self.message.items()},
            "text": self.part("plain"),
            "html": self.part("html"),
        }


class Mails:
    """At most MOST of them; the oldest makes room."""

    def __init__(self) -> None:
        self._mails: deque[Mail] = deque(maxlen=MOST)
        self._count = 0

    def add(self, sender: str, recipients: list[str], raw: bytes) -> None:
        """Keep one."""
        self._count += 1
        message = email.message_from_bytes(raw, policy=email.policy.default)
        self._mails.appendleft(Mail(self._count, datetime.now(UTC), sender, recipients, message))

    def find(self, number: int) -> Mail | None:
        """Return one by its number."""
        return next((mail for mail in self._mails if mail.number == number), None)

    def __iter__(self) -> Iterator[Mail]:
        return iter(self._mails)
