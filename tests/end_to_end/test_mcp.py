"""A stranger's MCP client, the official one, at the platform's open door; its acts in the audit."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation

from tests.people import Person, eventually


@asynccontextmanager
async def stranger(person: Person, mode: str, token: str | None = None, **headers: str) -> AsyncIterator[Client]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent["authorization"] = f"Bearer {token or person.access_token}"
    async with httpx2.AsyncClient(headers=sent, timeout=30) as http:
        calling = streamable_http_client(f"{person.base_url}/mcp", http_client=http)
        async with Client(calling, mode=mode, client_info=Implementation(name="a-stranger", version="1")) as client:
            yield client


async def done(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


@pytest.mark.parametrize("mode", ["auto", "legacy"], ids=["2026-07-28", "before"])
async def test_a_stranger_lists_calls_is_refused_and_resumes(person: Person, mode: str) -> None:
    request = str(uuid4())
    own = person.ask("POST", "tokens", 201, json={"name": "a stranger's program"}).json()
    async with stranger(person, mode, own["token"], x_correlation_id=request) as client:
        assert {"add_task", "complete_task", "delete_task"} <= {tool.name for tool in (await client.list_tools()).tools}
        added = await done(client, "add_task", line="pay rent every month on the 1st at 17:00")
        ended = await done(client, "complete_task", task="pay rent")
        asked = await done(client, "delete_task", task=added["task"]["id"])
        refused = await client.call_tool("complete_task", {"task": "pay rent", "user_id": str(uuid4())})
        assert refused.is_error
        assert json.loads(refused.content[0].text)["code"] == "unknown_field"
    # The next one has another token and no session: what the first was told is enough to go on.
    person.ask("DELETE", f"tokens/{own['id']}", 204)
    assert person.client.post("/mcp", headers={"authorization": f"Bearer {own['token']}"}).status_code == 401
    async with stranger(person, mode) as client:
        await done(client, "undo", handle=ended["undo"])
        assert (await done(client, "get_task", task=added["task"]["id"]))["status"] == "open"
        stale = await client.call_tool("delete_task", {"task": added["task"]["id"], "confirm": asked["confirm"]})
        assert json.loads(stale.content[0].text)["code"] == "stale_etag"

    def recorded() -> list[dict[str, Any]]:
        page = person.ask("GET", "history", 200, params={"correlation_id": request, "limit": 200}).json()["items"]
        return page if {"task_created", "task_completed"} <= {item["event_type"] for item in page} else []

    acts = [item for item in eventually(recorded) if item["actor"]["kind"] != "service"]
    assert {item["event_type"] for item in acts} >= {"task_created", "task_completed"}
    assert {(item["actor"]["kind"], item["actor"]["door"]) for item in acts} == {("mcp", "mcp")}


async def test_tools_that_ask_other_services_answer_as_their_schemas_say(person: Person) -> None:
    async with stranger(person, "auto") as client:
        now = dt.datetime.fromisoformat((await done(client, "get_profile"))["now"])
        soon = (now + dt.timedelta(seconds=3)).isoformat()
        added = await done(client, "add_task", title="Pay rent", remind_at=[soon])
        await done(client, "add_task", title="Wash up")
        await done(client, "complete_task", task="Wash up")
        task_id = added["task"]["id"]
        eventually(lambda: person.ask("GET", f"tasks/{task_id}/reminders", 200).json()["items"], says="it is planned")
        assert (await done(client, "reminders_of_task", task=task_id))["items"]
        assert (await done(client, "get_preferences"))["default_hour"]
        assert (await done(client, "change_preferences", nag_minutes=20))["nag_minutes"] == 20
        eventually(lambda: person.ask("GET", "notifications", 200).json()["items"])
        told = await done(client, "list_notifications")
        assert [item["title"] for item in told["items"]] == ["Pay rent"]
        assert (await done(client, "mark_notifications_read", up_to=told["last_number"]))["read"] == 1
        assert (await done(client, "snooze_reminder", task=task_id, preset="tomorrow"))["task_id"] == task_id
        eventually(lambda: person.history(task_id))
        history = (await done(client, "history_of_task", task=task_id))["entries"]
        assert [(entry["what"], entry["by"]) for entry in history][-1] == ("task_created", "mcp mcp")
        chain = await done(client, "why_it_happened", event_id=history[-1]["event_id"])
        assert chain["event"] == history[-1]
        eventually(lambda: person.ask("GET", "history", params={"event_type": "task_completed"}).json()["items"])
        did = (await done(client, "what_was_done", period="this_week"))["entries"]
        assert [entry["title"] for entry in did] == ["Wash up"]


def test_without_a_token_one_is_told_what_is_needed(base_url: str) -> None:
    answer = httpx.post(f"{base_url}/mcp", json={})

    assert answer.status_code == 401
    told = answer.headers["www-authenticate"]
    url = told.partition('resource_metadata="')[2].rstrip('"')
    assert httpx.get(url).json()["resource"] == f"{base_url}/mcp"
