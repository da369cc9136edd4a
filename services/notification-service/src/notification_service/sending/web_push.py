"""Web push: a message encrypted for one browser (RFC 8291) and signed for its push service (RFC 8292).

Own lines over `cryptography`: what there is in Python brings an HTTP client that resolves names by itself.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from notification_service.sending.content import Content
from notification_service.sending.outcome import Gone, Outcome, Refused, Sent
from notification_service.sending.posting import Answered, Poster, failed

RECORD = 4096
TITLE = 500
"""Push services take at most 4096 bytes: long titles are cut, and a digest says how many there are."""
TOKEN_FOR = dt.timedelta(hours=12)
LIVES_SECONDS = 24 * 3600
"""How long a push service keeps it for a browser that is off."""
ANOTHER_KEY = frozenset({401, 403})
"""What a push service answers to another key than the one that the browser subscribed with (RFC 8292, 4.2)."""
_PEM = re.compile(rb"-----BEGIN [^-]+-----.*?-----END [^-]+-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Vapid:
    """Who sends: the key that browsers subscribe with, and whom push services may write to.

    `others` are keys with which browsers have subscribed before, or will: a message is signed with one of them when its
    push service refuses the first.
    """

    key: ec.EllipticCurvePrivateKey
    contact: str
    others: tuple[ec.EllipticCurvePrivateKey, ...] = ()

    @classmethod
    def from_file(cls, file: Path, contact: str) -> Vapid:
        """Read P-256 keys, of which browsers take the first. Raises ValueError when there is another, or none."""
        keys: list[ec.EllipticCurvePrivateKey] = []
        for block in _PEM.findall(file.read_bytes()):
            key = load_pem_private_key(block, None)
            if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
                raise ValueError(f"{file} holds a key that is no P-256 key")
            keys.append(key)
        if not keys:
            raise ValueError(f"{file} holds no key")
        return cls(keys[0], contact, tuple(keys[1:]))

    @property
    def public(self) -> str:
        """Return the public half as browsers take it (applicationServerKey)."""
        return _public(self.key)

    def authorizations(self, endpoint: str, now: dt.datetime) -> Iterator[str]:
        """Yield the header that says who sends, for the origin of one push service, by each key."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + TOKEN_FOR, "sub": self.contact}
        for key in (self.key, *self.others):
            yield f"vapid t={jwt.encode(claims, key, algorithm='ES256')},k={_public(key)}"


def require_keys(p256dh: str, auth: str) -> None:
    """Raise ValueError unless these are the keys of a subscription."""
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(p256dh))
    if len(bytes_of(auth)) != 16:
        raise ValueError("auth has 16 bytes")


def encrypted(
    plain: bytes,
    p256dh: str,
    auth: str,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return a message that only one browser can read, as one record of aes128gcm; each has a key and salt of its own.

    Raises ValueError when the browser's keys are none.
    """
    own, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    receiver = bytes_of(p256dh)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver))
    sender = _point(own.public_key())
    material = _derived(shared, bytes_of(auth), b"WebPush: info\0" + receiver + sender, 32)
    content_key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(sender)]) + sender
    return header + AESGCM(content_key).encrypt(nonce, plain + b"\x02", None)


async def send(
    poster: Poster, vapid: Vapid, content: Content, secret: dict[str, Any], now: dt.datetime, seconds: float
) -> Outcome:
    """Hand a message to a push service, and say what became of it."""
    told = {
        "key": content.key,
        "kind": content.kind,
        "title": content.title[:TITLE],
        "because": content.because,
        "task_id": None if content.task_id is None else str(content.task_id),
        "reminder_id": None if content.reminder_id is None else str(content.reminder_id),
        "due_at": None if content.due_at is None else content.due_at.isoformat(),
        "late": content.late,
    }
    try:
        body = encrypted(json.dumps(told, ensure_ascii=False).encode(), secret["p256dh"], secret["auth"])
    except ValueError:
        return Gone("the browser's keys cannot be read", remove=True)
    headers = {
        "content-type": "application/octet-stream",
        "content-encoding": "aes128gcm",
        "ttl": str(LIVES_SECONDS),
        "urgency": "high",
        "topic": content.outward_id,
    }
    signatures = vapid.authorizations(secret["endpoint"], now)
    answer = await poster.post(secret["endpoint"], {**headers, "authorization": next(signatures)}, body, seconds)
    for other in signatures:
        if not isinstance(answer, Answered) or answer.status not in ANOTHER_KEY:
            break
        answer = await poster.post(secret["endpoint"], {**headers, "authorization": other}, body, seconds)
    if not isinstance(answer, Answered):
        return answer
    match answer.status:
        case status if 200 <= status < 300:
            return Sent(f"the push service answered {status}")
        case 404 | 410:
            return Gone(f"the browser has ended its subscription ({answer.status})", remove=True)
        case 413:
            return Refused("the push service says that it is too long")
        case _:
            return failed(answer)


def bytes_of(text: str) -> bytes:
    """Read base64url with or without its padding. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text_of(raw: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _public(key: ec.EllipticCurvePrivateKey) -> str:
    return text_of(_point(key.public_key()))


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
