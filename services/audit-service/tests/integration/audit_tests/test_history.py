"""The history of a task through the internal door: newest first, page by page, for its own user only."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import httpx
import orjson
import psycopg
import pytest
from audit_service.bootstrap import Process
from event_contracts import PROBED
from event_contracts.identifiers import uuid7

from .conftest import records, task_event

pytestmark = pytest.mark.integration
Token = Callable[[UUID | None], dict[str, str]]


def path(user: UUID, task: UUID) -> str:
    return f"/internal/users/{user}/tasks/{task}/history"


async def test_history_is_newest_first_page_by_page(
    process: Process, inner: httpx.AsyncClient, backend_token: Token
) -> None:
    user, task = uuid7(), uuid7()
    bodies = [task_event(user, task, n, "created" if n == 1 else "updated", title={"before": n - 1, "after": n})
              for n in range(1, 8)]  # fmt: skip
    others = [task_event(user, uuid7(), 1), task_event(uuid7(), task, 1)]
    await process.consumer.handle(records(*bodies, *others))
    seen, cursor = [], None
    while True:
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        answer = await inner.get(path(user, task), params=query, headers=backend_token(user))
        assert answer.status_code == 200
        page = answer.json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [item["version"] for item in seen] == [7, 6, 5, 4, 3, 2, 1]
    last = orjson.loads(bodies[-1])
    assert seen[0] == {
        "event_id": last["id"], "event_type": "task_updated", "type": "todo.task.updated.v1", "task_id": str(task),
        "occurred_at": seen[0]["occurred_at"], "version": 7, "actor": last["data"]["actor"],
        "changes": {"title": {"before": 6, "after": 7}}, "reason": None, "title": "title 7",
        "causation_id": None, "correlation_id": last["data"]["correlation_id"], "erased": False,
            "security": None,
    }  # fmt: skip


async def test_erased_payloads_leave_who_did_what(
    process: Process, inner: httpx.AsyncClient, backend_token: Token, owner: psycopg.Connection
) -> None:
    user, task = uuid7(), uuid7()
    await process.consumer.handle(records(task_event(user, task, 1)))
    owner.execute("DELETE FROM audit.payloads")
    item = (await inner.get(path(user, task), headers=backend_token(user))).json()["items"][0]
    assert (item["erased"], item["title"], item["changes"], item["actor"]["id"]) == (True, None, {}, str(user))


async def test_only_the_backend_for_the_acting_user_is_answered(
    process: Process, inner: httpx.AsyncClient, backend_token: Token
) -> None:
    user, task = uuid7(), uuid7()
    await process.consumer.handle(records(task_event(user, task, 1)))
    for headers, status in (({}, 401), ({"x-service-token": "forged"}, 401), (backend_token(uuid7()), 403),
                            (backend_token(None), 403), (backend_token(user), 200)):  # fmt: skip
        answer = await inner.get(path(user, task), headers=headers)
        assert answer.status_code == status
    assert (await inner.get(path(user, task), headers=backend_token(user), params={"cursor": "x"})).status_code == 422
    assert (await inner.get(path(user, task), headers=backend_token(user), params={"limit": 0})).status_code == 422


async def test_what_only_dapr_may_call_asks_for_its_token_and_is_not_on_the_open_listener(process: Process) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(process.inner), base_url="http://inner") as stranger:
        assert (await stranger.post("/events/bulk", json={})).status_code == 401
        assert (await stranger.get(path(uuid7(), uuid7()))).status_code == 401
    async with httpx.AsyncClient(transport=httpx.ASGITransport(process.open), base_url="http://open") as client:
        for route in ("/events/bulk", path(uuid7(), uuid7()), "/openapi.json"):
            assert (await client.get(route)).status_code == 404
        assert (await client.get("/health/live")).json() == {"status": "live"}
        assert "event_consumer_records" in (await client.get("/metrics")).text


async def test_health_shows_the_probe_that_came_through(process: Process) -> None:
    probe = orjson.dumps(
        {"specversion": "1.0", "id": str(uuid7()), "source": "todo-backend", "type": PROBED,
         "time": "2026-05-01T10:00:00Z",
         "data": {"event_type": "platform_probed", "occurred_at": "2026-05-01T10:00:00Z", "version": 1,
                  "actor": {"kind": "service", "id": "todo-relay", "door": "internal"}, "topic": "task-events"}}
    )  # fmt: skip
    await process.consumer.handle(records(probe))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(process.open), base_url="http://open") as client:
        answer = await client.get("/health/ready")
    assert answer.status_code == 200
    document = answer.json()
    assert document["checks"]["database"] == "ok"
    assert document["consumers"]["task-events"]["last_probe_id"] == orjson.loads(probe)["id"]
