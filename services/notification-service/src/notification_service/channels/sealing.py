"""Secrets at rest: sealed with keys that the database does not have (Fernet: AES-CBC and HMAC)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SecretUnreadable(Exception):
    """A secret was sealed with a key that is not here any more, or belongs to another channel."""


class SecretBox:
    """Seals with the first key and opens with any: a new key is put before the old one, which stays until the secrets
    that it sealed are written again.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self.signing_keys = tuple(hashlib.sha256(b"links of channels\0" + key.encode()).digest() for key in keys)
        """What links are signed with: the first signs, each is believed."""

    @classmethod
    def from_file(cls, file: Path) -> SecretBox:
        """Read keys, one a line. Raises ValueError when there is none, or one is none."""
        keys = [line.strip() for line in file.read_text().splitlines() if line.strip()]
        if not keys:
            raise ValueError(f"{file} holds no key")
        return cls(keys)

    def seal(self, channel_id: UUID, secret: dict[str, Any]) -> bytes:
        """Return a channel's secret as it is kept. The channel's id is sealed with it."""
        return self._fernet.encrypt(json.dumps({"channel_id": str(channel_id), **secret}).encode())

    def open(self, channel_id: UUID, sealed: bytes | None) -> dict[str, Any]:
        """Return a channel's secret. Raises SecretUnreadable, also for one that was sealed for another channel."""
        if sealed is None:
            return {}
        try:
            secret: dict[str, Any] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise SecretUnreadable(str(channel_id)) from error
        if secret.pop("channel_id", None) != str(channel_id):
            raise SecretUnreadable(str(channel_id))
        return secret
