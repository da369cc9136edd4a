"""Service tokens: who calls an internal route, proved by a signature.

An Ed25519 JWT of at most 60 seconds with `sub` (the caller's app-id, also the key id), `aud` (the callee's) and `act`
(the user on whose behalf the caller acts). Each caller's private key is mounted to it alone. Without mTLS Dapr's own
caller id proves nothing, so this token is the lock on a laptop and in a cluster alike.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import orjson
from event_contracts.edges import Edge
from fastapi import Request
from service_kit.problems import Problem

from dapr_edge.errors import TokenRefused

HEADER = "x-service-token"
LIFETIME_SECONDS = 60
LEEWAY_SECONDS = 5


class ServiceTokens:
    """Mints this app's tokens and verifies those of others."""

    def __init__(self, app_id: str, private_key_file: Path, public_keys_file: Path) -> None:
        self.app_id = app_id
        self._private_key = private_key_file.read_bytes()
        keys: list[dict[str, Any]] = orjson.loads(public_keys_file.read_bytes())["keys"]
        self._public_keys: dict[str, list[jwt.PyJWK]] = {}
        for key in keys:  # while a key is rotated, a caller has two under its name: any of them is good
            self._public_keys.setdefault(key["kid"], []).append(jwt.PyJWK.from_dict(key, algorithm="EdDSA"))

    def mint(self, audience: str, acting_user: UUID | None) -> str:
        """Return a token for one call to `audience` on behalf of `acting_user`."""
        now = int(time.time())
        claims: dict[str, Any] = {"sub": self.app_id, "aud": audience, "iat": now, "exp": now + LIFETIME_SECONDS}
        if acting_user is not None:
            claims["act"] = str(acting_user)
        return jwt.encode(claims, self._private_key, algorithm="EdDSA", headers={"kid": self.app_id})

    def verify(self, token: str, caller: str) -> UUID | None:
        """Check a token that `caller` should have minted for this app; return the acting user. Raises TokenRefused."""
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            keys = self._public_keys.get(str(key_id))
            if not keys or key_id != caller:
                raise TokenRefused(f"key {key_id!r} may not call this route")
            claims = self._decoded(token, keys)
            if claims["sub"] != caller or claims["exp"] - claims["iat"] > LIFETIME_SECONDS:
                raise TokenRefused
            return UUID(claims["act"]) if "act" in claims else None
        except (jwt.PyJWTError, ValueError) as error:
            raise TokenRefused(str(error)) from error

    def _decoded(self, token: str, keys: Sequence[jwt.PyJWK]) -> dict[str, Any]:
        """Return the claims by the first key that signed them."""
        for key in keys[:-1]:
            with suppress(jwt.InvalidSignatureError):
                return self._decoded_by(token, key)
        return self._decoded_by(token, keys[-1])

    def _decoded_by(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        return jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            audience=self.app_id,
            leeway=LEEWAY_SECONDS,
            options={"require": ["sub", "aud", "exp", "iat"]},
        )


def require_service(tokens: ServiceTokens, edge: Edge) -> Callable[[Request], Awaitable[str]]:
    """Return a FastAPI dependency for the route of `edge`: it answers the caller's app-id.

    401 without a valid token of the edge's caller; 403 when the token acts for another user than the path's.
    """

    async def dependency(request: Request) -> str:
        try:
            acting_user = tokens.verify(request.headers.get(HEADER, ""), edge.caller)
        except TokenRefused as error:
            raise Problem(401, "service_token_refused", "A valid service token is needed.") from error
        path_user = request.path_params.get("user_id")
        if path_user is not None and str(acting_user) != str(path_user):
            raise Problem(403, "forbidden", "This token does not act for that user.")
        return edge.caller

    return dependency
