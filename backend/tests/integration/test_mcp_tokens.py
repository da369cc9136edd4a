"""Who may use the MCP door: tokens, scopes, agents, and no pages of other origins."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest
from actors import Database, Person
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mcp import MCPError
from strangers import ASKS, ask, done, holdings, refused, stranger, token_of
from todo_backend.accounts import tokens
from todo_backend.bootstrap import Backend
from todo_backend.doors.tools.registry import TOOLS

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("nothing_left_to_tell")]
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "curl", "version": "1"}},
}


def forged(claims: dict[str, Any], backend: Backend) -> str:
    ours = backend.services.tokens
    said = {"iss": tokens.ISSUER, "aud": tokens.AUDIENCE, "iat": int(time.time()), "exp": int(time.time()) + 600}
    return jwt.encode({**said, **claims}, ours._first.private, algorithm="EdDSA", headers={"kid": ours._first.key_id})


async def test_without_a_token_one_learns_where_to_read_what_is_needed(api: httpx.AsyncClient) -> None:
    answer = await ask(api, INITIALIZE)

    assert answer.status_code == 401
    told = answer.headers["www-authenticate"]
    assert told.startswith("Bearer ")
    assert "error=" not in told
    [url] = [part.split('"')[1] for part in told.split(", ") if part.startswith("resource_metadata=")]
    metadata = (await api.get(url.removeprefix("http://open"))).json()
    assert metadata["resource"] == "http://open/mcp"
    assert metadata["scopes_supported"] == ["tasks:read", "tasks:write"]
    assert metadata["bearer_methods_supported"] == ["header"]


async def test_tokens_that_are_not_for_us_are_refused(
    api: httpx.AsyncClient, backend: Backend, ada: Person, database: Database
) -> None:
    before = holdings(database)
    foreign = jwt.encode({"sub": ada.id, "aud": tokens.AUDIENCE}, Ed25519PrivateKey.generate(), algorithm="EdDSA")
    shown = {
        "nonsense": "abc",
        "another key": foreign,
        "another audience": forged({"sub": ada.id, "aud": "someone-else"}, backend),
        "another issuer": forged({"sub": ada.id, "iss": "elsewhere"}, backend),
        "expired": forged({"sub": ada.id, "exp": int(time.time()) - 5}, backend),
        "of nobody": forged({"sub": "me"}, backend),
        "a refresh token": ada.session["refresh_token"],
    }
    for what, token in shown.items():
        answer = await ask(api, INITIALIZE, authorization=f"Bearer {token}")
        assert answer.status_code == 401, what
        assert answer.json()["code"] == "invalid_token", what
        assert 'error="invalid_token"' in answer.headers["www-authenticate"], what
    assert (await api.post("/mcp?access_token=" + token_of(ada), json=INITIALIZE, headers=ASKS)).status_code == 401
    assert holdings(database) == before


async def test_a_token_that_reads_does_no_acts(backend: Backend, ada: Person, database: Database) -> None:
    await ada.create("Pay rent")
    before = holdings(database)
    reading = forged({"sub": ada.id, "scope": "tasks:read something:else"}, backend)
    async with stranger(backend.open_app, reading) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        said = await refused(client, "complete_task", task="pay rent")
        assert len((await done(client, "list_tasks"))["tasks"]) == 1
    async with stranger(backend.open_app, forged({"sub": ada.id, "scope": "other"}, backend)) as client:
        assert (await client.list_tools()).tools == []
        with pytest.raises(MCPError):
            await client.read_resource("todo://today")

    assert names == {tool.name for tool in TOOLS if tool.kind == "question"}
    assert (said["code"], said["scope"]) == ("scope_missing", "tasks:write")
    headers = {"authorization": f"Bearer {reading}"}
    assert (await ada.api.get(f"{ada.path}/tasks", headers=headers)).status_code == 200
    answer = await ada.api.post(f"{ada.path}/tasks", json={"title": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert holdings(database) == before


async def test_an_agent_of_the_chat_acts_as_itself_and_by_tools_only(
    backend: Backend, ada: Person, database: Database
) -> None:
    now = time.time()
    said = backend.services.tokens.agent_token(
        UUID(ada.id), "a-model", tokens.dt.datetime.now(tokens.dt.UTC), int(now) + 60, tokens.EVERYTHING
    )
    async with stranger(backend.open_app, said) as client:
        await done(client, "add_task", title="Pay rent")

    [event] = database.events("task.created")
    assert event["data"]["actor"] == {"kind": "agent", "id": "a-model", "door": "chat"}
    answer = await ada.api.get(f"{ada.path}/tasks", headers={"authorization": f"Bearer {said}"})
    assert answer.status_code == 403


async def test_pages_of_other_origins_are_refused(api: httpx.AsyncClient, ada: Person) -> None:
    for origin in ("https://evil.example", "null", "http://open"):
        answer = await ask(api, INITIALIZE, origin=origin, **ada.bearer)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")
    assert (await ask(api, INITIALIZE, **ada.bearer)).status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
async def test_there_are_no_sessions_to_hold_open(api: httpx.AsyncClient, ada: Person, method: str) -> None:
    answer = await api.request(method, "/mcp", headers={**ASKS, **ada.bearer})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


# What is no good.
