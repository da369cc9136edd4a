"""Access tokens (short EdDSA JWTs, public keys at the JWKS route) and refresh tokens (authentic by themselves)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
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
_PEM = re.compile(rb"-----BEGIN [^-]+-----.*?-----END [^-]+-----\n?", re.DOTALL)
_WRONG_KEY = "The setting ACCESS_TOKEN_KEY_FILE must name a file of Ed25519 private keys in PEM."
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


class _Key:
    """One Ed25519 key of the platform, and what is derived from it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self.private = key
        self.public = key.public_key()
        raw_public = self.public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        members = {"crv": "Ed25519", "kty": "OKP", "x": _b64(raw_public)}
        # RFC 7638: the thumbprint is over the required members in lexical order.
        self.key_id = _b64(hashlib.sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).digest())
        self.jwk: dict[str, Any] = {**members, "kid": self.key_id, "use": "sig", "alg": "EdDSA"}
        raw = key.private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        self.refresh = HKDF(SHA256(), 32, salt=None, info=b"todo-backend refresh tokens v1").derive(raw)
        self.seal = HKDF(SHA256(), 32, salt=None, info=b"todo-backend seals v1").derive(raw)


def read_keys(private_key_file: Path) -> list[Ed25519PrivateKey]:
    """Return the private keys of a file of PEM blocks, in order. Raises TypeError unless each is an Ed25519 key."""
    keys: list[Ed25519PrivateKey] = []
    for block in _PEM.findall(private_key_file.read_bytes()):
        key = serialization.load_pem_private_key(block, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(_WRONG_KEY)
        keys.append(key)
    if not keys:
        raise TypeError(_WRONG_KEY)
    return keys


class Tokens:
    """Issues and checks the tokens of people; all replicas share one file of Ed25519 keys.

    The first key signs, each is good for checking: so a key is changed without refusing anybody
    (docs/how-to/rotate-keys.md). Refresh tokens are derived from a key, so that a repeated refresh gets the same answer
    although only hashes are stored.
    """

    def __init__(self, private_key_file: Path) -> None:
        keys = [_Key(key) for key in read_keys(private_key_file)]
        self._first = keys[0]
        self._keys = {key.key_id: key for key in keys}
        self.jwks: dict[str, Any] = {"keys": [key.jwk for key in keys]}
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
        return jwt.encode(said, self._first.private, algorithm="EdDSA", headers={"kid": self._first.key_id})

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
            key = self._keys.get(str(jwt.get_unverified_header(token).get("kid")))
            if key is None:
                raise TokenInvalid
            claims = jwt.decode(
                token,
                key.public,
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
        return _refresh_token(self._first, place)

    def seal(self, said: str) -> str:
        """Return what only this platform can say of a text: the same on every replica."""
        return _b64(hmac.digest(self._first.seal, said.encode(), "sha256")[:18])

    def refresh_hashes(self, place: RefreshPlace) -> tuple[bytes, ...]:
        """Return the SHA-256 under which the token of a place is stored, then what it is by each further key."""
        return tuple(hashlib.sha256(_refresh_token(key, place).encode()).digest() for key in self._keys.values())

    def refresh_place(self, token: str) -> RefreshPlace:
        """Return the place of an authentic refresh token. Raises RefreshRefused for any other text."""
        try:
            if not token.startswith(_PREFIX):
                raise RefreshRefused
            text = token.removeprefix(_PREFIX)
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            place, mac = packed[: _PLACE.size], packed[_PLACE.size :]
            macs = [hmac.digest(key.refresh, place, "sha256") for key in self._keys.values()]
            if not any(hmac.compare_digest(mac, one) for one in macs):
                raise RefreshRefused
            family, user_id, generation = _PLACE.unpack(place)
        except (ValueError, struct.error) as error:
            raise RefreshRefused from error
        return RefreshPlace(UUID(bytes=family), UUID(bytes=user_id), generation)


def _refresh_token(key: _Key, place: RefreshPlace) -> str:
    packed = _PLACE.pack(place.family.bytes, place.user_id.bytes, place.generation)
    return _PREFIX + _b64(packed + hmac.digest(key.refresh, packed, "sha256"))


def scopes_of(said: str | None) -> frozenset[Scope]:
    """Return the scopes that a token names; one that names none allows everything."""
    return EVERYTHING if said is None else frozenset(one for one in SCOPES if one in said.split())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
