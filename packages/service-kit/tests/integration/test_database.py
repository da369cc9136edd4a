"""The pool on a real PostgreSQL: a server that has restarted costs no caller a request."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest
from local_runtime.testing import Postgres
from psycopg_pool import PoolTimeout
from service_kit.database import Pool, make_pool

pytestmark = pytest.mark.integration


async def test_connections_that_the_server_closed_are_not_handed_out(postgres: Postgres) -> None:
    pool = make_pool(postgres.app_url("audit"), 2, "pool-test")
    await pool.open(wait=True)
    try:
        with psycopg.connect(postgres.superuser_database_url, autocommit=True) as superuser:
            ended = superuser.execute(
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE application_name = %s",
                ("pool-test",),
            ).fetchone()
        assert ended == (2,)
        for _ in range(2):
            async with pool.connection() as connection:
                assert await (await connection.execute("SELECT 1")).fetchone() == (1,)
    finally:
        await pool.close()


async def test_work_goes_on_at_once_when_the_database_is_back(postgres: Postgres) -> None:
    """Whoever waits for a connection has it within half a second, however long there was none."""
    pool = make_pool(postgres.app_url("audit"), 2, "pool-away")
    await pool.open(wait=True)
    loop = asyncio.get_running_loop()
    with psycopg.connect(postgres.superuser_database_url, autocommit=True) as superuser:
        superuser.execute("ALTER ROLE audit_app NOLOGIN")
        try:
            superuser.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'pool-away'"
            )
            with pytest.raises(PoolTimeout):
                async with pool.connection(timeout=3.5):
                    pass
            waiting = asyncio.create_task(_ask(pool))
        finally:
            superuser.execute("ALTER ROLE audit_app LOGIN")
        began = loop.time()
        try:
            assert await waiting == (1,)
            assert loop.time() - began < 2.0
        finally:
            await pool.close()


@pytest.mark.parametrize("pooled", [False, True])
async def test_a_statement_is_bounded_with_and_without_a_pooler_between(postgres: Postgres, pooled: bool) -> None:
    """A pooler refuses a session's settings, so the role brings the same; it keeps no prepared statement either."""
    pool = make_pool(postgres.app_url("audit"), 1, "pool-limits", pooled=pooled)
    await pool.open(wait=True)
    try:
        async with pool.connection() as connection:
            limits = [await _shown(connection, name) for name in ("statement_timeout", "TimeZone")]
            assert limits == ["10s", "UTC"]
            assert await _shown(connection, "idle_in_transaction_session_timeout") == "10s"
            assert (connection.info.get_parameters().get("options") is None) == pooled
            for _ in range(7):
                await connection.execute("SELECT %s::int", (1,))
            prepared = await (await connection.execute("SELECT count(*) FROM pg_prepared_statements")).fetchone()
            assert (prepared == (0,)) == pooled
    finally:
        await pool.close()


async def _shown(connection: psycopg.AsyncConnection[Any], name: str) -> str:
    row = await (await connection.execute("SELECT current_setting(%s)", (name,))).fetchone()
    assert row is not None
    return row[0]


async def _ask(pool: Pool) -> Any:
    async with pool.connection() as connection:
        return await (await connection.execute("SELECT 1")).fetchone()
