"""A row of history as every reader of it selects it: the entry, and its payload where that is still there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

COLUMNS = (
    "event_id, type, event_type, task_id, occurred_at, version, actor_kind, actor_id, door, causation_id,"
    " correlation_id"
)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One act of a history; `record` is None when its payload was erased."""

    event_id: UUID
    type: str
    event_type: str | None
    task_id: UUID | None
    occurred_at: dt.datetime
    version: int | None
    actor_kind: str | None
    actor_id: str | None
    door: str | None
    causation_id: UUID | None
    correlation_id: UUID | None
    record: bytes | None


def with_records(page: str) -> str:
    """Return the SELECT that gives each row of the common table expression `page` its payload, by key, one by one.

    The LIMIT inside LATERAL keeps the planner from joining the whole of the payloads.
    """
    return f"""
SELECT {page}.*, payload.record FROM {page}
LEFT JOIN LATERAL (SELECT record FROM audit.payloads WHERE event_id = {page}.event_id LIMIT 1) payload ON true"""


async def fetch(
    connection: psycopg.AsyncConnection[Any], statement: str, parameters: dict[str, Any]
) -> list[HistoryRow]:
    """Return the rows of a statement that ends with `with_records`."""
    async with connection.cursor(row_factory=class_row(HistoryRow)) as cursor:
        await cursor.execute(statement.encode(), parameters)
        return await cursor.fetchall()
