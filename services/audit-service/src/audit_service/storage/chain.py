"""Reading along causation: what led to an event, and what followed from it.

Step by step instead of one recursive statement, so that every step has its own limit and a circle (which only a forged
event could make) ends by itself. Only entries of the user are looked at: a cause that is another's, or has been
retired, is where the chain begins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from audit_service.storage.rows import COLUMNS, HistoryRow, fetch, with_records

STEPS = 50
"""How many causes back, and how many steps on."""
FOLLOWED = 200
"""How many entries that followed are told of."""

ONE = f"""
WITH page AS (SELECT {COLUMNS} FROM audit.entries WHERE user_id = %(user_id)s AND event_id = %(event_id)s)
{with_records("page")}"""

CAUSED = f"""
WITH page AS (
  SELECT {COLUMNS} FROM audit.entries WHERE user_id = %(user_id)s AND causation_id = ANY(%(causes)s)
  ORDER BY occurred_at, event_id LIMIT %(limit)s
)
{with_records("page")} ORDER BY page.occurred_at, page.event_id"""


@dataclass(frozen=True, slots=True)
class Chain:
    """An event with its causes and its consequences, each oldest first; `truncated` says that there is more."""

    event: HistoryRow
    led_here: Sequence[HistoryRow]
    followed: Sequence[HistoryRow]
    truncated: bool


async def read_chain(
    connection: psycopg.AsyncConnection[Any],
    user_id: UUID,
    event_id: UUID,
    steps: int = STEPS,
    most: int = FOLLOWED,
) -> Chain | None:
    """Return the chain of a user's event; None when there is no such event of theirs."""
    event = await _one(connection, user_id, event_id)
    if event is None:
        return None
    seen = {event_id}
    causes, more_causes = await _causes(connection, user_id, event, seen, steps)
    followed, more_followed = await _followed(connection, user_id, event_id, seen, steps, most)
    return Chain(event, causes[::-1], followed, more_causes or more_followed)


async def _causes(
    connection: psycopg.AsyncConnection[Any], user_id: UUID, event: HistoryRow, seen: set[UUID], steps: int
) -> tuple[list[HistoryRow], bool]:
    found: list[HistoryRow] = []
    cause = event.causation_id
    while cause is not None and cause not in seen:
        row = await _one(connection, user_id, cause)
        if row is None:
            break
        if len(found) == steps:
            return found, True
        found.append(row)
        seen.add(cause)
        cause = row.causation_id
    return found, False


async def _followed(
    connection: psycopg.AsyncConnection[Any], user_id: UUID, event_id: UUID, seen: set[UUID], steps: int, most: int
) -> tuple[list[HistoryRow], bool]:
    found: list[HistoryRow] = []
    causes = [event_id]
    for step in range(steps + 1):
        # What a step finds may have been seen already, in a circle: so many more are asked for.
        limit = most - len(found) + len(seen) + 1
        rows = await fetch(connection, CAUSED, {"user_id": user_id, "causes": causes, "limit": limit})
        fresh = [row for row in rows if row.event_id not in seen]
        if not fresh:
            return sorted(found, key=_place), False
        if step == steps:
            break
        found += fresh
        seen |= {row.event_id for row in fresh}
        causes = [row.event_id for row in fresh]
        if len(found) > most:
            break
    return sorted(found[:most], key=_place), True


def _place(row: HistoryRow) -> tuple[dt.datetime, UUID]:
    return row.occurred_at, row.event_id


async def _one(connection: psycopg.AsyncConnection[Any], user_id: UUID, event_id: UUID) -> HistoryRow | None:
    rows = await fetch(connection, ONE, {"user_id": user_id, "event_id": event_id})
    return rows[0] if rows else None
