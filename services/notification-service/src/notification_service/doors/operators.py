"""The door for operators: messages that were given up, in the app and in channels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.identifiers import uuid7
from event_contracts.operators import LIST_DEAD_DELIVERIES, REQUEUE_DELIVERIES
from event_spine import acts
from event_spine.loop import sweep
from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from service_kit.database import Pool
from service_kit.problems import Problem

from notification_service.storage import dead
from notification_service.storage.schema import SCHEMA

MOST = 500


class Meant(BaseModel):
    """Which are tried again: those with these ids, or all of a lane, or all there are."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST)] | None = None
    lane: str | None = None
    all: bool = False
    by: Annotated[str, Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _one_way(self) -> Meant:
        if [self.ids is not None, self.lane is not None, self.all].count(True) != 1:
            raise ValueError("say either ids, or a lane, or all")
        return self


class Requeued(BaseModel):
    """Which were requeued; there may be more when there are as many as one call takes."""

    ids: list[UUID]
    more: bool


class Shown(BaseModel):
    """One of them. What it says is not shown."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    user_id: UUID
    channel_id: UUID | None
    lane: str
    kind: str
    tries: int
    reason: str | None
    queued_at: AwareDatetime
    settled_at: AwareDatetime


class DeadPage(BaseModel):
    """Messages that were given up, newest first."""

    items: list[Shown]
    next_cursor: str | None


def router(pool: Pool, tokens: ServiceTokens, woken: Callable[[], None]) -> APIRouter:
    """Return the routes; `woken` is told when something waits again."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(LIST_DEAD_DELIVERIES.route, dependencies=[Depends(require_service(tokens, LIST_DEAD_DELIVERIES))])
    async def listed(
        lane: Annotated[str | None, Query(max_length=300)] = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> DeadPage:
        async with pool.connection() as connection:
            found = await dead.page(connection, lane, _place(cursor), limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        following = None if last is None else f"{last.settled_at.isoformat()}~{last.id}"
        return DeadPage(items=[Shown.model_validate(one) for one in found[:limit]], next_cursor=following)

    @routes.post(REQUEUE_DELIVERIES.route, dependencies=[Depends(require_service(tokens, REQUEUE_DELIVERIES))])
    async def requeue(body: Meant) -> Requeued:
        found = await sweep(pool, lambda connection: _requeue(connection, body))
        woken()
        return Requeued(ids=found, more=len(found) == MOST)

    return routes


async def _requeue(connection: dead.Connection, meant: Meant) -> list[UUID]:
    """Requeue, and write down who wanted it."""
    found = await dead.requeue(connection, meant.ids, meant.lane, MOST)
    act = acts.Act(uuid7(), "requeue_deliveries", meant.by, {"lane": meant.lane, "count": len(found)})
    await acts.write(connection, SCHEMA, act)
    return found


def _place(cursor: str | None) -> dead.Place | None:
    """Read the cursor of a page. Raises Problem."""
    if cursor is None:
        return None
    at, _, identity = cursor.partition("~")
    try:
        return dt.datetime.fromisoformat(at), UUID(identity)
    except ValueError as error:
        raise Problem(422, "cursor_invalid", "The cursor is not one that a page of this list gave.") from error
