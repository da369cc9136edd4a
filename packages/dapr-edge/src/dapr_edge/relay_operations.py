"""The door for operators that each owner of a ledger mounts: its relays, held keys, and a database to be adopted.

It stands on the inner listener and asks for the app token and for a service token of `todo-ops`. Each act is written
down beside the ledger (`operator_acts`) and logged, under the name that the command line gives in `by`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from event_contracts.operators import RELAY_DOORS
from event_spine import adopting, held
from event_spine.relay_acts import Operator
from event_spine.relay_state import read_relay_state
from event_spine.tables import LEDGER
from fastapi import APIRouter, Depends, Query
from psycopg_pool import AsyncConnectionPool
from pydantic import AwareDatetime, BaseModel, Field, model_validator
from service_kit.problems import Problem

from dapr_edge.service_tokens import ServiceTokens, require_service

MOST = 200
Name = Annotated[str, Field(min_length=1, max_length=200)]
Why = Annotated[str, Field(min_length=1, max_length=1000)]


class KeyName(BaseModel):
    """One stream key of one topic."""

    topic: Name
    stream_key: Name


class Releasing(BaseModel):
    """Which held keys are to be tried again: those named, or all (of a topic)."""

    keys: Annotated[list[KeyName], Field(min_length=1, max_length=MOST)] | None = None
    topic: Name | None = None
    by: Name

    @model_validator(mode="after")
    def _one_way(self) -> Releasing:
        if self.keys is not None and self.topic is not None:
            raise ValueError("say either keys or a topic")
        return self


class Discarding(BaseModel):
    """Whose refused events are put aside, and why."""

    keys: Annotated[list[KeyName], Field(min_length=1, max_length=MOST)]
    by: Name
    why: Why


class Adopting(BaseModel):
    """What the operator was shown and decided; `after` and `requeued` go on where an answer `more` stopped."""

    stored: Name
    found: Name
    resend: bool
    since: AwareDatetime | None = None
    after: UUID = adopting.BEGINNING
    requeued: Annotated[int, Field(ge=0)] = 0
    new_broker: bool = False
    by: Name
    why: Why | None = None

    @model_validator(mode="after")
    def _a_new_broker_is_filled_for_a_reason(self) -> Adopting:
        if self.new_broker and not self.resend:
            raise ValueError("a new broker needs a resend")
        if self.new_broker and self.why is None:
            raise ValueError("nothing shows that the broker is new: say why")
        return self


def relay_router(app_id: str, schema: str, pool: AsyncConnectionPool[Any], tokens: ServiceTokens) -> APIRouter:
    """Return the routes with which an operator sees the relays of the ledger in `schema` and acts on them."""
    door = RELAY_DOORS[app_id]
    routes = APIRouter(include_in_schema=False)

    @routes.get(door.state.route, dependencies=[Depends(require_service(tokens, door.state))])
    async def state() -> Any:
        async with pool.connection() as connection:
            return await read_relay_state(connection, schema)

    @routes.get(door.held.route, dependencies=[Depends(require_service(tokens, door.held))])
    async def listed(
        topic: Annotated[str | None, Query(max_length=200)] = None,
        operator_only: bool | None = None,
        after_topic: Annotated[str, Query(max_length=200)] = "",
        after_key: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> dict[str, Any]:
        choice = held.Choice(topic, operator_only)
        async with pool.connection() as connection:
            found = await held.page(connection, schema, choice, (after_topic, after_key), limit + 1)
        return {"items": found[:limit], "more": len(found) > limit}

    @routes.post(door.release.route, dependencies=[Depends(require_service(tokens, door.release))])
    async def release(body: Releasing) -> dict[str, Any]:
        meant = held.Choice(body.topic) if body.keys is None else _keys(body.keys)
        return {"results": await held.release(pool, schema, meant, Operator(body.by))}

    @routes.post(door.discard.route, dependencies=[Depends(require_service(tokens, door.discard))])
    async def discard(body: Discarding) -> dict[str, Any]:
        return {"results": await held.discard(pool, schema, _keys(body.keys), Operator(body.by, body.why))}

    @routes.get(door.adoption.route, dependencies=[Depends(require_service(tokens, door.adoption))])
    async def adoption(resend: bool, since: AwareDatetime | None = None) -> dict[str, Any]:
        first = adopting.bound(since, _now()) if resend else None
        async with pool.connection() as connection:
            told = await adopting.preview(connection, schema, first)
        return {
            "foreign": told.is_foreign,
            "unfinished": told.is_unfinished,
            "stored": None if told.stored is None else str(told.stored),
            "found": str(told.found),
            "pending": told.pending,
            "ledger_from": told.ledger_from,
            "ledger_days": LEDGER.keep_days,
            "resent": told.resent,
        }

    @routes.post(door.adopt.route, dependencies=[Depends(require_service(tokens, door.adopt))])
    async def adopt(body: Adopting) -> adopting.Part:
        resend = (adopting.bound(body.since, _now()), body.after) if body.resend else None
        shown, operator = (body.stored, body.found), Operator(body.by, body.why)
        part = await adopting.adopt_part(
            pool, schema, shown, resend, operator, body.requeued, new_broker=body.new_broker
        )
        if part.outcome == "changed":
            raise Problem(409, "database_changed", "This database is not, or not any more, the one that was shown.")
        return part

    return routes


def _now() -> datetime:
    return datetime.now(UTC)


def _keys(names: list[KeyName]) -> list[held.Key]:
    return [(one.topic, one.stream_key) for one in names]
