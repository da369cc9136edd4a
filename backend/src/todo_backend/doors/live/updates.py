"""The route of live updates."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from service_kit.problems import Problem

from todo_backend.doors.live.stream import Stream
from todo_backend.doors.rest.identity import Owner

router = APIRouter(prefix="/api/{user_id}", tags=["live"])


@router.get(
    "/updates",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Server-sent events"}},
)
async def updates(caller: Owner) -> StreamingResponse:
    """Follow one's changes as server-sent events; `Last-Event-ID` resumes after that change number."""
    given = caller.request.headers.get("last-event-id", "").strip()
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Problem(422, "last_event_id_invalid", "Last-Event-ID is a change number.")
    services = caller.services
    services.hub.require_room(caller.user_id)
    stream = Stream(
        services.pool, services.hub, caller.user_id, int(given) if given else None, float(caller.expires_at)
    )
    return StreamingResponse(
        stream.frames(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
    )
