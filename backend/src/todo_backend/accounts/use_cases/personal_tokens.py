"""Personal tokens: made by their person for a program, for some scopes and days, and taken back whenever they like.

Each is a session that has no password behind it and never changes its token: it begins and ends in the audit like any
other session. Only that it is there and goes on is kept; the token itself is signed, and shown once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from uuid import UUID

from todo_backend.accounts.domain import Session
from todo_backend.application.change import Change, Context, Loaded, SessionWrite
from todo_backend.errors import TokenNotFound

TOKENS_LIMIT = 50
LONGEST_DAYS = 366
OUTCOME = "personal_token"


@dataclass(frozen=True, slots=True)
class MakeToken:
    """A token as its person wants it; `scopes` as it will name them."""

    id: UUID
    name: str
    scopes: str
    days: int


def make_token(command: MakeToken, _loaded: Loaded, context: Context) -> Change:
    """Return the session of a new token, and the event that says so."""
    session = Session(
        family=command.id,
        user_id=context.origin.user_id,
        generation=1,
        # Its signature proves it; there is no secret to compare.
        token_hash=hashlib.sha256(command.id.bytes).digest(),
        created_at=context.now,
        rotated_at=context.now,
        expires_at=context.now + dt.timedelta(days=command.days),
        name=command.name,
        scopes=command.scopes,
    )
    return Change(sessions=(SessionWrite(None, session, "todo.security.signed_in.v1", context.new_id(), OUTCOME),))


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """Which token."""

    id: UUID


def revoke_token(command: RevokeToken, loaded: Loaded, context: Context) -> Change:
    """Return the ended session of a token; an empty change when it has ended. Raises TokenNotFound."""
    session = loaded.session
    if (
        session is None
        or session.family != command.id
        or session.user_id != context.origin.user_id
        or session.scopes is None
    ):
        raise TokenNotFound
    if session.ended_at is not None:
        return Change()
    ended = replace(session, ended_at=context.now, end_reason="revoked")
    return Change(sessions=(SessionWrite(session, ended, "todo.security.token_revoked.v1", context.new_id(), OUTCOME),))
