"""Notifications over REST: asked of notification-service, which keeps them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import httpx
from dapr_edge.errors import CalleeUnavailable
from event_contracts.edges import LIST_NOTIFICATIONS, READ_NOTIFICATION, READ_NOTIFICATIONS, Edge
from fastapi import APIRouter, Query, Response

from todo_backend.application.change import Answer
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.identity import Caller, Owner, reply
from todo_backend.doors.rest.requests import ReadUpTo
from todo_backend.errors import NotificationNotFound, NotificationsUnavailable
from todo_backend.tasks.listing import PAGE_LIMIT

router = APIRouter(prefix="/api/{user_id}/notifications", tags=["notifications"])
LARGEST = 2**63 - 1


@router.get("", response_model=replies.NotificationPage)
async def notifications(
    caller: Owner,
    after: Annotated[int | None, Query(ge=0, le=LARGEST, description="a notification's number")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = 50,
) -> Response:
    """Read notifications, oldest first: those after a number; without one, the newest."""
    query = {"limit": limit} if after is None else {"limit": limit, "after": after}
    return _shown(await _ask(caller, LIST_NOTIFICATIONS, query=query))


@router.post("/{notification_id}/read", response_model=replies.Notification)
async def read(caller: Owner, notification_id: UUID) -> Response:
    """Mark a notification as read."""
    answer = await _ask(caller, READ_NOTIFICATION, {"notification_id": notification_id})
    if answer.status_code == 404:
        raise NotificationNotFound
    return _shown(answer)


@router.post("/read-all", response_model=replies.NotificationsRead)
async def read_all(caller: Owner, body: ReadUpTo) -> Response:
    """Mark every notification up to a number as read."""
    return _shown(await _ask(caller, READ_NOTIFICATIONS, json={"up_to": body.up_to}))


async def _ask(caller: Caller, edge: Edge, path: dict[str, Any] | None = None, **arguments: Any) -> httpx.Response:
    parameters = {"user_id": caller.user_id, **(path or {})}
    try:
        return await caller.services.invoker.call(edge, parameters, caller.user_id, **arguments)
    except CalleeUnavailable as error:
        raise NotificationsUnavailable from error


def _shown(answer: httpx.Response) -> Response:
    if answer.status_code != 200:
        raise NotificationsUnavailable(f"notification-service answered {answer.status_code}")
    return reply(Answer(200, answer.content))
