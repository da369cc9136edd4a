"""Tasks as they were, over REST: the audit keeps the whole state after every act."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from event_contracts.edges import LIST_TASKS_AS_OF, READ_TASK_AS_OF
from event_contracts.task import TaskData
from fastapi import APIRouter, Query, Response

from todo_backend.application.change import Answer
from todo_backend.application.shapes import encode, instant
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.fields import Instant
from todo_backend.doors.rest.history import Cursor, Limit, ask
from todo_backend.doors.rest.identity import Owner, reply
from todo_backend.errors import TaskNotFound
from todo_backend.tasks import reading

router = APIRouter(prefix="/api/{user_id}", tags=["history"])

At = Annotated[Instant, Query(description="the instant; what happened exactly then has happened")]


@router.get("/tasks/{task_id}/history/as-of", response_model=replies.TaskAsOf)
async def one(caller: Owner, task_id: UUID, at: At) -> Response:
    """Read a task as it was at an instant; a deleted one says when it was deleted."""
    if await reading.one(caller.services.pool, caller.user_id, task_id) is None:
        raise TaskNotFound
    answer = await ask(caller, READ_TASK_AS_OF, {"task_id": task_id}, {"at": instant(at)}, missing=TaskNotFound)
    return reply(Answer(200, encode(_as_of(orjson.loads(answer.content)))))


@router.get("/history/as-of", response_model=replies.TasksAsOf)
async def every(caller: Owner, at: At, deleted: bool = False, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Read all tasks as they were at an instant, with `deleted` those too that were deleted by then.

    A page looks at `limit` tasks and holds those that there were: read on until `next_cursor` is null.
    """
    query = {"at": instant(at), "cursor": cursor, "limit": limit}
    page = orjson.loads((await ask(caller, LIST_TASKS_AS_OF, {}, query)).content)
    items = [_as_of(item) for item in page["items"]]
    shown = [item for item in items if deleted or item["task"] is None or item["task"]["deleted_at"] is None]
    return reply(Answer(200, encode({"items": shown, "next_cursor": page["next_cursor"]})))


def _as_of(item: dict[str, Any]) -> dict[str, Any]:
    state = item.pop("state")
    return {**item, "erased": state is None, "task": None if state is None else _task(state)}


def _task(state: dict[str, Any]) -> dict[str, Any]:
    """Return the state in an event as this door shows tasks; fields that are younger than it have their defaults."""
    data = TaskData.model_validate(state).model_dump(mode="json")
    series = data.pop("series")
    data["recurrence"] = None if series is None else series["recurrence"]
    data["reminders"] = [{name: part for name, part in r.items() if part is not None} for r in data["reminders"]]
    return {name: data[name] for name in replies.Task.model_fields}
