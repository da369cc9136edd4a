"""Signing in and out, refreshed and revoked tokens, and refusals are events; no secret stands in any of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from actors import PASSWORD, Database, Person
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from todo_backend.accounts.refusals import MOST_PER_WINDOW, Tally, digest_of
from todo_backend.bootstrap import Backend
from todo_backend.settings import BackendSettings

pytestmark = pytest.mark.integration
WRONG = "not the password at all"
REFUSED = "security.refused"


@pytest.fixture(autouse=True)
def a_fresh_minute(backend: Backend) -> None:
    """The process is shared with other tests, whose refusals of this minute are not ours."""
    backend.services.refusals._tally = Tally()


async def told(database: Database, enough: Callable[[list[Any]], bool], *types: str) -> list[Any]:
    """Return the events as soon as they say enough: refusals are told of after the answer."""
    async with asyncio.timeout(20):
        while True:
            events = await asyncio.to_thread(database.events, *types)
            if enough(events):
                return events
            await asyncio.sleep(0.02)


def of(event: dict[str, Any]) -> tuple[str, int, str]:
    return event["data"]["event_type"], event["data"]["version"], event["data"]["outcome"]


async def test_a_session_tells_its_whole_life(ada: Person, database: Database):
    async def post(verb: str, token: str) -> httpx.Response:
        return await ada.api.post(f"/api/auth/{verb}", json={"refresh_token": token})

    signed_in = await ada.api.post("/api/auth/sign-in", json={"email": "ada@example.com", "password": PASSWORD})
    first = signed_in.json()["refresh_token"]
    second = (await post("refresh", first)).json()["refresh_token"]
    assert (await post("refresh", first)).status_code == 200, "a repeat in time changes nothing, and is no event"
    third = (await post("refresh", second)).json()["refresh_token"]
    assert (await post("refresh", first)).json()["code"] == "refresh_token_reused"
    await post("sign-out", third)
    await post("sign-out", ada.session["refresh_token"])

    events = [e for e in database.events() if e["type"].startswith("todo.security")]
    of_sign_up, session = ([e for e in events if (e["data"]["session_id"] == events[n]["data"]["session_id"])]
                           for n in (-1, 0))  # fmt: skip
    assert [of(e) for e in of_sign_up] == [("security_signed_out", 2, "signed_out")], "todo.user.created tells of 1"
    assert [of(e) for e in session] == [
        ("security_signed_in", 1, "password"),
        ("security_token_refreshed", 2, "rotated"),
        ("security_token_refreshed", 3, "rotated"),
        ("security_token_revoked", 4, "reused"),
    ]
    assert {e["data"]["user_id"] for e in events} == {ada.id}
    assert {e["subject"] for e in session} == {e["data"]["session_id"] for e in session}
    instants = [e["data"]["occurred_at"] for e in session]
    assert instants == sorted(set(instants))
    text = str(database.events())
    for secret in (PASSWORD, first, second, third, signed_in.json()["access_token"], "argon2", "token_hash"):
        assert secret not in text


async def test_what_is_refused_is_told_of_to_whom_it_concerns(
    ada: Person, bob: Person, database: Database, settings: BackendSettings
):
    api = ada.api
    await api.post("/api/auth/sign-in", json={"email": "ADA@example.com", "password": WRONG})
    await api.post("/api/auth/sign-in", json={"email": "nobody@example.com", "password": WRONG})
    assert (await api.get(f"{ada.path}/tasks", headers=bob.bearer)).status_code == 403
    await api.post("/api/auth/sign-out", json={"refresh_token": bob.session["refresh_token"]})
    ended = bob.session["refresh_token"]
    assert (await api.post("/api/auth/refresh", json={"refresh_token": ended})).status_code == 401
    assert (await api.post("/api/auth/refresh", json={"refresh_token": ended[:-2] + "zz"})).status_code == 401
    ours = jwt.decode(ada.session["access_token"], options={"verify_signature": False})
    kid = jwt.get_unverified_header(ada.session["access_token"])["kid"]
    expired = {**ours, "iat": int(time.time()) - 700, "exp": int(time.time()) - 100}
    for key, claims in ((settings.access_token_key_file.read_bytes(), expired), (Ed25519PrivateKey.generate(), ours)):
        token = jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid})
        answer = await api.get(f"{ada.path}/tasks", headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert (await api.get(f"{ada.path}/tasks")).status_code == 401, "no token at all is no attempt"

    events = await told(database, lambda found: len(found) >= 7, REFUSED)
    said = {(e["data"]["outcome"], e["data"]["user_id"], e["data"]["subject_digest"]) for e in events}
    assert said == {
        ("wrong_password", ada.id, None),
        ("unknown_address", None, digest_of("nobody@example.com")),
        ("foreign_path", bob.id, None),
        ("refresh_refused", bob.id, None),
        ("refresh_refused", None, None),
        ("token_expired", ada.id, None),
        ("token_invalid", None, None),
    }
    assert {e["data"]["actor"]["id"] for e in events} == {"todo-backend"}
    assert {e["data"]["count"] for e in events} == {1}
    assert {UUID(e["subject"]) for e in events} == {UUID(e["id"]) for e in events}
    text = str(database.events())
    for secret in (WRONG, "nobody@example.com", ended, ended[:-2], ada.session["access_token"]):
        assert secret not in text
    keys = {r["stream_key"] for r in database.rows("SELECT stream_key FROM tasks.ledger WHERE user_id IS NULL")}
    assert keys == {digest_of("nobody@example.com"), "unknown"}


async def test_a_flood_of_refusals_does_not_fill_the_ledger(ada: Person, backend: Backend, database: Database):
    async def tried(number: int) -> None:
        body = {"refresh_token": f"rt1.{uuid4()}"}
        sources = httpx.ASGITransport(backend.open_app, client=(f"10.0.{number % 200}.1", 1))
        async with httpx.AsyncClient(transport=sources, base_url="http://open") as stranger:
            assert (await stranger.post("/api/auth/refresh", json=body)).status_code == 401

    flood: list[Awaitable[None]] = [tried(number) for number in range(1000)]
    await asyncio.gather(*flood)
    await backend.services.refusals.flush(10)
    counted = await told(database, lambda events: sum(e["data"]["count"] for e in events) >= 1000, REFUSED)
    assert sum(e["data"]["count"] for e in counted) == 1000
    assert len(counted) <= 2 * 11 < MOST_PER_WINDOW
    assert {e["data"]["outcome"] for e in counted} == {"refresh_refused", "others"}


async def test_refusals_wait_for_a_database_that_is_away(ada: Person, backend: Backend, database: Database):
    refusals = backend.services.refusals
    database.rows("ALTER TABLE tasks.ledger RENAME TO ledger_away")
    try:
        await ada.api.post("/api/auth/refresh", json={"refresh_token": "rt1.nonsense"})
        await refusals.flush(5)
    finally:
        database.rows("ALTER TABLE tasks.ledger_away RENAME TO ledger")
    await refusals.flush(5)
    [event] = await told(database, bool, REFUSED)
    assert (event["data"]["outcome"], event["data"]["count"]) == ("refresh_refused", 1)
