"""PostgreSQL connections of a process: one pool with limits that keep a stuck statement from holding locks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool

from service_kit.certificates import CERTIFICATES

RECONNECT_SECONDS = 0.5
"""How long a lost connection is tried for, twice; the pool's own back-off would double up to half a minute."""

Pool = AsyncConnectionPool[psycopg.AsyncConnection[Any]]


def make_pool(conninfo: str, size: int, app_id: str, statement_seconds: float = 10.0, *, pooled: bool = False) -> Pool:
    """Return a closed pool of at most `size` connections; open it in the lifespan with `await pool.open()`.

    `pooled`: at the other end is a pooler in transaction mode. It takes no settings of a session and gives each
    transaction another one, so nothing is prepared there, and limits are those of the role.

    Connections are in autocommit: a statement is its own transaction, several are one inside `transaction()`.
    Waiting longer than 5 s for a connection raises psycopg_pool.PoolTimeout. While the database is away one connection
    is tried again and again, so that work goes on at once when it is back.
    """
    trusted = conninfo_to_dict(conninfo).get("sslrootcert")
    CERTIFICATES.watch(Path(str(trusted)) if trusted and trusted != "system" else None)
    milliseconds = int(statement_seconds * 1000)
    limits = f"-c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
    return AsyncConnectionPool(
        conninfo,
        min_size=min(2, size),
        max_size=size,
        open=False,
        timeout=5.0,
        max_idle=300.0,
        reconnect_timeout=RECONNECT_SECONDS,
        reconnect_failed=_go_on_trying,
        name=app_id,
        check=_require_open,
        configure=_read_json_quickly,
        kwargs={
            "application_name": app_id,
            "autocommit": True,
            "connect_timeout": 5,
            **({"prepare_threshold": None} if pooled else {"options": limits}),
        },
    )


async def _read_json_quickly(connection: psycopg.AsyncConnection[Any]) -> None:
    """Use orjson: it reads what tasks carry ten times as fast, and writes ids and instants, those with a Z."""
    set_json_loads(orjson.loads, connection)
    set_json_dumps(_dumped, connection)


async def ping(pool: Pool) -> None:
    """Ask the database for nothing; raises when it does not answer."""
    async with pool.connection(timeout=1.5) as connection:
        await connection.execute("SELECT 1")


async def _go_on_trying(pool: AsyncConnectionPool[Any]) -> None:
    """Begin anew with one connection when the ones before were given up; nobody else asks for it while clients wait."""
    if not pool.closed:
        await pool.check()


async def _require_open(connection: psycopg.AsyncConnection[Any]) -> None:
    """Raise when the server has closed an idle connection (a restart), so that the pool hands out another.

    Reads what has already arrived, which costs no round trip: first the server's farewell, then the end of the stream.
    """
    for _ in range(2):
        connection.pgconn.consume_input()
    if connection.pgconn.status != psycopg.pq.ConnStatus.OK:
        raise psycopg.OperationalError("the server has closed this connection")


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)
