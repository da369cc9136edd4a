"""One's own history as a file: over real listeners, with an audit that has much, that goes away and that comes back."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import audit_service.bootstrap
import audit_service.settings
import httpx
import orjson
import psycopg
import pytest
import todo_backend.bootstrap
import todo_backend.settings
from event_contracts.identifiers import instant_of, uuid7
from event_spine.records import Record
from local_runtime import ports
from local_runtime.keys import Keys
from local_runtime.testing import Postgres, answering
from starlette.types import Receive, Scope, Send
from todo_backend.doors.rest import export

from tests.contract.wiring import APP_TOKEN, settings_of

pytestmark = pytest.mark.integration
MANY = 20_000
FEW = 2_000
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NEWEST = {"since": (START + dt.timedelta(seconds=MANY - FEW)).isoformat()}
"""Entries are a second apart: these are the newest few."""

# Copies of one entry that the real consumer recorded: to record each would only take longer.
COPIES = """
WITH one AS (DELETE FROM audit.entries WHERE event_id = %(id)s RETURNING *), fresh AS (
  INSERT INTO audit.entries (event_id, topic, type, event_type, user_id, task_id, occurred_at, version, actor_kind,
    actor_id, door, digest, source_partition, source_offset)
  SELECT uuidv7(), topic, type, event_type, user_id, task_id, %(start)s + n * interval '1 second', version, actor_kind,
    actor_id, door, digest, source_partition, n FROM one, generate_series(0, %(count)s - 1) n RETURNING event_id)
