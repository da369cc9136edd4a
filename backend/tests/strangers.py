"""Somebody else's MCP client: the official one, over HTTP, of either generation of the protocol."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
from actors import Database, Person
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, Implementation

URL = "http://open/mcp"
ASKS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
GENERATIONS = {"2026-07-28": "auto", "before": "legacy"}


@asynccontextmanager
async def stranger(app: Any, token: str | None, mode: str = "auto", **headers: str) -> AsyncIterator[Client]:
    """A client of the application with a token; `headers` are named with underscores."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        sent["authorization"] = f"Bearer {token}"
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, headers=sent) as http:
        calling = streamable_http_client(URL, http_client=http)
        async with Client(calling, mode=mode, client_info=Implementation(name="a-stranger", version="1")) as client:
            yield client


async def done(client: Client, tool: str, key: str | None = None, /, **arguments: Any) -> dict[str, Any]:
    """Call a tool that must not refuse; the client has compared what it gives with its schema."""
    result = await _call(client, tool, key, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refused(client: Client, tool: str, key: str | None = None, /, **arguments: Any) -> dict[str, Any]:
    """Call a tool that must refuse, and return what it says."""
    result = await _call(client, tool, key, arguments)
    assert (result.is_error, result.structured_content) == (True, None), "it would not be as the output schema says"
    return json.loads(result.content[0].text)


async def _call(client: Client, tool: str, key: str | None, arguments: dict[str, Any]) -> CallToolResult:
    meta: Any = None if key is None else {"todo/idempotency-key": key}
    return await client.call_tool(tool, arguments, meta=meta)


def token_of(person: Person) -> str:
    return person.session["access_token"]


def holdings(database: Database) -> list[dict[str, Any]]:
    return database.rows(
        "SELECT (SELECT count(*) FROM tasks.ledger) AS events, (SELECT count(*) FROM tasks.acts) AS acts,"
        " (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM tasks.tasks t) AS tasks,"
        " (SELECT md5(string_agg(l::text, '' ORDER BY id)) FROM tasks.lists l) AS lists"
    )


async def ask(api: httpx.AsyncClient, body: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await api.post("/mcp", json=body, headers={**ASKS, **named})
