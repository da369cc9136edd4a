"""Reads of the doors: one statement each, outside of any transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import errors
from psycopg_pool import PoolTimeout
from service_kit.database import Pool

from todo_backend.application.statements import own
from todo_backend.errors import StoreUnavailable

logger = logging.getLogger(__name__)

Parameters = Sequence[Any] | Mapping[str, Any]


async def rows(pool: Pool, statement: str, parameters: Parameters) -> list[Any]:
    """Return all rows of a statement. Raises StoreUnavailable when the database does not answer in time."""
    try:
        async with pool.connection() as connection:
            return await (await connection.execute(own(statement), parameters)).fetchall()
    except (errors.OperationalError, PoolTimeout) as error:
        logger.warning("database unavailable: %s", type(error).__name__)
        raise StoreUnavailable from error


async def row(pool: Pool, statement: str, parameters: Parameters) -> Any:
    """Return the first row of a statement, None when there is none."""
    found = await rows(pool, statement, parameters)
    return found[0] if found else None
