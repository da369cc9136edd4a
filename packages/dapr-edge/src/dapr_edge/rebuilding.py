"""The operators' doors for rebuilding a projection beside the live one; `event_spine.rebuild` says how it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from event_contracts.operators import REBUILD_DOORS
from event_spine import rebuild
from event_spine.acts import Act
from event_spine.rebuild import Beside, NotBuilding
from fastapi import APIRouter, Depends
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, Field
from service_kit.problems import Problem

from dapr_edge.operations import Name
from dapr_edge.service_tokens import ServiceTokens, require_service

MOST = 500


class Begin(BaseModel):
    """Who rebuilds; `act_id` names the rebuild in all its calls."""

    act_id: UUID
    by: Name


class Item(BaseModel):
    """One account, series or task as its owner tells it; `time_zone` is the user's."""

    user_id: UUID
    id: UUID
    time_zone: str | None
    data: dict[str, Any]


class Fill(BaseModel):
    """A page of what the owner has."""

    act_id: UUID
    kind: Literal["users", "series", "tasks"]
    items: Annotated[list[Item], Field(max_length=MOST)]


class Swap(Begin):
    """Taking over; `dry_run` only tells what would change."""

    dry_run: bool = False


class Derive(BaseModel):
    """Deriving the work of some heads; `after` is what the call before gave as `next`."""

    after: dict[str, str] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST
    dry_run: bool = False


def rebuild_router(
    app_id: str, beside: Beside, pool: AsyncConnectionPool[Any], tokens: ServiceTokens, wake: Callable[[], None]
) -> APIRouter:
    """Return the routes; `wake` is called when there may be work that was derived."""
    door = REBUILD_DOORS[app_id]
    routes = APIRouter(include_in_schema=False)

    @routes.post(door.begin.route, dependencies=[Depends(require_service(tokens, door.begin))])
    async def begin(body: Begin) -> dict[str, Any]:
        try:
            await rebuild.begin(pool, beside, Act(body.act_id, "rebuild", body.by))
        except NotBuilding as error:
            raise Problem(
                409, "rebuild_running", "Another rebuild or verification runs. Wait for it, at most two minutes."
            ) from error
        return {}

    @routes.post(door.fill.route, dependencies=[Depends(require_service(tokens, door.fill))])
    async def fill(body: Fill) -> dict[str, Any]:
        try:
            await rebuild.fill(pool, beside, body.act_id, body.kind, [dict(one) for one in body.items])
        except NotBuilding as error:
            raise _lapsed() from error
        return {}

    @routes.post(door.swap.route, dependencies=[Depends(require_service(tokens, door.swap))])
    async def swap(body: Swap) -> dict[str, Any]:
        try:
            act = Act(body.act_id, "rebuild", body.by)
            found = await rebuild.swap(pool, beside, act, dry_run=body.dry_run)
        except NotBuilding as error:
            raise _lapsed() from error
        if not body.dry_run:
            wake()
        return {"tables": [asdict(one) for one in found]}

    @routes.post(door.derive.route, dependencies=[Depends(require_service(tokens, door.derive))])
    async def derive(body: Derive) -> dict[str, Any]:
        changed, following = await rebuild.derive(pool, beside, body.after, body.limit, dry_run=body.dry_run)
        if changed and not body.dry_run:
            wake()
        return {"changed": changed, "next": following}

    @routes.post(door.end.route, dependencies=[Depends(require_service(tokens, door.end))])
    async def end(body: Begin) -> dict[str, Any]:
        await rebuild.end(pool, beside, body.act_id)
        return {}

    return routes


def _lapsed() -> Problem:
    return Problem(409, "rebuild_lapsed", "This rebuild does not run any more. Begin again: nothing was changed.")
