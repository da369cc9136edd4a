"""What operators did to a consumer as a whole (replay, rebuild): a row each, with who, what and how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from event_spine.loop import sweep


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an operator, named by whoever asks for it, so that its parts count as one. `told` is JSON."""

    id: UUID
    kind: str
    by: str
    told: dict[str, Any] = field(default_factory=dict[str, Any])


async def add(pool: AsyncConnectionPool[Any], schema: str, act: Act, *, events: int, refused: int) -> None:
    """Write an act down, or add to what it has done so far, in a transaction of its own."""
    await sweep(pool, lambda connection: write(connection, schema, act, events=events, refused=refused))


async def write(
    connection: psycopg.AsyncConnection[Any], schema: str, act: Act, *, events: int = 0, refused: int = 0
) -> None:
    """Write an act down, or add to what it has done so far, in the caller's transaction."""
    await connection.execute(
        sql.SQL("""
        INSERT INTO {}.operator_acts AS a (id, act, done_by, told, events, refused) VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (id) DO UPDATE SET events = a.events + excluded.events, refused = a.refused + excluded.refused,
          told = a.told || excluded.told, last_at = clock_timestamp()""").format(sql.Identifier(schema)),
        (act.id, act.kind, act.by, Jsonb(act.told), events, refused),
    )
