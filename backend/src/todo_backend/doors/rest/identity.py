"""Who asks: the token's user must be the path's, and whatever else a request says about the act it wants."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from event_contracts.identifiers import uuid7
from fastapi import Depends, Path, Request, Response
from service_kit import context, telemetry
from service_kit.problems import Problem

from todo_backend.accounts.token_reading import is_live
from todo_backend.accounts.tokens import EVERYTHING, Access, Scope
from todo_backend.application.change import Answer, Idempotency, Origin
from todo_backend.doors.rest.refused import note_refused
from todo_backend.doors.services import Services, services_of
from todo_backend.errors import ForeignPath, ScopeMissing, SignInNeeded, TokenExpired, TokenInvalid

KEY_LIMIT = 255
READING = ("/preview", "/parse")
"""Ends of the paths that take a body to read something; nothing is stored."""
_NEVER = -1


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated request: whose it is, until when its token lasts, and the services that answer it.

    `scopes`: what the token allows. `agent`: the model that acts by it in a chat, on the person's behalf.
    `is_in_person`: somebody signed in, and not a program with a token of its own.
    """

    user_id: UUID
    expires_at: int
    services: Services
    request: Request
    scopes: frozenset[Scope] = EVERYTHING
    agent: str | None = None
    is_in_person: bool = True

    @property
    def origin(self) -> Origin:
        """Return who acts, for events."""
        return origin_of(self.user_id)

    @property
    def expected_version(self) -> int | None:
        """Return the version that If-Match names; None without the header or with `*`."""
        header = self.request.headers.get("if-match")
        if header is None or header.strip() == "*":
            return None
        text = header.strip().removeprefix("W/").strip('"')
        # An ETag that we cannot have given out matches nothing.
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else _NEVER

    async def idempotency(self) -> Idempotency | None:
        """Return the request's Idempotency-Key with the fingerprint of method, path, precondition and body."""
        key = self.request.headers.get("idempotency-key")
        if key is None:
            return None
        if not 1 <= len(key) <= KEY_LIMIT or not key.isprintable():
            raise Problem(
                422, "idempotency_key_invalid", f"An Idempotency-Key has 1 to {KEY_LIMIT} printable characters."
            )
        digest = hashlib.sha256()
        request = self.request
        for part in (
            request.method,
            request.url.path,
            request.url.query,
            request.headers.get("if-match", ""),
        ):
            digest.update(part.encode() + b"\0")
        digest.update(await request.body())
        return Idempotency(key, digest.digest())


def origin_of(user_id: UUID) -> Origin:
    """Return the origin of an act that a person does through the REST door."""
    return Origin(
        user_id=user_id,
        actor_kind="user",
        actor_id=str(user_id),
        door="rest",
        correlation_id=context.correlation_id.get() or uuid7(),
        traceparent=telemetry.current_traceparent(),
    )


async def authenticated(request: Request) -> Caller:
    """Return the caller of a valid access token. Raises TokenInvalid."""
    services = services_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenInvalid
    try:
        access: Access = services.tokens.verify(token.strip(), time.time())
        if access.personal is not None and not await is_live(services.pool, access.user_id, access.personal):
            raise TokenInvalid
    except TokenExpired as error:
        note_refused(request, "token_expired", error.user_id)
        raise
    except TokenInvalid:
        note_refused(request, "token_invalid")
        raise
    context.user_id.set(access.user_id)
    in_person = access.personal is None and access.agent is None
    return Caller(access.user_id, access.expires_at, services, request, access.scopes, access.agent, in_person)


async def rest_caller(request: Request) -> Caller:
    """Return the caller of a REST request. Raises ScopeMissing where the token does not allow its method."""
    caller = await authenticated(request)
    reads = request.method in ("GET", "HEAD") or request.url.path.endswith(READING)
    needed: Scope = "tasks:read" if reads else "tasks:write"
    if needed not in caller.scopes or caller.agent is not None:
        raise ScopeMissing(needed)
    return caller


async def signed_in(request: Request) -> Caller:
    """Return the caller; for routes without a user in their path."""
    return await rest_caller(request)


async def owner(request: Request, user_id: Annotated[str, Path(description="the user's id")]) -> Caller:
    """Return the caller if the path is theirs. Raises ForeignPath, whether or not that user exists."""
    caller = await rest_caller(request)
    if user_id != str(caller.user_id):
        note_refused(request, "foreign_path", caller.user_id)
        raise ForeignPath
    return caller


async def in_person(caller: Annotated[Caller, Depends(owner)]) -> Caller:
    """Return the caller, who is signed in. Raises SignInNeeded for a token that was made for a program."""
    if not caller.is_in_person:
        raise SignInNeeded
    return caller


SignedIn = Annotated[Caller, Depends(signed_in)]
Owner = Annotated[Caller, Depends(owner)]
InPerson = Annotated[Caller, Depends(in_person)]


def reply(answer: Answer) -> Response:
    """Return an answer as HTTP."""
    return Response(answer.body, answer.status, dict(answer.headers), media_type="application/json")
