"""Done, or later, from the message itself: a small page that asks, and what its button does. No sign-in, a signature.

Opening a link changes nothing, since mail programs and scanners open links by themselves; its button posts.
"""

from __future__ import annotations

import html
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from event_contracts.edges import FOLLOW_ONE_TAP
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from todo_backend.application.change import Answer, Command, Targets
from todo_backend.doors.rest.identity import origin_of
from todo_backend.doors.rest.passing import called
from todo_backend.doors.rest.signed_pages import signed_page
from todo_backend.doors.services import services_of
from todo_backend.errors import TodoError
from todo_backend.tasks.use_cases.complete import CompleteTask, complete_task

router = APIRouter(prefix="/api/one-tap", tags=["reminders"])
Tap = Annotated[Literal["done", "1h", "tomorrow"], Path(description="what the link asks for")]
Token = Annotated[str, Query(min_length=10, max_length=2000, description="what came with the link")]

_ASKED = {
    "done": "Is this task done?",
    "1h": "Shall you be reminded again in an hour?",
    "tomorrow": "Shall you be reminded again tomorrow?",
}
_BUTTON = {"done": "Yes, it is done", "1h": "Remind me in an hour", "tomorrow": "Remind me tomorrow"}
_DONE = {
    "done": "Done.",
    "1h": "You will be reminded again in an hour.",
    "tomorrow": "You will be reminded again tomorrow.",
}
_INVALID = "This link is not valid, or not any more. Open the app instead."
_OVER = "This task is finished or gone already. There is nothing to do."
_AWAY = "This cannot be done at the moment. Try again in a minute."


class _Tapped(BaseModel):
    user_id: UUID
    task_id: UUID


@router.get("/{tap}", response_class=HTMLResponse)
async def open_tap(tap: Tap, token: Token) -> HTMLResponse:
    """Show what the link asks for, with a button."""
    action = f"/api/one-tap/{tap}?token={html.escape(token)}"
    return signed_page(_ASKED[tap], f'<form method="post" action="{action}"><button>{_BUTTON[tap]}</button></form>')


@router.post("/{tap}", response_class=HTMLResponse)
async def follow_tap(request: Request, tap: Tap, token: Token) -> HTMLResponse:
    """Do what the link asks for; twice is once."""
    services = services_of(request)
    answer = await called(services, FOLLOW_ONE_TAP, {"tap": tap}, None, json={"token": token})
    if answer.status_code in (404, 409):
        return signed_page(_OVER, status=409)
    if not answer.is_success:
        return signed_page(_INVALID, status=422) if answer.status_code < 500 else signed_page(_AWAY, status=503)
    if tap == "done":
        tapped = _Tapped.model_validate_json(answer.content)
        command = Command(
            origin=origin_of(tapped.user_id),
            targets=Targets(tasks=(tapped.task_id,)),
            decide=partial(complete_task, CompleteTask(tapped.task_id, None, None)),
            respond=lambda _: Answer(204),
        )
        try:
            await services.executor.execute(command)
        except TodoError as error:
            if error.kind not in ("not_found", "conflict", "gone"):
                raise
            return signed_page(_OVER, status=409)
    return signed_page(_DONE[tap])
