from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from event_contracts.identifiers import instant_of, uuid7
from event_spine.ledger import LedgerEntry, append_statement, ledger_parameters
from event_spine.partitions import partition_functions_ddl
from event_spine.tables import LEDGER, consumer_ddl, ledger_ddl, operator_acts_ddl, settling_ddl
from local_runtime.testing import Postgres
from psycopg_pool import AsyncConnectionPool

SCHEMA = "spine"


@pytest.fixture(scope="session")
def spine_url(postgres: Postgres) -> Iterator[str]:
    """The runtime role's address; the schema `spine` is owned by the superuser and holds only the spine's tables."""
    with psycopg.connect(postgres.superuser_database_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO audit_app")
        for statement in (
            *ledger_ddl(SCHEMA, "audit_app"),
            *consumer_ddl(SCHEMA, "audit_app"),
            *settling_ddl(SCHEMA, "audit_app"),
            *operator_acts_ddl(SCHEMA, "audit_app"),
            *partition_functions_ddl(SCHEMA, "audit_app", (LEDGER,)),
            f"CREATE TABLE {SCHEMA}.effects (event_id uuid PRIMARY KEY)",
            f"GRANT SELECT, INSERT ON {SCHEMA}.effects TO audit_app",
        ):
            connection.execute(statement)
    yield postgres.app_url("audit")
    with psycopg.connect(postgres.superuser_database_url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@pytest.fixture
def owner(postgres: Postgres, spine_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres.superuser_database_url, autocommit=True) as connection:
        connection.execute(
            f"TRUNCATE {SCHEMA}.ledger, {SCHEMA}.pending, {SCHEMA}.held, {SCHEMA}.relay_lease, {SCHEMA}.dead_letters,"
            f" {SCHEMA}.effects, {SCHEMA}.operator_acts"
        )
        yield connection


@pytest.fixture
async def pool(spine_url: str, owner: Any) -> AsyncIterator[AsyncConnectionPool[Any]]:
    async with AsyncConnectionPool(spine_url, min_size=1, max_size=4, open=False) as opened:
        yield opened


def event_bytes(event_id: UUID, type_name: str = "todo.thing.happened.v1", **data: Any) -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": str(event_id),
            "source": "todo-backend",
            "type": type_name,
            "time": instant_of(event_id).isoformat(),
            "data": data,
        }
    )


def entry(key: str = "k", version: int = 1, topic: str = "task-events") -> LedgerEntry:
    event_id = uuid7()
    return LedgerEntry(
        event_id, topic, key, "todo.thing.happened.v1", uuid4(), version, None, None, event_bytes(event_id)
    )


async def append(pool: AsyncConnectionPool[Any], *entries: LedgerEntry) -> None:
    async with pool.connection() as connection:
        await connection.execute(append_statement(SCHEMA), ledger_parameters(entries))


async def until(fact: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> None:
    """Wait for a fact; fail when it has not come true in time."""
    async with asyncio.timeout(seconds):
        while not await fact():
            await asyncio.sleep(0.01)
