"""Accounts: signing up and in, rotating sessions, one's own profile."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from actors import PASSWORD, Database, Person

pytestmark = pytest.mark.integration


async def _refresh(api: httpx.AsyncClient, token: str) -> httpx.Response:
    return await api.post("/api/auth/refresh", json={"refresh_token": token})


async def test_signing_up_makes_an_account_with_its_event_and_a_session(ada: Person, database: Database):
    session = ada.session
    assert (session["expires_in"], session["token_type"]) == (600, "Bearer")
    assert session["user"]["time_zone"] == "Europe/Berlin"
    [event] = database.events()
    assert (event["type"], event["subject"]) == ("todo.user.created.v1", ada.id)
    [stored] = database.rows(
        "SELECT password_hash, token_hash FROM tasks.accounts JOIN tasks.refresh_tokens ON user_id = id"
    )
    assert stored["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in str(event)
    assert session["refresh_token"].encode() not in bytes(stored["token_hash"])


async def test_an_address_has_one_account(ada: Person):
    body = {"email": "ADA@example.com", "password": PASSWORD, "time_zone": "UTC"}
    answer = await ada.api.post("/api/auth/sign-up", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")


@pytest.mark.parametrize(
    "change",
    [
        {"email": "no address"},
        {"password": "short"},
        {"time_zone": "Mars/Base"},
        {"role": "operator"},
        {"email": "a\x00@b.c"},
    ],
)
async def test_a_wrong_sign_up_is_refused(api: httpx.AsyncClient, change: dict[str, Any]):
    body = {"email": "x@example.com", "password": PASSWORD, "time_zone": "UTC", **change}
    answer = await api.post("/api/auth/sign-up", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_signing_in(ada: Person):
    answer = await ada.api.post("/api/auth/sign-in", json={"email": "Ada@Example.com", "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["user"]["id"] == ada.id
    for email, password in (("ada@example.com", "wrong password"), ("nobody@example.com", PASSWORD)):
        refused = await ada.api.post("/api/auth/sign-in", json={"email": email, "password": password})
        assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_refused")


async def test_a_refresh_repeated_at_once_gets_the_same_answer(ada: Person):
    first = ada.session["refresh_token"]
    answers = await asyncio.gather(*(_refresh(ada.api, first) for _ in range(5)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    fresh = answers[0].json()
    assert fresh["refresh_token"] != first
    headers = {"authorization": f"Bearer {fresh['access_token']}"}
    assert (await ada.api.get(f"{ada.path}/tasks", headers=headers)).status_code == 200
    assert (await _refresh(ada.api, fresh["refresh_token"])).status_code == 200


async def test_a_late_reuse_ends_the_family(ada: Person, database: Database):
    first = ada.session["refresh_token"]
    second = (await _refresh(ada.api, first)).json()["refresh_token"]
    database.rows("UPDATE tasks.refresh_tokens SET rotated_at = rotated_at - interval '31 seconds'")
    reused = await _refresh(ada.api, first)
    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_token_reused")
    assert database.rows("SELECT end_reason FROM tasks.refresh_tokens") == [{"end_reason": "reused"}]
    thief = await _refresh(ada.api, second)
    assert (thief.status_code, thief.json()["code"]) == (401, "refresh_token_invalid")
    other = await ada.api.post("/api/auth/sign-in", json={"email": "ada@example.com", "password": PASSWORD})
    assert other.status_code == 200, "another session of the same person lives on"


async def test_a_token_two_generations_old_ends_the_family_at_once(ada: Person):
    first = ada.session["refresh_token"]
    second = (await _refresh(ada.api, first)).json()["refresh_token"]
    await _refresh(ada.api, second)
    assert (await _refresh(ada.api, first)).json()["code"] == "refresh_token_reused"


async def test_a_forged_or_expired_refresh_token_is_refused(ada: Person, database: Database):
    token = ada.session["refresh_token"]
    for forged in ("rt1.", "rt1.AAAA", token[:-2] + ("AA" if not token.endswith("AA") else "BB"), "x" * 400):
        assert (await _refresh(ada.api, forged)).json()["code"] == "refresh_token_invalid"
    database.rows("UPDATE tasks.refresh_tokens SET expires_at = now() - interval '1 second'")
    assert (await _refresh(ada.api, token)).json()["code"] == "refresh_token_invalid"


async def test_signing_out_ends_the_session(ada: Person):
    token = ada.session["refresh_token"]
    for _ in range(2):
        assert (await ada.api.post("/api/auth/sign-out", json={"refresh_token": token})).status_code == 204
    assert (await _refresh(ada.api, token)).status_code == 401


async def test_ones_own_profile(ada: Person, database: Database):
    me = await ada.api.get("/api/me", headers=ada.bearer)
    assert (me.json()["email"], me.headers["etag"]) == ("ada@example.com", '"1"')
    change = {"time_zone": "Asia/Tokyo", "week_start": 6}
    changed = await ada.api.patch("/api/me", json=change, headers={**ada.bearer, "if-match": '"1"'})
    assert changed.json() | change == changed.json()
    stale = await ada.api.patch("/api/me", json={"name": "x"}, headers={**ada.bearer, "if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_etag")
    [event] = database.events("user.updated")
    assert event["data"]["changes"]["time_zone"] == {"before": "Europe/Berlin", "after": "Asia/Tokyo"}
    assert event["data"]["user_time_zone"] == "Asia/Tokyo"
    task = await ada.create(due={"date": "2030-01-01"})
    assert task["due"]["time_zone"] == "Asia/Tokyo"
    assert (await ada.api.get("/api/me")).status_code == 401


async def test_whose_public_holidays_are_ones_own(ada: Person, database: Database):
    async def patch(**fields: Any):
        return await ada.api.patch("/api/me", json=fields, headers=ada.bearer)

    me = (await ada.api.get("/api/me", headers=ada.bearer)).json()
    assert (me["country"], me["region"]) == (None, None)
    bavaria = (await patch(country="DE", region="BY")).json()
    assert (bavaria["country"], bavaria["region"]) == ("DE", "BY")
    event = database.events("user.updated")[-1]["data"]
    assert event["changes"] == {"country": {"before": None, "after": "DE"}, "region": {"before": None, "after": "BY"}}
    assert (event["user_data"]["country"], event["user_data"]["region"]) == ("DE", "BY")
    france = (await patch(country="FR")).json()
    assert (france["country"], france["region"]) == ("FR", None), "a region belongs to its country"
    assert (await patch(country=None)).json()["country"] is None


async def test_a_place_without_known_holidays_is_refused_by_its_name(ada: Person, database: Database):
    refused = {
        ("country_unknown", "XX"): {"country": "XX"},
        ("region_unknown", "ZZ in DE"): {"country": "DE", "region": "ZZ"},
        ("region_without_country", "country"): {"region": "BY"},
    }
    for (code, named), body in refused.items():
        answer = await ada.api.patch("/api/me", json=body, headers=ada.bearer)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert named in answer.json()["detail"]
    assert database.events("user.updated") == []


async def test_the_places_that_can_be_named(ada: Person):
    listed = (await ada.call("GET", "/countries")).json()["countries"]
    assert {"DE", "ES", "FR", "US", "VN"} <= set(listed)
    germany = (await ada.call("GET", "/countries/DE")).json()
    assert {"code": "BY", "name": "Bayern"} in germany["regions"]
    unknown = await ada.call("GET", "/countries/XX")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "country_not_found")


async def test_a_deleted_account_cannot_act(ada: Person, database: Database):
    database.rows("UPDATE tasks.accounts SET deleted_at = now()")
    answer = await ada.call("POST", "/tasks", {"title": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "account_gone")
    assert (await _refresh(ada.api, ada.session["refresh_token"])).status_code == 401
