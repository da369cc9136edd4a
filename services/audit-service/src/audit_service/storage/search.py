"""Reading a person's history: newest first, from an index, a bounded number of entries per page.

User, task, correlation and time are found by an index; type, actor and door are sieved out of what it finds. A page
looks at no more than `SIEVED` entries, so that asking for what hardly ever happens costs no more than any other page:
it may be shorter than asked for, or empty, and still not be the last one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import psycopg

from audit_service.domain.filters import Filters
from audit_service.storage.rows import COLUMNS, HistoryRow, fetch, with_records

SIEVED = 5000
"""How many entries a page looks at, at most."""

Place = tuple[dt.datetime, UUID]
"""Where in a history: an entry's instant and event id. A page holds what comes before one."""

NEWEST: Place = (dt.datetime(9999, 12, 31, tzinfo=dt.UTC), UUID(int=2**128 - 1))

_FOUND = {
    "task_id": "task_id = %(task_id)s",
    "correlation_id": "correlation_id = %(correlation_id)s",
    "since": "occurred_at >= %(since)s",
    "until": "occurred_at < %(until)s",
}
_SIEVED = {
    "event_types": "(event_type = ANY(%(event_types)s) OR type = ANY(%(event_types)s))",
    "actor_kind": "actor_kind = %(actor_kind)s",
    "actor_id": "actor_id = %(actor_id)s",
    "door": "door = %(door)s",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What was found, newest first, and the place to read on from; None at the end of the history."""

    rows: Sequence[HistoryRow]
    next: Place | None


async def search(
    connection: psycopg.AsyncConnection[Any],
    user_id: UUID,
    filters: Filters,
    before: Place,
    limit: int,
    sieved: int = SIEVED,
) -> Page:
    """Return at most `limit` entries of a user that come before a place and match."""
    parameters = parameters_of(user_id, filters, before, limit, sieved)
    rows = await fetch(connection, page_statement(filters), parameters)
    if len(rows) > limit:
        last = rows[limit - 1]
        return Page(rows[:limit], (last.occurred_at, last.event_id))
    if not _given(filters, _SIEVED):
        return Page(rows, None)
    row = await (await connection.execute(_last_sieved_statement(filters).encode(), parameters)).fetchone()
    return Page(rows, (row[0], row[1]) if row else None)


def page_statement(filters: Filters) -> str:
    """Return the statement of one page: find, sieve, then fetch the payloads of what is left."""
    sieve = " AND ".join(_given(filters, _SIEVED)) or "true"
    return f"""
WITH found AS ({_found(filters)} LIMIT %(sieved)s),
page AS (SELECT * FROM found WHERE {sieve} ORDER BY occurred_at DESC, event_id DESC LIMIT %(more)s)
{with_records("page")}
ORDER BY page.occurred_at DESC, page.event_id DESC"""


def parameters_of(user_id: UUID, filters: Filters, before: Place, limit: int, sieved: int = SIEVED) -> dict[str, Any]:
    """Return what `page_statement` is to be executed with."""
    return {
        **asdict(filters),
        "event_types": list(filters.event_types),
        "user_id": user_id,
        "before": before[0],
        "before_id": before[1],
        "more": limit + 1,
        # Without a sieve everything that is found is shown.
        "sieved": sieved if _given(filters, _SIEVED) else limit + 1,
    }


def _last_sieved_statement(filters: Filters) -> str:
    return f"""
SELECT occurred_at, event_id FROM ({_found(filters)} OFFSET %(sieved)s - 1 LIMIT 1) last"""


def _found(filters: Filters) -> str:
    conditions = "".join(f" AND {condition}" for condition in _given(filters, _FOUND))
    return f"""
SELECT {COLUMNS} FROM audit.entries
WHERE user_id = %(user_id)s AND (occurred_at, event_id) < (%(before)s, %(before_id)s){conditions}
ORDER BY occurred_at DESC, event_id DESC"""


def _given(filters: Filters, conditions: dict[str, str]) -> list[str]:
    return [condition for name, condition in conditions.items() if getattr(filters, name) not in (None, ())]
