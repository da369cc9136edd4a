"""The real backend and the real services on one PostgreSQL, joined without broker and sidecars.

What the backend's ledger holds is delivered to the consumers as the topics would; what recurring-task-service
and notification-service ask goes to the backend's own internal door. No event here was made by a test.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import audit_service.bootstrap
import audit_service.migrate
import audit_service.settings
import httpx
import notification_service.bootstrap
import notification_service.migrate
import notification_service.settings
import psycopg
import recurring_task_service.bootstrap
import recurring_task_service.migrate
import recurring_task_service.settings
import todo_backend.bootstrap
import todo_backend.settings
from dapr_edge.service_tokens import HEADER, ServiceTokens
from event_contracts.edges import Edge
from event_spine.records import Record
from local_runtime.keys import Keys
from local_runtime.testing import Postgres
from notification_service.sweeps.deliver import Deliverer
from recurring_task_service.sweeps.advance import Advancer

APP_TOKEN = "a" * 32
SERVICES = {
    "recurring": (recurring_task_service, "recurring-task-service"),
    "notifications": (notification_service, "notification-service"),
    "audit": (audit_service, "audit-service"),
}


@dataclass(slots=True)
class DirectCaller:
    """Calls the backend's internal door as the sidecars would, token and all."""

    inner: httpx.AsyncClient
    tokens: ServiceTokens

    async def call(
        self, edge: Edge, path_parameters: dict[str, Any], acting_user: UUID | None, json: Any = None
    ) -> httpx.Response:
        headers = {HEADER: self.tokens.mint(edge.callee, acting_user)}
        return await self.inner.request(edge.method, edge.route.format(**path_parameters), json=json, headers=headers)


@dataclass(slots=True)
class World:
    """All of it. `person` calls the REST door; `seen` is how far each topic has been delivered."""

    api: httpx.AsyncClient
    consumers: dict[str, Any]
    advancer: Advancer
    deliverer: Deliverer
    superuser: psycopg.Connection[Any]
    inner_apps: dict[str, Any]
    callers: dict[str, Any]
    seen: int = 0
    places: dict[str, int] = field(default_factory=dict[str, int])

    def ledger(self) -> list[Record]:
        """Return every record of the ledger, in the order in which the relay publishes."""
        rows = self.superuser.execute(
            "SELECT l.topic, l.stream_key, l.record FROM tasks.pending p JOIN tasks.ledger l USING (event_id)"
            " ORDER BY p.seq"
        ).fetchall()
        return [Record(topic, 0, place, key, bytes(body)) for place, (topic, key, body) in enumerate(rows)]

    async def deliver(self, chosen: random.Random | None = None) -> None:
        """Deliver what is new to every service, in batches of one size or of chance."""
        fresh = self.ledger()[self.seen :]
        self.seen += len(fresh)
        await self._deliver(fresh, chosen)

    async def deliver_part(self, chosen: random.Random) -> None:
        """Deliver only the first few of what is new; the rest is heard later."""
        await self.deliver_some(chosen.randint(1, 3), chosen)

    async def deliver_some(self, count: int, chosen: random.Random | None = None) -> None:
        """Deliver the first `count` of what is new."""
        fresh = self.ledger()[self.seen : self.seen + count]
        self.seen += len(fresh)
        await self._deliver(fresh, chosen)

    async def replay(self, chosen: random.Random) -> None:
        """Deliver everything from the start, twice."""
        found = self.ledger()
        self.seen = len(found)
        await self._deliver(found * 2, chosen)

    async def settle(self) -> None:
        """Deliver and advance until nothing moves any more; back-offs are not waited for."""
        while True:
            await self.deliver()
            self.superuser.execute("UPDATE recurring.wanted SET not_before = clock_timestamp() WHERE claim IS NULL")
            await self.advancer.drain()
            if len(self.ledger()) == self.seen:
                return

    async def _deliver(self, records: list[Record], chosen: random.Random | None) -> None:
        while records:
            size = chosen.randint(1, 9) if chosen else 50
            batch, records = records[:size], records[size:]
            for topic in {record.topic for record in batch}:
                for consumer in self.consumers.values():
                    await consumer.handle([record for record in batch if record.topic == topic])

    async def told(self, count: int) -> None:
        """Send until so many notifications have been written, and deliver their own events to the audit."""
        async with asyncio.timeout(30):
            while self.superuser.execute("SELECT count(*) FROM notifications.messages").fetchone() != (count,):
                await self.deliverer.drain()
                await asyncio.sleep(0.02)
        await self.consumers["audit"].handle(self.reminders())

    def reminders(self) -> list[Record]:
        """Return every record of notification-service's own ledger."""
        rows = self.superuser.execute(
            "SELECT l.topic, l.stream_key, l.record FROM notifications.ledger l ORDER BY l.event_id"
        ).fetchall()
        return [Record(topic, 0, place, key, bytes(body)) for place, (topic, key, body) in enumerate(rows)]

    def forget_pending(self) -> None:
        """Count all that was delivered as acknowledged, as a relay does."""
        self.superuser.execute("DELETE FROM tasks.pending")
        self.superuser.execute("DELETE FROM notifications.pending")
        self.seen = 0

    def domain(self) -> dict[str, list[Any]]:
        """Return every row that events led to, but for when it was written."""
        tables = [f"recurring.{name}" for name in ("task_heads", "series_heads", "user_heads", "wanted")]
        tables += [
            f"notifications.{name}"
            for name in ("task_heads", "series_heads", "user_heads", "due_queue", "attempts", "messages")
        ]
        tables += ["audit.entries", "audit.payloads"]
        return {table: self.superuser.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}

    def dead_letters(self) -> list[Any]:
        """Return every dead letter of every service."""
        return [
            row
            for schema in SERVICES
            for row in self.superuser.execute(f"SELECT topic, reason, detail FROM {schema}.dead_letters").fetchall()
        ]


