"""Signing up, in and out, refreshing, and one's own profile."""

from __future__ import annotations

from functools import partial
from typing import Any

from event_contracts.identifiers import uuid7
from fastapi import APIRouter, Request, Response

from todo_backend.accounts.domain import Account
from todo_backend.accounts.reading import account_by_email, account_by_id
from todo_backend.accounts.refusals import digest_of
from todo_backend.accounts.tokens import LIFETIME_SECONDS, RefreshPlace, Tokens
from todo_backend.accounts.use_cases.sessions import (
    FIRST_GENERATION,
    EndSession,
    OpenSession,
    Rotate,
    end_session,
    rotate,
    sign_in_with_password,
)
from todo_backend.accounts.use_cases.sign_up import ChangeProfile, SignUp, change_profile, sign_up
from todo_backend.application.change import Answer, Command, Outcome, Targets
from todo_backend.application.shapes import account_json, encode
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.account_requests import ProfilePatch, RefreshBody, SignInBody, SignUpBody
from todo_backend.doors.rest.identity import SignedIn, origin_of, reply
from todo_backend.doors.rest.refused import note_refused
from todo_backend.doors.services import services_of
from todo_backend.errors import AccountGone, RefreshRefused, SignInNeeded, SignInRefused

router = APIRouter(tags=["accounts"])


@router.post("/api/auth/sign-up", status_code=201, response_model=replies.SessionReply)
async def new_account(request: Request, body: SignUpBody) -> Response:
    """Make an account and sign in to it."""
    services = services_of(request)
    place = RefreshPlace(uuid7(), uuid7(), FIRST_GENERATION)
    command = SignUp(
        email=body.email.lower(),
        name=body.name,
        password_hash=await services.passwords.hash(body.password),
        time_zone=body.time_zone,
        locale=body.locale,
        session=_new_session(services.tokens, place),
    )
    answer = await services.executor.execute(
        Command(
            origin=origin_of(place.user_id),
            targets=Targets(),
            decide=partial(sign_up, command),
            respond=partial(_session_reply, services.tokens, 201),
            creates_account=True,
        )
    )
    return reply(answer)


@router.post("/api/auth/sign-in", response_model=replies.SessionReply)
async def sign_in(request: Request, body: SignInBody) -> Response:
    """Sign in with address and password."""
    services = services_of(request)
    account = await account_by_email(services.pool, body.email.lower())
    matches = await services.passwords.matches(body.password, account.password_hash if account else None)
    if account is None or not matches:
        note_refused(
            request,
            "unknown_address" if account is None else "wrong_password",
            None if account is None else account.id,
            digest_of(body.email.lower()) if account is None else None,
        )
        raise SignInRefused
    place = RefreshPlace(uuid7(), account.id, FIRST_GENERATION)
    command = Command(
        origin=origin_of(account.id),
        targets=Targets(),
        decide=partial(sign_in_with_password, _new_session(services.tokens, place)),
        respond=partial(_session_reply, services.tokens, 200),
    )
    return reply(await services.executor.execute(command))


@router.post("/api/auth/refresh", response_model=replies.SessionReply)
async def refresh(request: Request, body: RefreshBody) -> Response:
    """Trade a refresh token for the next pair; a repeat within 30 seconds gets the same answer."""
    tokens = services_of(request).tokens
    place = _place(request, body)
    command = Command(
        origin=origin_of(place.user_id),
        targets=Targets(session=place.family),
        decide=partial(
            rotate,
            Rotate(
                place.family,
                place.generation,
                lambda generation: tokens.refresh_hashes(RefreshPlace(place.family, place.user_id, generation)),
            ),
        ),
        respond=partial(_session_reply, tokens, 200),
    )
    try:
        return reply(await services_of(request).executor.execute(command))
    except (AccountGone, RefreshRefused) as error:
        note_refused(request, "refresh_refused", place.user_id)
        raise RefreshRefused from error


@router.post("/api/auth/sign-out", status_code=204)
async def sign_out(request: Request, body: RefreshBody) -> Response:
    """End the session of a refresh token; an access token then lasts out its minutes."""
    services = services_of(request)
    place = _place(request, body)
    command = Command(
        origin=origin_of(place.user_id),
        targets=Targets(session=place.family),
        decide=partial(end_session, EndSession()),
        respond=lambda _: Answer(204),
    )
    try:
        await services.executor.execute(command)
    except AccountGone:
        pass
    return Response(status_code=204)


@router.get("/.well-known/jwks.json", tags=["accounts"])
async def jwks(request: Request) -> dict[str, Any]:
    """Return the public keys of access tokens."""
    return services_of(request).tokens.jwks


@router.get("/api/me", response_model=replies.User)
async def me(caller: SignedIn) -> Response:
    """Read one's own account."""
    account = await account_by_id(caller.services.pool, caller.user_id)
    if account is None:
        raise AccountGone
    return reply(_account_reply(account))


@router.patch("/api/me", response_model=replies.User)
async def change_me(caller: SignedIn, body: ProfilePatch) -> Response:
    """Change one's own account."""
    if not caller.is_in_person:
        raise SignInNeeded
    fields = {name: getattr(body, name) for name in body.model_fields_set}
    command = Command(
        origin=caller.origin,
        targets=Targets(account=True),
        decide=partial(change_profile, ChangeProfile(fields, caller.expected_version)),
        respond=_changed_account,
        idempotency=await caller.idempotency(),
    )
    return reply(await caller.services.executor.execute(command))


def _place(request: Request, body: RefreshBody) -> RefreshPlace:
    try:
        return services_of(request).tokens.refresh_place(body.refresh_token)
    except RefreshRefused:
        note_refused(request, "refresh_refused")
        raise


def _new_session(tokens: Tokens, place: RefreshPlace) -> OpenSession:
    return OpenSession(place.family, tokens.refresh_hashes(place)[0])


def _session_reply(tokens: Tokens, status: int, outcome: Outcome) -> Answer:
    written = outcome.change.sessions
    session = written[0].after if written else outcome.loaded.session
    account = outcome.change.accounts[0].after if outcome.change.accounts else outcome.loaded.account
    if session is None or account is None:
        raise RefreshRefused
    place = RefreshPlace(session.family, session.user_id, session.generation)
    body = {
        "user": account_json(account),
        "access_token": tokens.access_token(account.id, session.rotated_at, session.family),
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
        "refresh_token": tokens.refresh_token(place),
    }
    return Answer(status, encode(body), {"Cache-Control": "no-store"})


def _account_reply(account: Account) -> Answer:
    return Answer(200, encode(account_json(account)), {"ETag": f'"{account.version}"'})


def _changed_account(outcome: Outcome) -> Answer:
    account = outcome.change.accounts[0].after if outcome.change.accounts else outcome.loaded.account
    if account is None:
        raise AccountGone
    return _account_reply(account)
