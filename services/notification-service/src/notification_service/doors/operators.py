"""The door for operators: messages to channels that were given up."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.identifiers import uuid7
from event_contracts.operators import LIST_DEAD_DELIVERIES, REQUEUE_DELIVERIES
from event_spine import acts
from event_spine.loop import sweep
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, model_validator
from service_kit.database import Pool

from notification_service.sending.delivery import Logged
from notification_service.sending.sender import Sender
from notification_service.storage import deliveries
from notification_service.storage.schema import SCHEMA

MOST = 500
NEWEST = UUID(int=2**128 - 1)


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


class DeadPage(BaseModel):
    """Messages that were given up, newest first. What they say is not shown."""

    items: list[dict[str, Any]]
    next_cursor: UUID | None


def router(pool: Pool, tokens: ServiceTokens, sender: Sender) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(LIST_DEAD_DELIVERIES.route, dependencies=[Depends(require_service(tokens, LIST_DEAD_DELIVERIES))])
    async def listed(
        lane: Annotated[str | None, Query(max_length=300)] = None,
        cursor: UUID = NEWEST,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> DeadPage:
        async with pool.connection() as connection:
            found = await deliveries.dead(connection, lane, cursor, limit + 1)
        items = [_told(one) for one in found[:limit]]
        return DeadPage(items=items, next_cursor=found[limit - 1].delivery_id if len(found) > limit else None)

    @routes.post(REQUEUE_DELIVERIES.route, dependencies=[Depends(require_service(tokens, REQUEUE_DELIVERIES))])
    async def requeue(body: Meant) -> Requeued:
        found = await sweep(pool, lambda connection: _requeue(connection, body))
        sender.on_settled()
        return Requeued(ids=found, more=len(found) == MOST)

    return routes


async def _requeue(connection: deliveries.Connection, meant: Meant) -> list[UUID]:
    """Requeue, and write down who wanted it."""
    found = await deliveries.requeue(connection, meant.ids, meant.lane, MOST)
    act = acts.Act(uuid7(), "requeue_deliveries", meant.by, {"lane": meant.lane, "count": len(found)})
    await acts.write(connection, SCHEMA, act)
    return found


def _told(one: Logged) -> dict[str, Any]:
    return {
        "id": one.delivery_id,
        "user_id": one.user_id,
        "channel_id": one.channel_id,
        "lane": one.lane,
        "kind": one.kind,
        "tries": one.tries,
        "reason": one.reason,
        "queued_at": one.queued_at,
        "settled_at": one.settled_at,
    }
