"""History over REST: asked of audit-service, which records every event."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import httpx
from dapr_edge.errors import CalleeUnavailable
from event_contracts.edges import READ_CHAIN, READ_HISTORY, SEARCH_HISTORY, Edge
from event_contracts.events import ActorKind, Door
from fastapi import APIRouter, Depends, Query, Response
from pydantic import StringConstraints

from todo_backend.application.change import Answer
from todo_backend.application.shapes import instant
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.fields import CleanText, Instant
from todo_backend.doors.rest.identity import Owner, reply
from todo_backend.doors.services import OnBehalf
from todo_backend.errors import (
    CursorInvalid,
    EventNotFound,
    HistoryUnavailable,
    TaskNotFound,
    TimeRangeEmpty,
    TodoError,
)
from todo_backend.tasks import reading
from todo_backend.tasks.listing import PAGE_LIMIT

router = APIRouter(prefix="/api/{user_id}", tags=["history"])

Cursor = Annotated[CleanText | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=PAGE_LIMIT)]
TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,99}$")]
EventTypes = Annotated[
    list[TypeName], Query(max_length=20, description="any of these: task_completed, or todo.task.completed.v1")
]
ActorId = Annotated[CleanText | None, Query(min_length=1, max_length=100, description="a user's id or an app-id")]
Since = Annotated[Instant | None, Query(description="the first instant that counts")]
Until = Annotated[Instant | None, Query(description="the first instant that does not count")]


@router.get("/tasks/{task_id}/history", response_model=replies.HistoryPage)
async def of_task(caller: Owner, task_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Read who changed a task, through which door, what and why; newest first."""
    if await reading.one(caller.services.pool, caller.user_id, task_id) is None:
        raise TaskNotFound
    answer = await ask(caller, READ_HISTORY, {"task_id": task_id}, {"limit": limit, "cursor": cursor})
    return reply(Answer(200, answer.content))


def filters(
    task_id: UUID | None = None,
    event_type: EventTypes = [],  # noqa: B006
    actor_kind: ActorKind | None = None,
    actor_id: ActorId = None,
    door: Door | None = None,
    since: Since = None,
    until: Until = None,
    correlation_id: UUID | None = None,
) -> dict[str, Any]:
    """Return what a history is to be narrowed to, as audit-service takes it. Raises TimeRangeEmpty."""
    if since is not None and until is not None and since >= until:
        raise TimeRangeEmpty
    return {
        "task_id": task_id,
        "event_type": event_type,
        "actor_kind": actor_kind,
        "actor_id": actor_id,
        "door": door,
        "since": instant(since),
        "until": instant(until),
        "correlation_id": correlation_id,
    }


Narrowed = Annotated[dict[str, Any], Depends(filters)]


@router.get("/history", response_model=replies.HistoryPage)
async def search(caller: Owner, narrowed: Narrowed, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Read what was done to all that is yours, newest first.

    A page may be short of `limit` and even empty before the last one: read on until `next_cursor` is null.
    """
    answer = await ask(caller, SEARCH_HISTORY, {}, {**narrowed, "cursor": cursor, "limit": limit})
    return reply(Answer(200, answer.content))


@router.get("/history/{event_id}/chain", response_model=replies.HistoryChain)
async def chain(caller: Owner, event_id: UUID) -> Response:
    """Read what led to an act and what followed from it: along what caused what, at most 50 back and 200 on."""
    answer = await ask(caller, READ_CHAIN, {"event_id": event_id}, {})
    return reply(Answer(200, answer.content))


async def ask(
    caller: OnBehalf,
    edge: Edge,
    path: dict[str, Any],
    query: dict[str, Any],
    missing: type[TodoError] = EventNotFound,
) -> httpx.Response:
    """Ask audit-service for the caller's own. Raises `missing`, CursorInvalid or HistoryUnavailable."""
    given = {name: value for name, value in query.items() if value is not None}
    try:
        answer = await caller.services.invoker.call(
            edge, {"user_id": caller.user_id, **path}, caller.user_id, query=given
        )
    except CalleeUnavailable as error:
        raise HistoryUnavailable from error
    if answer.status_code == 404:
        raise missing
    if answer.status_code == 422:
        raise CursorInvalid
    if answer.status_code != 200:
        raise HistoryUnavailable(f"audit-service answered {answer.status_code}")
    return answer
