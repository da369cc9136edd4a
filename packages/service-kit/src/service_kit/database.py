"""PostgreSQL connections of a process: one pool with limits that keep a stuck statement from holding locks."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

Pool = AsyncConnectionPool[psycopg.AsyncConnection[Any]]


def make_pool(conninfo: str, size: int, app_id: str, statement_seconds: float = 10.0) -> Pool:
    """Return a closed pool of at most `size` connections; open it in the lifespan with `await pool.open()`.

    Connections are in autocommit: a statement is its own transaction, several are one inside `transaction()`.
    Waiting longer than 5 s for a connection raises psycopg_pool.PoolTimeout.
    """
    milliseconds = int(statement_seconds * 1000)
    return AsyncConnectionPool(
        conninfo,
        min_size=min(2, size),
        max_size=size,
        open=False,
        timeout=5.0,
        max_idle=300.0,
        reconnect_timeout=60.0,
        name=app_id,
        check=_require_open,
        kwargs={
            "application_name": app_id,
            "autocommit": True,
            "connect_timeout": 5,
            "options": f"-c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout=10000"
            " -c timezone=UTC",
        },
    )


async def ping(pool: Pool) -> None:
    """Ask the database for nothing; raises when it does not answer."""
    async with pool.connection(timeout=1.5) as connection:
        await connection.execute("SELECT 1")


async def _require_open(connection: psycopg.AsyncConnection[Any]) -> None:
    """Raise when the server has closed an idle connection (a restart), so that the pool hands out another.

    Reads what has already arrived, which costs no round trip: first the server's farewell, then the end of the stream.
    """
    for _ in range(2):
        connection.pgconn.consume_input()
    if connection.pgconn.status != psycopg.pq.ConnStatus.OK:
        raise psycopg.OperationalError("the server has closed this connection")
