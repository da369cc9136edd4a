"""Sessions: one family of refresh tokens each; the newest token is valid, an older one ends the family."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from todo_backend.accounts.domain import Session
from todo_backend.application.change import Change, Context, Loaded, SessionWrite
from todo_backend.errors import RefreshRefused, RefreshReused

REPEAT_SECONDS = 30
"""Within this time the token before the newest still gets the same answer: several replicas may share a session."""

SESSION_DAYS = 30
FIRST_GENERATION = 1


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session for somebody who has just proved who they are: its family and the hash of its first token."""

    family: UUID
    token_hash: bytes


def open_session(command: OpenSession, _loaded: Loaded, context: Context) -> Change:
    """Return the first session of an account; `todo.user.created` tells of it. Its term is by the database's clock."""
    return Change(sessions=(SessionWrite(None, _new(command, context)),))


def sign_in_with_password(command: OpenSession, _loaded: Loaded, context: Context) -> Change:
    """Return the new session and the event that says so."""
    signed_in = _told(None, _new(command, context), "todo.security.signed_in.v1", "password", context)
    return Change(sessions=(signed_in,))


def _new(command: OpenSession, context: Context) -> Session:
    return Session(
        family=command.family,
        user_id=context.origin.user_id,
        generation=FIRST_GENERATION,
        token_hash=command.token_hash,
        created_at=context.now,
        rotated_at=context.now,
        expires_at=context.now + dt.timedelta(days=SESSION_DAYS),
    )


@dataclass(frozen=True, slots=True)
class Rotate:
    """A refresh token that was shown: its family, its generation (both authentic) and how to hash a generation.

    There is a hash for each key of the platform; the first is the one to write.
    """

    family: UUID
    generation: int
    hashes_of: Callable[[int], Sequence[bytes]]


def rotate(command: Rotate, loaded: Loaded, context: Context) -> Change:
    """Return the session with its next generation; an empty change for a repeat in time.

    Raises RefreshRefused. A reuse comes back as a change that ends the family and carries RefreshReused.
    """
    session = loaded.session
    if session is None or session.ended_at is not None or session.expires_at <= context.now:
        raise RefreshRefused
    if command.generation == session.generation and session.token_hash in command.hashes_of(command.generation):
        after = replace(
            session,
            generation=session.generation + 1,
            token_hash=command.hashes_of(session.generation + 1)[0],
            rotated_at=context.now,
            expires_at=context.now + dt.timedelta(days=SESSION_DAYS),
        )
        return Change(sessions=(_told(session, after, "todo.security.token_refreshed.v1", "rotated", context),))
    age = (context.now - session.rotated_at).total_seconds()
    if command.generation == session.generation - 1 and age <= REPEAT_SECONDS:
        return Change()
    ended = replace(session, ended_at=context.now, end_reason="reused")
    revoked = _told(session, ended, "todo.security.token_revoked.v1", "reused", context)
    return Change(sessions=(revoked,), refusal=RefreshReused())


@dataclass(frozen=True, slots=True)
class EndSession:
    """Sign out."""


def end_session(_command: EndSession, loaded: Loaded, context: Context) -> Change:
    """Return the ended session; an empty change when there is none or it has ended."""
    session = loaded.session
    if session is None or session.ended_at is not None:
        return Change()
    ended = replace(session, ended_at=context.now, end_reason="signed_out")
    return Change(sessions=(_told(session, ended, "todo.security.signed_out.v1", "signed_out", context),))


def _told(before: Session | None, after: Session, event: str, outcome: str, context: Context) -> SessionWrite:
    return SessionWrite(before, after, event, context.new_id(), outcome)
