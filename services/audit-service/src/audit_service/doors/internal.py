"""The door for other services: the history of a task, newest first, for the user on whose behalf the caller acts."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Annotated, Any
from uuid import UUID

import orjson
from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.edges import READ_HISTORY
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from service_kit.database import Pool
from service_kit.problems import Problem

from audit_service.storage import entries
from audit_service.storage.entries import HistoryRow

NEWEST = (dt.datetime(9999, 12, 31, tzinfo=dt.UTC), UUID(int=2**128 - 1))
LIMIT, MOST = 50, 200


class ActorOut(BaseModel):
    """Who acted, through which door; None where an event of an unknown type does not say."""

    kind: str | None
    id: str | None
    door: str | None


class HistoryItem(BaseModel):
    """One act. `title` and `changes` are empty when the payload was erased."""

    event_id: UUID
    event_type: str | None
    type: str
    occurred_at: dt.datetime
    version: int | None
    actor: ActorOut
    changes: dict[str, Any]
    reason: str | None
    title: str | None
    causation_id: UUID | None
    correlation_id: UUID | None
    erased: bool


class HistoryPage(BaseModel):
    """A page of history; `next_cursor` is null on the last one."""

    items: list[HistoryItem]
    next_cursor: str | None


def router(pool: Pool, tokens: ServiceTokens) -> APIRouter:
    """Return the internal routes; each asks for the service token of its edge."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(READ_HISTORY.route, dependencies=[Depends(require_service(tokens, READ_HISTORY))])
    async def history(
        user_id: UUID,
        task_id: UUID,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = LIMIT,
    ) -> HistoryPage:
        before = NEWEST if cursor is None else read_cursor(cursor)
        async with pool.connection() as connection:
            rows = await entries.history(connection, user_id, task_id, before, limit + 1)
        page = rows[:limit]
        more = write_cursor(page[-1].occurred_at, page[-1].event_id) if len(rows) > limit else None
        return HistoryPage(items=[_item(row) for row in page], next_cursor=more)

    return routes


def write_cursor(occurred_at: dt.datetime, event_id: UUID) -> str:
    """Return an opaque place in a history."""
    return base64.urlsafe_b64encode(f"{occurred_at.isoformat()} {event_id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[dt.datetime, UUID]:
    """Return the place that a cursor names. Raises Problem 422 `invalid_cursor`."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        instant, event_id = text.split(" ")
        occurred_at = dt.datetime.fromisoformat(instant)
        if occurred_at.tzinfo is None:
            raise ValueError(instant)
        return occurred_at, UUID(event_id)
    except ValueError as error:
        raise Problem(422, "invalid_cursor", "This cursor did not come from here.") from error


def _item(row: HistoryRow) -> HistoryItem:
    data: dict[str, Any] = orjson.loads(row.record)["data"] if row.record is not None else {}
    title, reason, changes = data.get("title"), data.get("reason"), data.get("changes")
    return HistoryItem(
        event_id=row.event_id,
        event_type=row.event_type,
        type=row.type,
        occurred_at=row.occurred_at,
        version=row.version,
        actor=ActorOut(kind=row.actor_kind, id=row.actor_id, door=row.door),
        changes=changes if isinstance(changes, dict) else {},
        reason=reason if isinstance(reason, str) else None,
        title=title if isinstance(title, str) else None,
        causation_id=row.causation_id,
        correlation_id=row.correlation_id,
        erased=row.record is None,
    )
