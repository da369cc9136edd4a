"""The real service on a real PostgreSQL; a small real HTTP server stands where its sidecar would be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from local_runtime import ports
from local_runtime.keys import Keys
from local_runtime.testing import Postgres, answering
from recurring_task_service.bootstrap import Process, build
from recurring_task_service.migrate import MIGRATIONS
from recurring_task_service.settings import Settings
from recurring_task_service.storage.schema import SCHEMA
from service_kit.migration import upgrade

APP_TOKEN = "app-token-of-the-test"


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> Postgres:
    upgrade(MIGRATIONS, SCHEMA, postgres.owner_url(SCHEMA))
    return postgres


@pytest.fixture
def owner(migrated: Postgres) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated.owner_url(SCHEMA), autocommit=True) as connection:
        connection.execute(
            "TRUNCATE recurring.task_heads, recurring.series_heads, recurring.user_heads, recurring.wanted,"
            " recurring.dead_letters"
        )
        yield connection


@dataclass(slots=True)
class Backend:
    """What the test lets the backend answer, in turn (the last one for ever), and what it was asked."""

    port: int
    answers: list[tuple[int, Any]] = field(default_factory=lambda: [(200, {"outcome": "made"})])
    calls: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture(scope="session")
async def backend_server() -> AsyncIterator[Backend]:
    state = Backend(ports.any_free())
    state.gate.set()
    app = FastAPI(openapi_url=None)

    @app.post("/v1.0/invoke/todo-backend/method/{path:path}")
    async def advance(path: str, request: Request) -> Response:
        state.calls.append((path, dict(request.headers), await request.json()))
        state.called.set()
        await state.gate.wait()
        status, body = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
        return JSONResponse(body, status)

    async with answering(app, state.port):
        yield state
        state.gate.set()


@pytest.fixture
def backend(backend_server: Backend) -> Backend:
    """The server with nothing asked yet; it answers `made` unless the test says otherwise."""
    backend_server.calls.clear()
    backend_server.called.clear()
    backend_server.gate.set()
    backend_server.answers = [(200, {"outcome": "made"})]
    return backend_server


@pytest.fixture
async def process(migrated: Postgres, owner: Any, keys: Keys, backend: Backend) -> AsyncIterator[Process]:
    """The service with its loop not running: tests call `advancer.drain()`, or start `loop` themselves."""
    settings = Settings(
        public_port=8081,
        app_port=8001,
        dapr_http_port=backend.port,
        dapr_api_token="dapr-token-of-the-test",
        app_api_token=APP_TOKEN,
        database_url=migrated.app_url(SCHEMA),
        service_key_file=keys.service_key("recurring-task-service"),
        service_keys_file=keys.service_keys,
    )
    process = build(settings)
    await process.pool.open()
    yield process
    await process.advancer.finish()
    await process.pool.close()
