"""The door for other services: a person's history, newest first, for the user on whose behalf the caller acts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.edges import LIST_TASKS_AS_OF, READ_CHAIN, READ_HISTORY, READ_TASK_AS_OF, SEARCH_HISTORY
from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, StringConstraints
from service_kit.database import Pool
from service_kit.problems import Problem

from audit_service.domain.filters import Filters
from audit_service.doors.shapes import (
    HistoryChain,
    HistoryPage,
    TaskState,
    TaskStates,
    chain_of,
    page_of,
    read_cursor,
    state_of,
)
from audit_service.storage.as_of import task_as_of, tasks_as_of
from audit_service.storage.chain import read_chain
from audit_service.storage.search import search

LIMIT, MOST = 50, 200
BEFORE_ALL = UUID(int=0)
Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


def router(pool: Pool, tokens: ServiceTokens) -> APIRouter:
    """Return the internal routes; each asks for the service token of its edge."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(READ_HISTORY.route, dependencies=[Depends(require_service(tokens, READ_HISTORY))])
    async def of_task(user_id: UUID, task_id: UUID, cursor: Cursor = None, limit: Limit = LIMIT) -> HistoryPage:
        before = read_cursor(cursor)
        async with pool.connection() as connection:
            return page_of(await search(connection, user_id, Filters(task_id), before, limit))

    @routes.get(SEARCH_HISTORY.route, dependencies=[Depends(require_service(tokens, SEARCH_HISTORY))])
    async def of_user(
        user_id: UUID,
        task_id: UUID | None = None,
        event_type: Annotated[list[Name], Query(max_length=20)] = [],  # noqa: B006
        actor_kind: Name | None = None,
        actor_id: Name | None = None,
        door: Name | None = None,
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
        correlation_id: UUID | None = None,
        cursor: Cursor = None,
        limit: Limit = LIMIT,
    ) -> HistoryPage:
        filters = Filters(task_id, tuple(event_type), actor_kind, actor_id, door, since, until, correlation_id)
        before = read_cursor(cursor)
        async with pool.connection() as connection:
            return page_of(await search(connection, user_id, filters, before, limit))

    @routes.get(READ_CHAIN.route, dependencies=[Depends(require_service(tokens, READ_CHAIN))])
    async def chain(user_id: UUID, event_id: UUID) -> HistoryChain:
        async with pool.connection() as connection:
            found = await read_chain(connection, user_id, event_id)
        if found is None:
            raise Problem(404, "event_not_found", "There is no such event in this history.")
        return chain_of(found)

    @routes.get(READ_TASK_AS_OF.route, dependencies=[Depends(require_service(tokens, READ_TASK_AS_OF))])
    async def one_as_of(user_id: UUID, task_id: UUID, at: AwareDatetime) -> TaskState:
        async with pool.connection() as connection:
            found = await task_as_of(connection, user_id, task_id, at)
        if found is None:
            raise Problem(404, "task_not_found", "There was no such task.")
        return state_of(found)

    @routes.get(LIST_TASKS_AS_OF.route, dependencies=[Depends(require_service(tokens, LIST_TASKS_AS_OF))])
    async def all_as_of(
        user_id: UUID, at: AwareDatetime, cursor: UUID | None = None, limit: Limit = LIMIT
    ) -> TaskStates:
        async with pool.connection() as connection:
            found = await tasks_as_of(connection, user_id, at, cursor or BEFORE_ALL, limit)
        return TaskStates(items=[state_of(row) for row in found.rows], next_cursor=found.next)

    return routes
