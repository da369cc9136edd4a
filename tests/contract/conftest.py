"""The world of the contract tests, migrated once and emptied for each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import psycopg
import pytest
import todo_backend.bootstrap
import todo_backend.migrate
import todo_backend.settings
from dapr_edge.service_tokens import ServiceTokens
from local_runtime.keys import Keys
from local_runtime.testing import Postgres
from notification_service.sweeps.deliver import Deliverer
from recurring_task_service.sweeps.advance import Advancer
from service_kit.migration import upgrade

from tests.contract.wiring import APP_TOKEN, SERVICES, DirectCaller, World, settings_of


@pytest.fixture(scope="session")
def whole_database(postgres: Postgres) -> Postgres:
    upgrade(todo_backend.migrate.MIGRATIONS, "tasks", postgres.owner_url("tasks"))
    for schema, (package, _) in SERVICES.items():
        upgrade(package.migrate.MIGRATIONS, schema, postgres.owner_url(schema))
    return postgres


@pytest.fixture
async def world(whole_database: Postgres, keys: Keys) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        superuser = stack.enter_context(psycopg.connect(whole_database.superuser_database_url, autocommit=True))
        _empty(superuser)
        backend_settings = todo_backend.settings.BackendSettings(
            **settings_of(whole_database, keys, "tasks", "todo-backend"), access_token_key_file=keys.access_token_key
        )
        backend = todo_backend.bootstrap.build(backend_settings)
        await stack.enter_async_context(backend.inner_app.router.lifespan_context(backend.inner_app))
        api = await stack.enter_async_context(_client(backend.open_app))
        inner = await stack.enter_async_context(_client(backend.inner_app, {"dapr-api-token": APP_TOKEN}))
        processes: dict[str, Any] = {}
        for schema, (package, app_id) in SERVICES.items():
            settings = package.settings.Settings(**settings_of(whole_database, keys, schema, app_id))
            processes[schema] = package.bootstrap.build(settings)
            await processes[schema].pool.open()
            stack.push_async_callback(processes[schema].pool.close)
        advancer = Advancer(processes["recurring"].pool, _caller(inner, keys, "recurring-task-service"))
        deliverer = Deliverer(processes["notifications"].pool, _caller(inner, keys, "notification-service"))
        consumers = {schema: process.consumer for schema, process in processes.items()}
        inner_apps = {app_id: processes[schema].inner for schema, (_, app_id) in SERVICES.items()}
        inner_apps["todo-backend"] = backend.inner_app
        yield World(api, consumers, advancer, deliverer, superuser, inner_apps)
        await advancer.finish()


def _caller(inner: httpx.AsyncClient, keys: Keys, app_id: str) -> DirectCaller:
    return DirectCaller(inner, ServiceTokens(app_id, keys.service_key(app_id), keys.service_keys))


def _client(app: Any, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app", headers=headers)


def _empty(superuser: psycopg.Connection[Any]) -> None:
    for schema in ("tasks", *SERVICES):
        tables = superuser.execute(
            "SELECT format('DELETE FROM %%I.%%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = %s AND tablename <> 'alembic_version' AND tablename !~ '_p[0-9]{8}$'"
            " ORDER BY tablename = 'accounts'",
            (schema,),
        ).fetchall()
        for (statement,) in tables:
            superuser.execute(statement)
