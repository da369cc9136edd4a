"""The door for todo-backend: a person's notifications, on whose behalf the caller acts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.edges import LIST_NOTIFICATIONS, READ_NOTIFICATION, READ_NOTIFICATIONS
from event_spine.loop import sweep
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from service_kit.database import Pool
from service_kit.problems import Problem

from notification_service.storage import messages

LIMIT, MOST = 50, 200
LARGEST = 2**63 - 1


class Notification(BaseModel):
    """One notification; `digest` holds the late reminders that it tells of together."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    id: UUID = Field(validation_alias="notification_id")
    kind: Literal["reminder", "digest", "agenda", "review"]
    reminder_id: UUID | None
    task_id: UUID | None
    title: str
    remind_at: dt.datetime
    due_at: dt.datetime | None
    sent_at: dt.datetime
    late: bool
    confirmed: bool
    digest: list[dict[str, Any]]
    because: dict[str, Any] | None
    summary: list[dict[str, Any]]
    read_at: dt.datetime | None


class NotificationPage(BaseModel):
    """Notifications, oldest first; `last_number` is that of the newest there ever was, `unread` counts all kept."""

    items: list[Notification]
    unread: int
    last_number: int


class UpTo(BaseModel):
    """The number of the newest notification that was seen."""

    up_to: Annotated[int, Field(ge=0, le=LARGEST)] = LARGEST


class Read(BaseModel):
    """How many became read."""

    read: int


def router(pool: Pool, tokens: ServiceTokens) -> APIRouter:
    """Return the internal routes; each asks for the service token of its edge."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(LIST_NOTIFICATIONS.route, dependencies=[Depends(require_service(tokens, LIST_NOTIFICATIONS))])
    async def listed(
        user_id: UUID,
        after: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = LIMIT,
    ) -> NotificationPage:
        async with pool.connection() as connection:
            unread, last_number = await messages.counts(connection, user_id)
            found = await messages.page(connection, user_id, after, limit)
        items = [Notification.model_validate(one) for one in found]
        return NotificationPage(items=items, unread=unread, last_number=last_number)

    @routes.post(READ_NOTIFICATION.route, dependencies=[Depends(require_service(tokens, READ_NOTIFICATION))])
    async def read(user_id: UUID, notification_id: UUID) -> Notification:
        found = await sweep(pool, lambda connection: messages.read_one(connection, user_id, notification_id))
        if found is None:
            raise Problem(404, "notification_not_found", "There is no such notification.")
        return Notification.model_validate(found)

    @routes.post(READ_NOTIFICATIONS.route, dependencies=[Depends(require_service(tokens, READ_NOTIFICATIONS))])
    async def read_all(user_id: UUID, body: UpTo) -> Read:
        return Read(read=await sweep(pool, lambda connection: messages.read_all(connection, user_id, body.up_to)))

    return routes
