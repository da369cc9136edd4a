"""The real service on a real PostgreSQL: its own migrations, its runtime role, its two apps without sockets."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import psycopg
import pytest
from audit_service.bootstrap import Process, build
from audit_service.migrate import MIGRATIONS
from audit_service.settings import Settings
from audit_service.storage.schema import SCHEMA
from dapr_edge.service_tokens import ServiceTokens
from event_contracts.identifiers import instant_of, uuid7
from event_spine.records import Record
from local_runtime.keys import Keys
from local_runtime.testing import Postgres
from service_kit.migration import upgrade

APP_TOKEN = "app-token-of-the-test"
Deliver = Callable[..., Any]


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> Postgres:
    upgrade(MIGRATIONS, SCHEMA, postgres.owner_url(SCHEMA))
    return postgres


@pytest.fixture
def owner(migrated: Postgres) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated.owner_url(SCHEMA), autocommit=True) as connection:
        connection.execute("TRUNCATE audit.entries, audit.payloads, audit.dead_letters, audit.seals")
        yield connection


@pytest.fixture
async def process(migrated: Postgres, owner: Any, keys: Keys, tmp_path: Path) -> AsyncIterator[Process]:
    settings = Settings(
        public_port=8083,
        app_port=8003,
        dapr_api_token="dapr-token-of-the-test",
        app_api_token=APP_TOKEN,
        database_url=migrated.app_url(SCHEMA),
        service_key_file=keys.service_key("audit-service"),
        service_keys_file=keys.service_keys,
        seal_key_file=keys.seal_key,
        seals_file=tmp_path / "seals" / "audit.ndjson",
    )
    process = build(settings)
    async with process.inner.router.lifespan_context(process.inner):
        yield process


@pytest.fixture
async def inner(process: Process) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the loopback listener that shows the app token, as the sidecar does."""
    transport = httpx.ASGITransport(process.inner)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://inner", headers={"dapr-api-token": APP_TOKEN}
    ) as client:
        yield client


@pytest.fixture
def backend_token(keys: Keys) -> Callable[[UUID | None], dict[str, str]]:
    tokens = ServiceTokens("todo-backend", keys.service_key("todo-backend"), keys.service_keys)
    return lambda user: {"x-service-token": tokens.mint("audit-service", user)}


def task_event(
    user: UUID,
    task: UUID,
    version: int,
    verb: str = "updated",
    event_id: UUID | None = None,
    more: dict[str, Any] | None = None,
    **changes: Any,
) -> bytes:
    """Return an event of a task; `more` replaces members of its data."""
    event_id = event_id or uuid7()
    at = instant_of(event_id).isoformat()
    state = {"id": str(task), "title": f"title {version}", "stream_key": str(task), "version": version,
             "created_at": at, "updated_at": at}  # fmt: skip
    data = {
        "event_type": f"task_{verb}", "user_id": str(user), "occurred_at": at, "version": version,
        "actor": {"kind": "user", "id": str(user), "door": "rest"}, "task_id": str(task), "title": f"title {version}",
        "task_data": state, "changes": changes, "correlation_id": str(uuid7()),
        **(more or {}),
    }  # fmt: skip
    return orjson.dumps(
        {"specversion": "1.0", "id": str(event_id), "source": "todo-backend", "type": f"todo.task.{verb}.v1",
         "subject": str(task), "time": at, "data": data}
    )  # fmt: skip


def records(*bodies: bytes, first_offset: int = 0, topic: str = "task-events") -> list[Record]:
    return [Record(topic, 0, first_offset + place, "k", body) for place, body in enumerate(bodies)]


def bulk(*bodies: bytes, topic: str = "task-events") -> dict[str, Any]:
    """Return what Dapr posts for a raw bulk subscription."""
    entries = [
        {
            "entryId": str(place),
            "event": base64.b64encode(body).decode(),
            "contentType": "application/octet-stream",
            "metadata": {"__key": "k", "__partition": "1", "__offset": str(place), "__topic": topic},
        }
        for place, body in enumerate(bodies)
    ]
    return {"id": "1", "entries": entries, "pubsubname": "kafka-pubsub", "topic": topic}
