"""Personal tokens over REST: for MCP clients, scripts and whatever else acts for a person without their password."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from event_contracts.identifiers import uuid7
from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field

from todo_backend.accounts import token_reading
from todo_backend.accounts.domain import Session
from todo_backend.accounts.tokens import SCOPES
from todo_backend.accounts.use_cases.personal_tokens import (
    LONGEST_DAYS,
    TOKENS_LIMIT,
    MakeToken,
    RevokeToken,
    make_token,
    revoke_token,
)
from todo_backend.application.change import Answer, Command, Outcome, Targets
from todo_backend.application.shapes import Json, encode, instant
from todo_backend.doors.rest.fields import Body, Line
from todo_backend.doors.rest.identity import Caller, InPerson, reply
from todo_backend.errors import TooManyTokens

router = APIRouter(prefix="/api/{user_id}/tokens", tags=["accounts"])

Scopes = Annotated[list[Literal["tasks:read", "tasks:write"]], Field(min_length=1, max_length=2)]


class NewToken(Body):
    """A new token: what it is for, what it may, and for how long."""

    name: Annotated[Line, Field(max_length=100, examples=["Claude on my laptop"])]
    scopes: Scopes = list(SCOPES)  # noqa: RUF012 - Pydantic copies the defaults of fields
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 90


class PersonalToken(BaseModel):
    """A token, without what proves it."""

    id: UUID
    name: str
    scopes: Scopes
    created_at: AwareDatetime
    expires_at: AwareDatetime


class PersonalTokens(BaseModel):
    """All tokens that are good, newest first."""

    items: list[PersonalToken]


class TokenMade(PersonalToken):
    """A new token; `token` is shown in this answer and never again."""

    token: str


@router.get("", response_model=PersonalTokens)
async def every(caller: InPerson) -> Response:
    """Read which tokens there are; never what proves them."""
    found = await token_reading.every(caller.services.pool, caller.user_id)
    return reply(Answer(200, encode({"items": [_shown(one) for one in found]})))


@router.post("", status_code=201, response_model=TokenMade)
async def make(caller: InPerson, body: NewToken) -> Response:
    """Make a token for a program. It is shown once; it does no more than its scopes say, and makes no tokens."""
    if len(await token_reading.every(caller.services.pool, caller.user_id)) >= TOKENS_LIMIT:
        raise TooManyTokens
    said = " ".join(scope for scope in SCOPES if scope in body.scopes)
    command = Command(
        origin=caller.origin,
        targets=Targets(),
        decide=partial(make_token, MakeToken(uuid7(), body.name, said, body.days)),
        respond=partial(_made, caller),
    )
    return reply(await caller.services.executor.execute(command))


@router.delete("/{token_id}", status_code=204)
async def revoke(caller: InPerson, token_id: UUID) -> Response:
    """Take a token back: from now on it opens nothing."""
    command = Command(
        origin=caller.origin,
        targets=Targets(session=token_id),
        decide=partial(revoke_token, RevokeToken(token_id)),
        respond=lambda _: Answer(204),
    )
    await caller.services.executor.execute(command)
    return Response(status_code=204)


def _made(caller: Caller, outcome: Outcome) -> Answer:
    session = outcome.change.sessions[0].after
    body = {**_shown(session), "token": caller.services.tokens.personal_token(session)}
    return Answer(201, encode(body), {"Cache-Control": "no-store"})


def _shown(session: Session) -> Json:
    return {
        "id": str(session.family),
        "name": session.name or "",
        "scopes": (session.scopes or "").split(),
        "created_at": instant(session.created_at),
        "expires_at": instant(session.expires_at),
    }
