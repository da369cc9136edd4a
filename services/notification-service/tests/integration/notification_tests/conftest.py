"""The real service on a real PostgreSQL; a small real HTTP server stands where its sidecar would be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from local_runtime import ports
from local_runtime.keys import Keys
from local_runtime.testing import Postgres, answering
from notification_service.bootstrap import Process, build
from notification_service.migrate import MIGRATIONS
from notification_service.settings import Settings
from notification_service.storage.schema import SCHEMA
from service_kit.migration import upgrade

from .counterparts import Receiver, receiving
from .person import APP_TOKEN, Person, at_the_door

TABLES = (
    "task_heads",
    "series_heads",
    "user_heads",
    "due_queue",
    "attempts",
    "inboxes",
    "messages",
    "dead_letters",
    "preferences",
    "snoozes",
    "appointments",
    "channels",
    "deliveries",
)
Question = dict[str, Any]


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> Postgres:
    upgrade(MIGRATIONS, SCHEMA, postgres.owner_url(SCHEMA))
    return postgres


@pytest.fixture
def owner(migrated: Postgres) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated.owner_url(SCHEMA), autocommit=True) as connection:
        for table in (*TABLES, "ledger", "pending"):
            connection.execute(f"DELETE FROM notifications.{table}")
        yield connection


def says_send(_: Question) -> dict[str, Any]:
    return {"decision": "send"}


@dataclass(slots=True)
class Backend:
    """What the backend says of each reminder, and what it was asked; `status` other than 200: it is away."""

    port: int
    decide: Callable[[Question], dict[str, Any]] = says_send
    status: int = 200
    asked: list[Question] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture(scope="session")
async def backend_server() -> AsyncIterator[Backend]:
    state = Backend(ports.any_free())
    state.gate.set()
    app = FastAPI(openapi_url=None)

    @app.post("/v1.0/invoke/todo-backend/method/internal/reminders/confirm")
    async def confirm(request: Request) -> Response:
        questions = (await request.json())["reminders"]
        state.asked += questions
        state.called.set()
        await state.gate.wait()
        return JSONResponse({"decisions": [state.decide(q) for q in questions]}, state.status)

    async with answering(app, state.port):
        yield state
        state.gate.set()


@pytest.fixture
def backend(backend_server: Backend) -> Backend:
    """The server with nothing asked yet; it says `send` unless the test says otherwise."""
    backend_server.asked.clear()
    backend_server.called.clear()
    backend_server.gate.set()
    backend_server.decide, backend_server.status = says_send, 200
    return backend_server


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    """What secrets of channels are sealed with."""
    file = tmp_path / "channel.keys"
    file.write_text(f"{Fernet.generate_key().decode()}\n")
    return file


@pytest.fixture
def settings(migrated: Postgres, keys: Keys, backend: Backend, keys_file: Path) -> Settings:
    return Settings(
        channel_keys_file=keys_file,
        allowed_networks="127.0.0.1/32",
        public_port=8082,
        app_port=8002,
        dapr_http_port=backend.port,
        dapr_api_token="dapr-token-of-the-test",
        app_api_token=APP_TOKEN,
        database_url=migrated.app_url(SCHEMA),
        service_key_file=keys.service_key("notification-service"),
        service_keys_file=keys.service_keys,
    )


@pytest.fixture
async def process(owner: Any, settings: Settings) -> AsyncIterator[Process]:
    """The service with its loops not running: tests call `deliverer.drain()`, or start `loop` themselves."""
    process = build(settings)
    await process.pool.open()
    yield process
    await process.deliverer.finish()
    await process.pool.close()


@pytest.fixture
async def person(process: Process, keys: Keys) -> AsyncIterator[Person]:
    """Somebody at the inner door, as todo-backend speaks for them."""
    async with at_the_door(process, keys) as one:
        yield one


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Who stands at the other end of a channel over HTTP."""
    async with receiving() as one:
        yield one
