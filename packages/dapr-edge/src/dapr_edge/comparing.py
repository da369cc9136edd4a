"""The operators' doors by which a ledger and the audit are compared: sums over ranges of ids, and their events."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from event_contracts.operators import SUM_DOORS
from event_spine.events_in_range import Range
from event_spine.sums import Source, entries_of, sum_of
from fastapi import APIRouter, Depends, Query
from psycopg_pool import AsyncConnectionPool

from dapr_edge.service_tokens import ServiceTokens, require_service

MOST_SUMMED = 20_000
MOST_TOLD = 1_000
Topic = Annotated[str, Query(max_length=200)]


def sums_router(app_id: str, source: Source, pool: AsyncConnectionPool[Any], tokens: ServiceTokens) -> APIRouter:
    """Return the routes that tell of the events of `source`."""
    door = SUM_DOORS[app_id]
    routes = APIRouter(include_in_schema=False)

    @routes.get(door.sum.route, dependencies=[Depends(require_service(tokens, door.sum))])
    async def summed(
        topic: Topic, after: UUID, until: UUID, limit: Annotated[int, Query(ge=1, le=MOST_SUMMED + 1)] = MOST_SUMMED
    ) -> Any:
        async with pool.connection() as connection:
            return await sum_of(connection, source, Range(topic, after, until), limit)

    @routes.get(door.entries.route, dependencies=[Depends(require_service(tokens, door.entries))])
    async def entries(
        topic: Topic, after: UUID, until: UUID, limit: Annotated[int, Query(ge=1, le=MOST_TOLD)] = MOST_TOLD
    ) -> dict[str, Any]:
        async with pool.connection() as connection:
            found = await entries_of(connection, source, Range(topic, after, until), limit)
        return {
            "items": [
                {"event_id": e.event_id, "type": e.type, "aggregate_id": e.aggregate_id, "version": e.version,
                 "digest": e.digest.hex()}
                for e in found
            ]
        }  # fmt: skip

    return routes
