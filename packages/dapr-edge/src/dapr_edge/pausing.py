"""The door with which an operator pauses the relays of a ledger and lets them go on."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Annotated, Any

from event_contracts.operators import PAUSE_DOORS
from event_spine import pausing
from fastapi import APIRouter, Depends
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, Field
from service_kit.problems import Problem

from dapr_edge.service_tokens import ServiceTokens, require_service

logger = logging.getLogger(__name__)


class Pausing(BaseModel):
    """For how long at most, and who asks."""

    seconds: Annotated[float, Field(gt=0, le=pausing.MOST_SECONDS)]
    by: Annotated[str, Field(min_length=1, max_length=200)]


class Paused(BaseModel):
    """Until when nothing is published, unless it is resumed before."""

    until: dt.datetime


class Resuming(BaseModel):
    """Who asks."""

    by: Annotated[str, Field(min_length=1, max_length=200)]


class Resumed(BaseModel):
    """Whether an operator was holding the ledger."""

    was_paused: bool


def pause_router(app_id: str, schema: str, pool: AsyncConnectionPool[Any], tokens: ServiceTokens) -> APIRouter:
    """Return the two routes for the ledger in `schema`."""
    door = PAUSE_DOORS[app_id]
    routes = APIRouter(include_in_schema=False)

    @routes.post(door.pause.route, dependencies=[Depends(require_service(tokens, door.pause))])
    async def pause(body: Pausing) -> Paused:
        async with pool.connection() as connection:
            until = await pausing.pause(connection, schema, body.by, body.seconds)
        if until is None:
            raise Problem(409, "never_relayed", "No relay has ever led this ledger: there is nothing to pause.")
        logger.warning("relays paused by an operator", extra={"by": body.by, "until": until.isoformat()})
        return Paused(until=until)

    @routes.post(door.resume.route, dependencies=[Depends(require_service(tokens, door.resume))])
    async def resume(body: Resuming) -> Resumed:
        async with pool.connection() as connection:
            was_paused = await pausing.resume(connection, schema)
        logger.warning("relays resumed by an operator", extra={"by": body.by, "was_paused": was_paused})
        return Resumed(was_paused=was_paused)

    return routes
