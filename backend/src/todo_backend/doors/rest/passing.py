"""Passing on what another service answered to a person's request: its success as it is, its refusals in its words."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
from dapr_edge.errors import CalleeUnavailable
from event_contracts.edges import Edge
from fastapi import Response
from service_kit.problems import Problem

from todo_backend.application.change import Answer, Origin
from todo_backend.doors.rest.identity import reply
from todo_backend.doors.services import OnBehalf, Services
from todo_backend.errors import NotificationsUnavailable

_MEMBERS = ("type", "status", "code", "title", "detail")


async def ask(caller: OnBehalf, edge: Edge, path: dict[str, Any] | None = None, **arguments: Any) -> Response:
    """Ask on behalf of the caller, and return the answer. Raises NotificationsUnavailable, or the callee's Problem."""
    return passed_on(
        await called(caller.services, edge, {"user_id": caller.user_id, **(path or {})}, caller.user_id, **arguments)
    )


def said_by(origin: Origin) -> dict[str, Any]:
    """Return what an order to another service says of who gives it, so that its events say so, too."""
    actor = {"kind": origin.actor_kind, "id": origin.actor_id, "door": origin.door}
    return {"actor": actor, "correlation_id": str(origin.correlation_id)}


async def called(
    services: Services, edge: Edge, parameters: dict[str, Any], acting_user: Any, **arguments: Any
) -> httpx.Response:
    """Return what the callee answers. Raises NotificationsUnavailable."""
    try:
        return await services.invoker.call(edge, parameters, acting_user, **arguments)
    except CalleeUnavailable as error:
        raise NotificationsUnavailable from error


def passed_on(answer: httpx.Response) -> Response:
    """Return a success as it is, with its ETag.

    Raises Problem with a refusal's own words, NotificationsUnavailable for the rest.
    """
    if answer.is_success:
        tag = answer.headers.get("etag")
        return reply(Answer(answer.status_code, answer.content, {"ETag": tag} if tag else {}))
    document = _problem(answer)
    if document is None or answer.status_code >= 500:
        raise NotificationsUnavailable(f"notification-service answered {answer.status_code}")
    extra = {name: value for name, value in document.items() if name not in _MEMBERS}
    raise Problem(answer.status_code, document["code"], document["title"], document.get("detail"), **extra)


def _problem(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        document: Any = orjson.loads(answer.content)
    except ValueError:
        return None
    known = isinstance(document, dict) and {"code", "title"} <= document.keys()
    return document if known else None
