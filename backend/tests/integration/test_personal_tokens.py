"""Personal tokens: made by their person, good for what they name, gone when they are taken back; all in events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from actors import Database, Person
from strangers import done, stranger
from todo_backend.accounts.use_cases.personal_tokens import TOKENS_LIMIT
from todo_backend.bootstrap import Backend

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
async def nothing_left_to_tell(backend: Backend) -> AsyncIterator[None]:
    """What was refused is told of a moment later: not in the next test."""
    yield
    await backend.services.refusals.flush(1.0)


async def made(person: Person, *scopes: str, **more: Any) -> dict[str, Any]:
    answer = await person.call("POST", "/tokens", {"name": "laptop", "scopes": list(scopes), **more})
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def by(token: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {token['token']}"}


async def test_a_token_does_what_its_scopes_say_by_every_door(backend: Backend, ada: Person, api: httpx.AsyncClient):
    reads, writes = await made(ada, "tasks:read"), await made(ada, "tasks:read", "tasks:write", days=1)
    async with stranger(backend.open_app, writes["token"]) as client:
        await done(client, "add_task", title="Pay rent")
    async with stranger(backend.open_app, reads["token"]) as client:
        assert len((await done(client, "list_tasks"))["tasks"]) == 1
        assert (await client.call_tool("add_task", {"title": "x"})).is_error

    assert (await api.get(f"{ada.path}/tasks", headers=by(reads))).status_code == 200
    refused = await api.post(f"{ada.path}/tasks", json={"title": "x"}, headers=by(reads))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert (await api.post(f"{ada.path}/tasks", json={"title": "x"}, headers=by(writes))).status_code == 201


async def test_a_token_that_was_taken_back_opens_nothing(
    backend: Backend, ada: Person, bob: Person, api: httpx.AsyncClient, database: Database
):
    token = await made(ada, "tasks:read", "tasks:write")
    listed = (await ada.call("GET", "/tokens")).json()["items"]
    assert listed == [{name: value for name, value in token.items() if name != "token"}]
    assert (await bob.call("DELETE", f"/tokens/{token['id']}")).status_code == 404
    assert (await api.get(f"{ada.path}/tasks", headers=by(token))).status_code == 200

    assert (await ada.call("DELETE", f"/tokens/{token['id']}")).status_code == 204
    assert (await ada.call("DELETE", f"/tokens/{token['id']}")).status_code == 204

    for answer in (
        await api.get(f"{ada.path}/tasks", headers=by(token)),
        await api.post("/mcp", json={}, headers=by(token)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert (await ada.call("GET", "/tokens")).json()["items"] == []
    told = database.events("security.signed_in", "security.token_revoked")
    assert [(e["data"]["outcome"], e["data"]["session_id"], e["data"]["version"]) for e in told] == [
        ("personal_token", token["id"], 1),
        ("personal_token", token["id"], 2),
    ]
    assert token["token"] not in str(database.events())


async def test_a_token_makes_no_tokens_and_changes_no_account_and_no_channel(ada: Person, api: httpx.AsyncClient):
    token = await made(ada, "tasks:read", "tasks:write")
    for method, path, body in (
        ("GET", f"{ada.path}/tokens", None),
        ("POST", f"{ada.path}/tokens", {"name": "another"}),
        ("DELETE", f"{ada.path}/tokens/{token['id']}", None),
        ("PATCH", "/api/me", {"time_zone": "Asia/Tokyo"}),
        ("POST", f"{ada.path}/channels", {"kind": "webhook", "name": "x", "url": "https://example.org/"}),
        ("DELETE", f"{ada.path}/channels/{uuid4()}", None),
    ):
        answer = await api.request(method, path, json=body, headers=by(token))
        assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_needed"), path


async def test_an_expired_token_opens_nothing(ada: Person, api: httpx.AsyncClient, database: Database):
    token = await made(ada, "tasks:read")
    database.rows("UPDATE tasks.refresh_tokens SET expires_at = now() WHERE family = %s", token["id"])

    assert (await api.get(f"{ada.path}/tasks", headers=by(token))).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["everything"]},
        {"name": " "},
        {"name": "x", "days": 0},
        {"name": "x", "days": 5000},
        {"name": "x" * 101},
        {"name": "x", "user_id": "me"},
    ],
)
async def test_bad_wishes_make_no_token(ada: Person, body: dict[str, Any]):
    assert (await ada.call("POST", "/tokens", body)).status_code == 422
    assert (await ada.call("GET", "/tokens")).json()["items"] == []


async def test_there_are_only_so_many(ada: Person):
    for _ in range(TOKENS_LIMIT):
        await made(ada, "tasks:read")

    answer = await ada.call("POST", "/tokens", {"name": "one more"})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_tokens")
