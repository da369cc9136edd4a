"""The door for operators that each consumer mounts; `dapr_edge.relay_operations` has the one of a ledger's owner.

They stand on the inner listener and ask for the app token and for a service token of `todo-ops`. What a person did is
logged by event_spine.settling under the name that the command line gives in `by`.
"""

from __future__ import annotations

import base64
import datetime as dt
import time
from typing import Annotated, Any, Literal
from uuid import UUID

from event_contracts.operators import CONSUMER_DOORS
from event_spine import settling
from event_spine.consumer import TRANSIENT, Consumer
from event_spine.errors import Transient
from event_spine.progress import progress_of
from event_spine.settling import Choice, Settled
from fastapi import APIRouter, Depends, Query
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, ConfigDict, Field, model_validator
from service_kit.problems import Problem

from dapr_edge.service_tokens import ServiceTokens, require_service

MOST = 200
SECONDS_PER_CALL = 15.0
"""Requeueing stops after this long, well within the caller's deadline, and says where to go on."""
Name = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[int, Field(ge=0, le=settling.NEWEST)]


class Letter(BaseModel):
    """A dead letter without its bytes."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    topic: str
    partition: int
    offset: int
    event_id: UUID | None
    reason: str
    detail: str
    attempts: int
    size: int
    recorded_at: dt.datetime
    state: str
    settled_at: dt.datetime | None
    settled_by: str | None
    settled_why: str | None


class Page(BaseModel):
    """Dead letters, newest first; `next_cursor` is null on the last page."""

    items: list[Letter]
    next_cursor: int | None


class Meant(BaseModel):
    """Which open dead letters are meant: those with these ids, or all of a reason or topic; above `after`."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=MOST)] | None = None
    reason: Name | None = None
    topic: Name | None = None
    after: Id = 0
    by: Name

    @model_validator(mode="after")
    def _one_way(self) -> Meant:
        if (self.ids is None) == (self.reason is None and self.topic is None):
            raise ValueError("say either ids, or a reason or a topic")
        return self


class Discarding(Meant):
    """What is put aside, and why."""

    why: Annotated[str, Field(min_length=1, max_length=1000)]


class Outcome(BaseModel):
    """What became of one."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    outcome: str
    reason: str | None
    detail: str | None


class Outcomes(BaseModel):
    """What became of each that was reached. With `next_after` there may be more: ask again with `after` set to it."""

    results: list[Outcome]
    next_after: int | None


def consumer_router(app_id: str, consumer: Consumer, tokens: ServiceTokens) -> APIRouter:
    """Return the routes with which an operator sees a consumer and settles its dead letters."""
    door, schema = CONSUMER_DOORS[app_id], consumer.schema
    routes = APIRouter(include_in_schema=False)

    @routes.get(door.state.route, dependencies=[Depends(require_service(tokens, door.state))])
    async def state() -> dict[str, Any]:
        async with consumer.pool.connection() as connection:
            counted = await settling.counts(connection, schema)
        letters = [
            {"topic": c.topic, "reason": c.reason, "state": c.state, "count": c.count, "oldest_at": c.oldest_at}
            for c in counted
        ]
        return {"topics": progress_of(consumer), "dead_letters": letters}

    @routes.get(door.dead_letters.route, dependencies=[Depends(require_service(tokens, door.dead_letters))])
    async def listed(
        state: Literal["open", "requeued", "discarded", "any"] = "open",
        reason: Annotated[str | None, Query(max_length=200)] = None,
        topic: Annotated[str | None, Query(max_length=200)] = None,
        cursor: Annotated[int, Query(ge=0, le=settling.NEWEST)] = settling.NEWEST,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> Page:
        choice = Choice(None if state == "any" else state, reason, topic)
        async with consumer.pool.connection() as connection:
            found = await settling.page(connection, schema, choice, cursor, limit + 1)
        items = [Letter.model_validate(one) for one in found[:limit]]
        return Page(items=items, next_cursor=items[-1].id if len(found) > limit else None)

    @routes.get(door.dead_letter.route, dependencies=[Depends(require_service(tokens, door.dead_letter))])
    async def read(letter_id: Id) -> dict[str, Any]:
        async with consumer.pool.connection() as connection:
            found = await settling.find(connection, schema, letter_id)
        if found is None:
            raise Problem(404, "dead_letter_not_found", "There is no such dead letter.")
        letter = Letter.model_validate(found[0]).model_dump(mode="json")
        return {**letter, "raw_base64": base64.b64encode(found[1]).decode()}

    @routes.post(door.requeue.route, dependencies=[Depends(require_service(tokens, door.requeue))])
    async def requeue(body: Meant) -> Outcomes:
        ids, more = await _meant(consumer.pool, schema, body)
        began, results = time.monotonic(), list[Settled]()
        for letter_id in ids:
            if results and time.monotonic() - began > SECONDS_PER_CALL:
                return _outcomes(results, more=True)
            try:
                results.append(await settling.requeue(consumer, letter_id, body.by))
            except (Transient, *TRANSIENT) as error:
                raise Problem(
                    503,
                    "store_away",
                    "The store is away for the moment. Ask again: what was handled is marked, the rest is as it was.",
                    handled=[one.id for one in results],
                ) from error
        return _outcomes(results, more)

    @routes.post(door.discard.route, dependencies=[Depends(require_service(tokens, door.discard))])
    async def discard(body: Discarding) -> Outcomes:
        ids, more = await _meant(consumer.pool, schema, body)
        return _outcomes(await settling.discard(consumer.pool, schema, ids, body.by, body.why), more)

    return routes


async def _meant(pool: AsyncConnectionPool[Any], schema: str, body: Meant) -> tuple[list[int], bool]:
    """Return the ids that are meant, in the order of their coming, and whether there are more."""
    if body.ids is not None:
        return sorted(one for one in set(body.ids) if one > body.after), False
    async with pool.connection() as connection:
        choice = Choice("open", body.reason, body.topic)
        found = await settling.open_ids(connection, schema, choice, body.after, MOST + 1)
    return found[:MOST], len(found) > MOST


def _outcomes(results: list[Settled], more: bool) -> Outcomes:
    items = [Outcome.model_validate(one) for one in results]
    return Outcomes(results=items, next_after=items[-1].id if more else None)
