"""The operators' doors for replay: events out of a ledger, and into a consumer.

Both stand on the inner listener and ask for the app token and for a service token of `todo-ops`.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from event_contracts.operators import LEDGER_DOORS, REPLAY_DOORS
from event_spine.acts import Act
from event_spine.consumer import TRANSIENT, Consumer
from event_spine.errors import Transient
from event_spine.events_in_range import LedgeredEvent, Range, read_events
from event_spine.records import Refused
from event_spine.rehearsal import rehearse
from event_spine.replay import records_of, replay
from fastapi import APIRouter, Depends, Query
from psycopg_pool import AsyncConnectionPool
from pydantic import AwareDatetime, Base64Bytes, BaseModel, Field
from service_kit.problems import Problem

from dapr_edge.operations import Name
from dapr_edge.service_tokens import ServiceTokens, require_service

MOST = 200


class Event(BaseModel):
    """One ledgered event; `record` is the base64 of its exact bytes."""

    event_id: UUID
    stream_key: str
    record: Base64Bytes


class Replayed(BaseModel):
    """Events to handle again. All calls of one act have one `act_id`; `dry_run` only tells what would change."""

    act_id: UUID
    by: Name
    topic: Name
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    dry_run: bool = False
    events: Annotated[list[Event], Field(max_length=MOST)]


def ledger_router(app_id: str, schema: str, pool: AsyncConnectionPool[Any], tokens: ServiceTokens) -> APIRouter:
    """Return the route that reads the ledger in `schema`."""
    edge = LEDGER_DOORS[app_id]
    routes = APIRouter(include_in_schema=False)

    @routes.get(edge.route, dependencies=[Depends(require_service(tokens, edge))])
    async def page(
        topic: Annotated[str, Query(max_length=200)],
        after: UUID,
        until: UUID,
        limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    ) -> dict[str, Any]:
        async with pool.connection() as connection:
            found = await read_events(connection, schema, Range(topic, after, until), limit)
        items = [
            {"event_id": one.event_id, "stream_key": one.stream_key, "record": base64.b64encode(one.record).decode()}
            for one in found.events
        ]
        return {"items": items, "next_after": found.next_after}

    return routes


def replay_router(app_id: str, consumer: Consumer, tokens: ServiceTokens) -> APIRouter:
    """Return the route that hands events to the consumer's own `handle()`."""
    edge = REPLAY_DOORS[app_id]
    routes = APIRouter(include_in_schema=False)

    @routes.post(edge.route, dependencies=[Depends(require_service(tokens, edge))])
    async def take(body: Replayed) -> dict[str, Any]:
        events = [LedgeredEvent(one.event_id, one.stream_key, one.record) for one in body.events]
        try:
            if body.dry_run:
                told = await rehearse(consumer, records_of(body.topic, events))
                return {"tables": told.tables, "effects": told.effects, "refused": _refused(told.refused)}
            act = Act(body.act_id, "replay", body.by, _told(body))
            return {"refused": _refused(await replay(consumer, body.topic, events, act))}
        except (Transient, *TRANSIENT) as error:
            raise Problem(
                503, "store_away", "The store is away for the moment. Replay again: what was handled changes nothing."
            ) from error

    return routes


def _told(body: Replayed) -> dict[str, Any]:
    return {
        "topic": body.topic,
        "since": body.since and body.since.isoformat(),
        "until": body.until and body.until.isoformat(),
    }


def _refused(refused: Sequence[Refused]) -> list[dict[str, Any]]:
    return [{"event_id": one.event_id, "reason": one.reason, "detail": one.detail} for one in refused]
