"""The operators' doors for verification: histories without a gap, and tasks that are what their history tells (I4)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.operators import CHECK_VERSIONS, COMPARE_TASKS
from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field
from service_kit.database import Pool

from audit_service.domain.folding import differing_fields
from audit_service.storage.verifying import Told, told_of, wrong_version

MOST = 5000
MOST_TASKS = 500


class Task(BaseModel):
    """One task as its owner has it."""

    user_id: UUID
    id: UUID
    data: dict[str, Any]


class Tasks(BaseModel):
    """Tasks to compare. Those that were changed after `before` are left out: their events may be on their way."""

    before: AwareDatetime
    items: Annotated[list[Task], Field(max_length=MOST_TASKS)]


def router(pool: Pool, tokens: ServiceTokens) -> APIRouter:
    """Return the routes; each asks for the operators' service token."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(CHECK_VERSIONS.route, dependencies=[Depends(require_service(tokens, CHECK_VERSIONS))])
    async def versions(after: UUID, until: UUID, limit: Annotated[int, Query(ge=1, le=MOST)] = MOST) -> Any:
        async with pool.connection() as connection:
            return await wrong_version(connection, after, until, limit)

    @routes.post(COMPARE_TASKS.route, dependencies=[Depends(require_service(tokens, COMPARE_TASKS))])
    async def compare(body: Tasks) -> dict[str, Any]:
        settled = [one for one in body.items if _touched_at(one) < body.before]
        keys = [(one.user_id, one.id, int(one.data["version"])) for one in settled]
        async with pool.connection() as connection:
            told = await told_of(connection, keys, body.before)
        for one in settled:
            wrong = _wrong(one, told[one.id])
            if wrong is not None:
                return {"looked_at": len(settled), "wrong": {"task_id": one.id, "says": wrong}}
        return {"looked_at": len(settled), "wrong": None}

    return routes


def _touched_at(task: Task) -> dt.datetime:
    return dt.datetime.fromisoformat(task.data["updated_at"])


def _wrong(task: Task, told: Told) -> str | None:
    version = int(task.data["version"])
    if not told.known:
        return f"it is at version {version}, which its history does not tell of"
    if told.newest is not None and told.newest > version:
        return f"it is at version {version}, its history tells of {told.newest}"
    fields = differing_fields(told.record, task.data) if told.record is not None else []
    return f"its history tells otherwise of: {', '.join(fields)}" if fields else None
