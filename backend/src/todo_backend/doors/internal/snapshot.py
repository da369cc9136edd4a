"""The operators' doors of the owner of tasks: all that there is, page by page, and whether series go on (I2).

A page tells the present state of each row as the events tell it; from it consumers rebuild their projections and are
compared with it. Deleted and withdrawn tasks are in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.operators import CHECK_SERIES, READ_SNAPSHOT
from event_contracts.task import OPEN_OCCURRENCES_LIMIT
from fastapi import APIRouter, Depends, Query
from service_kit.database import Pool

from todo_backend.application.columns import ACCOUNTS, SERIES, TASKS
from todo_backend.application.reading import row, rows
from todo_backend.application.rows import account_of, series_of, task_of
from todo_backend.application.shapes import Json, account_json, series_json, task_json
from todo_backend.application.table import SCHEMA

MOST = 500
FIRST = UUID(int=0)
Kind = Literal["users", "series", "tasks"]

_PAGE = "(t.user_id, t.id) > (%(user)s, %(id)s) ORDER BY t.user_id, t.id LIMIT %(limit)s"

# Only what has been left alone for a while: the next occurrence of the others may be on its way.
_WRONG = f"""
SELECT s.user_id, s.id, s.trigger, o.open, o.twice, o.owed FROM {SCHEMA}.series s CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE t.status = 'open' AND t.deleted_at IS NULL) AS open,
    count(*) - count(DISTINCT t.occurrence_key) AS twice,
    count(*) FILTER (WHERE t.status = 'done' AND t.deleted_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM {SCHEMA}.tasks n WHERE n.user_id = t.user_id AND n.series_id = t.series_id
        AND n.predecessor_id = t.id AND n.withdrawn_at IS NULL)) AS owed,
    max(t.updated_at) AS touched_at
  FROM {SCHEMA}.tasks t WHERE t.user_id = s.user_id AND t.series_id = s.id AND t.withdrawn_at IS NULL) o
WHERE s.status = 'active' AND greatest(s.updated_at, o.touched_at) < clock_timestamp() - %(grace)s * interval '1 second'
  AND (s.user_id, s.id) > (%(user)s, %(id)s) AND (s.user_id, s.id) <= (%(last_user)s, %(last_id)s)
  AND (o.twice > 0 OR CASE WHEN s.trigger = 'on_completion' THEN o.open <> 1 OR o.owed > 0
       WHEN s.missed = 'each' THEN o.open > {OPEN_OCCURRENCES_LIMIT} ELSE o.open > 1 END)
ORDER BY s.user_id, s.id LIMIT 1"""

_KEYS = f"""
SELECT t.user_id, t.id FROM {SCHEMA}.series t WHERE {_PAGE}"""


@dataclass(frozen=True, slots=True)
class _Kind:
    statement: str
    item: Callable[[Sequence[Any]], Json]


def _task(columns: Sequence[Any]) -> Json:
    task = task_of(columns)
    return {"user_id": task.user_id, "id": task.id, "time_zone": columns[-1], "data": task_json(task)}


def _series(columns: Sequence[Any]) -> Json:
    series = series_of(columns)
    return {"user_id": series.user_id, "id": series.id, "time_zone": None, "data": series_json(series)}


def _user(columns: Sequence[Any]) -> Json:
    account = account_of(columns)
    return {"user_id": account.id, "id": account.id, "time_zone": None, "data": account_json(account)}


def _columns(names: Sequence[str]) -> str:
    return ", ".join(f"t.{name}" for name in names)


_KINDS: dict[Kind, _Kind] = {
    "users": _Kind(
        f"SELECT {_columns(tuple(ACCOUNTS.columns))} FROM {SCHEMA}.accounts t"
        " WHERE t.id > %(user)s ORDER BY t.id LIMIT %(limit)s",
        _user,
    ),
    "series": _Kind(f"SELECT {_columns(tuple(SERIES.columns))} FROM {SCHEMA}.series t WHERE {_PAGE}", _series),
    "tasks": _Kind(
        f"SELECT {_columns(tuple(TASKS.columns))}, a.time_zone FROM {SCHEMA}.tasks t"
        f" JOIN {SCHEMA}.accounts a ON a.id = t.user_id WHERE {_PAGE}",
        _task,
    ),
}


def snapshot_router(pool: Pool, tokens: ServiceTokens) -> APIRouter:
    """Return the routes; each asks for the operators' service token."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(READ_SNAPSHOT.route, dependencies=[Depends(require_service(tokens, READ_SNAPSHOT))])
    async def page(
        kind: Kind,
        after_user: UUID = FIRST,
        after_id: UUID = FIRST,
        limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    ) -> Json:
        wanted = _KINDS[kind]
        found = await rows(pool, wanted.statement, {"user": after_user, "id": after_id, "limit": limit})
        items = [wanted.item(columns) for columns in found]
        return {"items": items, "next": _place(items) if len(items) == limit else None}

    @routes.get(CHECK_SERIES.route, dependencies=[Depends(require_service(tokens, CHECK_SERIES))])
    async def wrong(
        grace: Annotated[float, Query(ge=0, le=86400)],
        after_user: UUID = FIRST,
        after_id: UUID = FIRST,
        limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    ) -> Json:
        place = {"user": after_user, "id": after_id}
        keys = await rows(pool, _KEYS, {**place, "limit": limit})
        if not keys:
            return {"looked_at": 0, "wrong": None, "next": None}
        last = {"last_user": keys[-1][0], "last_id": keys[-1][1]}
        found = await row(pool, _WRONG, {**place, **last, "grace": grace})
        following = {"after_user": keys[-1][0], "after_id": keys[-1][1]} if len(keys) == limit else None
        return {"looked_at": len(keys), "wrong": found and _said(found), "next": following}

    return routes


def _place(items: Sequence[Json]) -> Json:
    return {"after_user": items[-1]["user_id"], "after_id": items[-1]["id"]}


def _said(found: Sequence[Any]) -> Json:
    user_id, series_id, trigger, opened, twice, owed = found
    return {"user_id": user_id, "series_id": series_id, "trigger": trigger, "open": opened, "twice": twice,
            "without_successor": owed}  # fmt: skip
