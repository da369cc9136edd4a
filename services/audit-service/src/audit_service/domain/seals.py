"""What a seal is: a signed statement about a range of entries and about the seal before it. Pure.

A statement is JSON with its names in order; its exact bytes are what is signed and what the next seal names as
`previous`. Whoever changes an entry needs another digest; whoever writes the chain anew needs the key.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT: Final = 1
"""How lines and statements are written. It changes when a column joins the lines; old seals keep their number."""
NOTHING_BEFORE: Final = "0" * 64


class UnreadableSeal(Exception):
    """This is no seal, or none of a format that is known here."""


@dataclass(frozen=True, slots=True)
class Seal:
    """`count` entries at positions `first` to `last`, and the SHA-256 of their lines; `previous`: of the seal before.

    `key` is the SHA-256 of the public key that signed it, shortened.
    """

    number: int
    first: int
    last: int
    count: int
    digest: str
    previous: str
    sealed_at: str
    key: str
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement's exact bytes, its signature, and what it says."""

    statement: bytes
    signature: bytes
    seal: Seal

    @property
    def digest(self) -> str:
        """Return what the next seal names as `previous`."""
        return hashlib.sha256(self.statement).hexdigest()

    def line(self) -> bytes:
        """Return the seal as one line of the file in which seals are published."""
        document = {"seal": self.statement.decode(), "signature": base64.b64encode(self.signature).decode()}
        return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


class SealKey:
    """The key that signs seals. The database does not have it."""

    def __init__(self, file: Path) -> None:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("The setting SEAL_KEY_FILE must name an Ed25519 private key in PEM.")
        self._private, self._public = key, key.public_key()
        raw = self._public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.id = hashlib.sha256(raw).hexdigest()[:16]

    def sign(self, seal: Seal) -> Signed:
        """Return the signed statement of a seal."""
        statement = orjson.dumps(asdict(seal), option=orjson.OPT_SORT_KEYS)
        return Signed(statement, self._private.sign(statement), seal)

    def signed(self, signed: Signed) -> bool:
        """Say whether this key signed a statement."""
        try:
            self._public.verify(signed.signature, signed.statement)
        except InvalidSignature:
            return False
        return True


def next_seal(
    before: Seal | None, previous: str, last: int, count: int, digest: str, now: dt.datetime, key: str
) -> Seal:
    """Return the seal that follows `before` and reaches to position `last`; `previous` is the digest of `before`."""
    number, first = (before.number + 1, before.last + 1) if before else (1, 1)
    at = now.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return Seal(number, first, last, count, digest, previous, at, key)


def read_signed(statement: bytes, signature: bytes) -> Signed:
    """Return a seal from its stored bytes. Raises UnreadableSeal."""
    try:
        members: dict[str, Any] = orjson.loads(statement)
        seal = Seal(**members)
    except (ValueError, TypeError) as error:
        raise UnreadableSeal(str(error)) from error
    whole = (seal.number, seal.first, seal.last, seal.count, seal.format)
    texts = (seal.digest, seal.previous, seal.sealed_at, seal.key)
    if not (all(type(part) is int for part in whole) and all(type(part) is str for part in texts)):
        raise UnreadableSeal("a part is of the wrong kind")
    if seal.format != FORMAT:
        raise UnreadableSeal(f"format {seal.format} is not known here")
    return Signed(statement, signature, seal)


def read_line(line: bytes) -> Signed:
    """Return a seal from a line of the published file. Raises UnreadableSeal."""
    try:
        document = orjson.loads(line)
        statement, signature = document["seal"].encode(), base64.b64decode(document["signature"], validate=True)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as error:
        raise UnreadableSeal(str(error)) from error
    return read_signed(statement, signature)