INSERT INTO audit.payloads (event_id, record)
SELECT fresh.event_id, record FROM fresh, audit.payloads p WHERE p.event_id = %(id)s"""


@dataclass
class Between:
    """Stands where two sidecars would: passes calls on to the audit, counts them, and can be away."""

    audit: Any
    asked: int = 0
    away: bool = False
    away_after: int | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        if self.away or (self.away_after is not None and self.asked > self.away_after):
            self.came.set()
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        path = scope["path"].removeprefix("/v1.0/invoke/audit-service/method")
        headers = [*scope["headers"], (b"dapr-api-token", APP_TOKEN.encode())]
        await self.audit({**scope, "path": path, "raw_path": path.encode(), "headers": headers}, receive, send)


@dataclass
class Doors:
    """A person at the open door, with `MANY` entries in their history."""

    client: httpx.AsyncClient
    between: Between
    user: UUID
    bearer: dict[str, str]

    def stream(self, user: UUID | None = None, **query: Any) -> Any:
        path = f"/api/{user or self.user}/history/export"
        return self.client.stream("GET", path, params=query, headers=self.bearer)


@pytest.fixture
async def doors(whole_database: Postgres, keys: Keys) -> AsyncIterator[Doors]:
    sidecar, door = ports.any_free(), ports.any_free()
    async with AsyncExitStack() as stack:
        audit = audit_service.bootstrap.build(
            audit_service.settings.Settings(**settings_of(whole_database, keys, "audit", "audit-service"))
        )
        await audit.pool.open()
        stack.push_async_callback(audit.pool.close)
        told = {**settings_of(whole_database, keys, "tasks", "todo-backend"), "dapr_http_port": sidecar}
        backend = todo_backend.bootstrap.build(
            todo_backend.settings.BackendSettings(**told, access_token_key_file=keys.access_token_key)
        )
        await stack.enter_async_context(backend.inner_app.router.lifespan_context(backend.inner_app))
        between = Between(audit.inner)
        await stack.enter_async_context(answering(between, sidecar))
        await stack.enter_async_context(answering(backend.open_app, door))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{door}", timeout=30))
        body = {"email": f"{uuid7()}@example.com", "password": "correct horse battery", "name": "a", "time_zone": "UTC"}
        session = (await client.post("/api/auth/sign-up", json=body)).json()
        user = UUID(session["user"]["id"])
        event_id = uuid7()
        await audit.consumer.handle([_record(user, event_id)])
        with psycopg.connect(whole_database.superuser_database_url, autocommit=True) as superuser:
            superuser.execute(COPIES, {"id": event_id, "start": START, "count": MANY})
            superuser.execute("ANALYZE audit.entries, audit.payloads")
        yield Doors(client, between, user, {"authorization": f"Bearer {session['access_token']}"})


def _record(user: UUID, event_id: UUID) -> Record:
    task = uuid7()
    at = instant_of(event_id).isoformat()
    data = {
        "event_type": "task_updated", "user_id": str(user), "occurred_at": at, "version": 2, "task_id": str(task),
        "title": "=title", "actor": {"kind": "user", "id": str(user), "door": "rest"},
        "task_data": {"id": str(task), "title": "t", "stream_key": str(task), "version": 2, "created_at": at,
                      "updated_at": at},
        "changes": {"notes": {"before": "a" * 200, "after": "b" * 200}},
    }  # fmt: skip
    event = {"specversion": "1.0", "id": str(event_id), "source": "todo-backend", "type": "todo.task.updated.v1",
             "subject": str(task), "time": at, "data": data}  # fmt: skip
    return Record("task-events", 0, 0, str(task), orjson.dumps(event))


async def test_twenty_thousand_entries_flow_without_being_held(doors: Doors) -> None:
    async with doors.stream() as answer:
        assert answer.status_code == 200
        chunks = answer.aiter_bytes()
        whole = await anext(chunks)
        assert doors.between.asked < 20, "the first bytes come long before the last of a hundred pages is read"
        async for chunk in chunks:
            whole += chunk
    *lines, last = whole.splitlines(keepends=True)
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    assert orjson.loads(last) == {"end": True, "count": MANY, "sha256": digest}
    assert len({orjson.loads(line)["event_id"] for line in lines}) == MANY == len(lines)


async def test_an_export_says_what_the_search_says(doors: Doors) -> None:
    async with doors.stream(event_type="todo.task.updated.v1", **NEWEST) as answer:
        *exported, _ = [orjson.loads(line) async for line in answer.aiter_lines()]
    searched: list[Any] = []
    cursor: str | None = None
    while len(searched) < FEW:
        query = {"limit": 200, **({"cursor": cursor} if cursor else {})}
        page = (await doors.client.get(f"/api/{doors.user}/history", params=query, headers=doors.bearer)).json()
        searched, cursor = searched + page["items"], page["next_cursor"]
    assert exported == searched


async def test_an_audit_that_is_away_for_a_moment_is_waited_for(doors: Doors) -> None:
    async with doors.stream(format="csv", **NEWEST) as answer:
        assert answer.status_code == 200
        chunks = answer.aiter_bytes()
        body = await anext(chunks)
        doors.between.away = True
        async for chunk in chunks:
            body += chunk
            if doors.between.came.is_set():
                doors.between.away = False
        assert doors.between.came.is_set()
    last = body.splitlines()[-1].decode().split(",")
    assert last[:2] == ["end", str(FEW)]
    assert body.count(b"'=title") == FEW


async def test_an_export_that_cannot_go_on_is_cut_and_not_ended(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PATIENCE_SECONDS", 0.5)
    doors.between.away_after = 3
    body = b""

    async def read() -> None:
        nonlocal body
        async with doors.stream() as answer:
            async for chunk in answer.aiter_bytes():
                body += chunk

    with pytest.raises(httpx.RemoteProtocolError):
        await read()
    assert body.count(b"\n") == 600
    assert b'"end"' not in body
    doors.between.away_after = None
    async with doors.stream(**NEWEST) as answer:
        assert answer.status_code == 200, "the broken one left its place"


async def test_refusals_come_before_the_first_byte(doors: Doors) -> None:
    async def refused(status: int, user: UUID | None = None, **query: Any) -> str:
        async with doors.stream(user, **query) as answer:
            document = orjson.loads(await answer.aread())
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.status_code, document["status"]) == (status, status)
        return document["code"]

    assert await refused(422, format="xml") == "invalid"
    assert await refused(422, since="2026-05-02T00:00:00Z", until="2026-05-02T00:00:00Z") == "time_range_empty"
    assert await refused(403, user=uuid7()) == "forbidden"
    async with doors.stream() as one, doors.stream() as two:
        reading = [one.aiter_bytes(), two.aiter_bytes()]
        assert all([await anext(chunks) for chunks in reading])
        assert await refused(429) == "too_many_exports"
    doors.between.away = True
    assert await refused(503) == "history_unavailable"
