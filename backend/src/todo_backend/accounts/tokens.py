"""Access tokens (short EdDSA JWTs, public keys at the JWKS route) and refresh tokens (authentic by themselves)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import struct
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args
from uuid import UUID

import jwt
import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from todo_backend.accounts.domain import Session
from todo_backend.errors import RefreshRefused, TokenExpired, TokenInvalid

ISSUER: Final = "todo-backend"
AUDIENCE: Final = "todo-platform"
LIFETIME_SECONDS: Final = 600
LONGEST_TOKEN: Final = 4096
Scope = Literal["tasks:read", "tasks:write"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
EVERYTHING: Final[frozenset[Scope]] = frozenset(SCOPES)
_CACHED = 4096
_PREFIX = "rt1."
_PLACE = struct.Struct(">16s16sI")


@dataclass(frozen=True, slots=True)
class Access:
    """Whom an access token speaks for, and until when (seconds of the Unix epoch).

    `scopes`: what it allows. `agent`: the model that acts by it in a chat, on the person's behalf; such a token is good
    for the tools only. `personal`: the personal token that it is, which counts as long as it was not taken back.
    """

    user_id: UUID
    expires_at: int
    scopes: frozenset[Scope] = EVERYTHING
    agent: str | None = None
    personal: UUID | None = None


@dataclass(frozen=True, slots=True)
class RefreshPlace:
    """Where a refresh token stands: which session, whose, the how-manieth of its tokens."""

    family: UUID
    user_id: UUID
    generation: int


class Tokens:
    """Issues and checks the tokens of people; all replicas share one Ed25519 key.

    Refresh tokens are derived from that key, so that a repeated refresh gets the same answer although only hashes are
    stored.
    """

    def __init__(self, private_key_file: Path) -> None:
        key = serialization.load_pem_private_key(private_key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("The setting ACCESS_TOKEN_KEY_FILE must name an Ed25519 private key in PEM.")
        self._private = key
        self._public = key.public_key()
        raw_public = self._public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        members = {"crv": "Ed25519", "kty": "OKP", "x": _b64(raw_public)}
        # RFC 7638: the thumbprint is over the required members in lexical order.
        self._key_id = _b64(hashlib.sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).digest())
        self.jwks: dict[str, Any] = {"keys": [{**members, "kid": self._key_id, "use": "sig", "alg": "EdDSA"}]}
        raw = key.private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        self._refresh_key = HKDF(SHA256(), 32, salt=None, info=b"todo-backend refresh tokens v1").derive(raw)
        self._seal_key = HKDF(SHA256(), 32, salt=None, info=b"todo-backend seals v1").derive(raw)
        self._verified: dict[str, Access] = {}

    def access_token(self, user_id: UUID, issued_at: dt.datetime, session: UUID) -> str:
        """Return the access token of a session, issued at an instant; the same arguments give the same bytes."""
        issued = int(issued_at.timestamp())
        claims = {"sub": str(user_id), "sid": str(session), "iat": issued, "exp": issued + LIFETIME_SECONDS}
        return self._signed(claims)

    def agent_token(
        self, user_id: UUID, agent: str, issued_at: dt.datetime, expires_at: int, scopes: AbstractSet[Scope]
    ) -> str:
        """Return a token by which a model acts in a chat: its acts are `{kind: agent, id: agent, door: chat}`.

        It lasts no longer and allows no more than the token of the person who talks with it, who is the subject; `act`
        is RFC 8693's.
        """
        issued = int(issued_at.timestamp())
        ends = min(expires_at, issued + LIFETIME_SECONDS)
        said = {"sub": str(user_id), "act": {"sub": agent}, "scope": " ".join(sorted(scopes))}
        return self._signed({**said, "iat": issued, "exp": ends})

    def personal_token(self, session: Session) -> str:
        """Return the personal token of a session; the same session gives the same bytes."""
        said = {"sub": str(session.user_id), "sid": str(session.family), "scope": session.scopes, "personal": True}
        ends = {"iat": int(session.created_at.timestamp()), "exp": int(session.expires_at.timestamp())}
        return self._signed({**said, **ends})

    def _signed(self, claims: dict[str, Any]) -> str:
        said = {"iss": ISSUER, "aud": AUDIENCE, **claims}
        return jwt.encode(said, self._private, algorithm="EdDSA", headers={"kid": self._key_id})

    def verify(self, token: str, now: float) -> Access:
        """Return whom a token speaks for. Raises TokenInvalid when it is forged or meant for others, TokenExpired.

        `now` is in seconds of the Unix epoch. Tokens that were checked once are remembered until they expire.
        """
        known = self._verified.get(token)
        if known is None:
            known = self._decode(token)
            if known.expires_at <= now:
                raise TokenExpired(known.user_id)
            if len(self._verified) >= _CACHED:
                self._verified.clear()
            self._verified[token] = known
        if known.expires_at <= now:
            raise TokenExpired(known.user_id)
        return known

    def _decode(self, token: str) -> Access:
        if len(token) > LONGEST_TOKEN:
            raise TokenInvalid
        try:
            if jwt.get_unverified_header(token).get("kid") != self._key_id:
                raise TokenInvalid
            claims = jwt.decode(
                token,
                self._public,
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=ISSUER,
                # Tokens are dated by the database's clock; verify() holds the expiry itself, without leeway.
                leeway=30,
                options={"require": ["exp", "iat", "iss", "aud", "sub"], "verify_exp": False},
            )
            agent = claims["act"]["sub"] if "act" in claims else None
            personal = UUID(claims["sid"]) if claims.get("personal") else None
            scopes = scopes_of(claims.get("scope"))
            return Access(UUID(claims["sub"]), int(claims["exp"]), scopes, agent, personal)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
            raise TokenInvalid from error

    def refresh_token(self, place: RefreshPlace) -> str:
        """Return the refresh token of a place."""
        packed = _PLACE.pack(place.family.bytes, place.user_id.bytes, place.generation)
        return _PREFIX + _b64(packed + hmac.digest(self._refresh_key, packed, "sha256"))

    def seal(self, said: str) -> str:
        """Return what only this platform can say of a text: the same on every replica."""
        return _b64(hmac.digest(self._seal_key, said.encode(), "sha256")[:18])

    def refresh_hash(self, place: RefreshPlace) -> bytes:
        """Return the SHA-256 under which the token of a place is stored."""
        return hashlib.sha256(self.refresh_token(place).encode()).digest()

    def refresh_place(self, token: str) -> RefreshPlace:
        """Return the place of an authentic refresh token. Raises RefreshRefused for any other text."""
        try:
            if not token.startswith(_PREFIX):
                raise RefreshRefused
            text = token.removeprefix(_PREFIX)
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            place, mac = packed[: _PLACE.size], packed[_PLACE.size :]
            if not hmac.compare_digest(mac, hmac.digest(self._refresh_key, place, "sha256")):
                raise RefreshRefused
            family, user_id, generation = _PLACE.unpack(place)
        except (ValueError, struct.error) as error:
            raise RefreshRefused from error
        return RefreshPlace(UUID(bytes=family), UUID(bytes=user_id), generation)


def scopes_of(said: str | None) -> frozenset[Scope]:
    """Return the scopes that a token names; one that names none allows everything."""
    return EVERYTHING if said is None else frozenset(one for one in SCOPES if one in said.split())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
