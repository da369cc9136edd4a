"""The pool on a real PostgreSQL: a server that has restarted costs no caller a request."""

from __future__ import annotations

import psycopg
import pytest
from local_runtime.testing import Postgres
from service_kit.database import make_pool

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
