"""Asking notification-service on a person's behalf, for doors that do not pass its answer on as it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from event_contracts.edges import Edge

from todo_backend.doors.rest.passing import called
from todo_backend.doors.services import Services
from todo_backend.errors import NotificationsUnavailable, RefusedThere


async def asked(services: Services, user_id: UUID, edge: Edge, path: dict[str, Any], **arguments: Any) -> Any:
    """Return the document that is answered. Raises RefusedThere with a refusal's sentence, NotificationsUnavailable."""
    answer = await called(services, edge, {"user_id": user_id, **path}, user_id, **arguments)
    try:
        document: Any = orjson.loads(answer.content)
    except ValueError as error:
        raise NotificationsUnavailable from error
    if answer.is_success:
        return document
    if answer.status_code < 500 and isinstance(document, dict) and "title" in document:
        raise RefusedThere(str(document["title"]))
    raise NotificationsUnavailable