def settings_of(postgres: Postgres, keys: Keys, schema: str, app_id: str) -> dict[str, Any]:
    """Return what the environment would tell an app."""
    return {
        "app_id": app_id,
        "public_port": 1,
        "app_port": 1,
        "dapr_http_port": 1,
        "dapr_api_token": "d" * 32,
        "app_api_token": APP_TOKEN,
        "database_url": postgres.app_url(schema),
        "service_key_file": keys.service_key(app_id),
        "service_keys_file": keys.service_keys,
        # Only audit-service takes these two.
        "seal_key_file": keys.seal_key,
        "seals_file": keys.folder / "seals" / "audit.ndjson",
    }


@asynccontextmanager
async def opened_world(
    database: Postgres, keys: Keys, caller: Callable[[DirectCaller], Any] = lambda direct: direct
) -> AsyncIterator[World]:
    """Put it all together on empty tables, and end it; what services ask goes through what `caller` makes."""
    async with AsyncExitStack() as stack:
        superuser = stack.enter_context(psycopg.connect(database.superuser_database_url, autocommit=True))
        empty(superuser)
        backend_settings = todo_backend.settings.BackendSettings(
            **settings_of(database, keys, "tasks", "todo-backend"), access_token_key_file=keys.access_token_key
        )
        backend = todo_backend.bootstrap.build(backend_settings)
        await stack.enter_async_context(backend.inner_app.router.lifespan_context(backend.inner_app))
        api = await stack.enter_async_context(_client(backend.open_app))
        inner = await stack.enter_async_context(_client(backend.inner_app, {"dapr-api-token": APP_TOKEN}))
        processes: dict[str, Any] = {}
        callers: dict[str, Any] = {}
        for schema, (package, app_id) in SERVICES.items():
            settings = package.settings.Settings(**settings_of(database, keys, schema, app_id))
            processes[schema] = package.bootstrap.build(settings)
            await processes[schema].pool.open()
            stack.push_async_callback(processes[schema].pool.close)
            tokens = ServiceTokens(app_id, keys.service_key(app_id), keys.service_keys)
            callers[app_id] = caller(DirectCaller(inner, tokens))
        advancer = Advancer(processes["recurring"].pool, callers["recurring-task-service"])
        deliverer = Deliverer(processes["notifications"].pool, callers["notification-service"])
        consumers = {schema: process.consumer for schema, process in processes.items()}
        inner_apps = {app_id: processes[schema].inner for schema, (_, app_id) in SERVICES.items()}
        inner_apps["todo-backend"] = backend.inner_app
        yield World(api, consumers, advancer, deliverer, superuser, inner_apps, callers)
        await advancer.finish()


def _client(app: Any, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app", headers=headers)


def empty(superuser: psycopg.Connection[Any]) -> None:
    """Delete every row of every schema."""
    for schema in ("tasks", *SERVICES):
        tables = superuser.execute(
            "SELECT format('DELETE FROM %%I.%%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = %s AND tablename <> 'alembic_version' AND tablename !~ '_p[0-9]{8}$'"
            " ORDER BY tablename = 'accounts'",
            (schema,),
        ).fetchall()
        for (statement,) in tables:
            superuser.execute(statement)
