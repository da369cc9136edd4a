"""A task's history over REST: asked of audit-service, which records every event."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from dapr_edge.errors import CalleeUnavailable
from event_contracts.edges import READ_HISTORY
from fastapi import APIRouter, Query, Response

from todo_backend.application.change import Answer
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.fields import CleanText
from todo_backend.doors.rest.identity import Owner, reply
from todo_backend.errors import CursorInvalid, HistoryUnavailable, TaskNotFound
from todo_backend.tasks import reading
from todo_backend.tasks.listing import PAGE_LIMIT

router = APIRouter(prefix="/api/{user_id}", tags=["tasks"])


@router.get("/tasks/{task_id}/history", response_model=replies.HistoryPage)
async def history(
    caller: Owner,
    task_id: UUID,
    cursor: Annotated[CleanText | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = 50,
) -> Response:
    """Read who changed a task, through which door, what and why; newest first."""
    if await reading.one(caller.services.pool, caller.user_id, task_id) is None:
        raise TaskNotFound
    query = {"limit": limit} if cursor is None else {"limit": limit, "cursor": cursor}
    try:
        answer = await caller.services.invoker.call(
            READ_HISTORY, {"user_id": caller.user_id, "task_id": task_id}, caller.user_id, query=query
        )
    except CalleeUnavailable as error:
        raise HistoryUnavailable from error
    if answer.status_code == 422:
        raise CursorInvalid
    if answer.status_code != 200:
        raise HistoryUnavailable(f"audit-service answered {answer.status_code}")
    return reply(Answer(200, answer.content))
