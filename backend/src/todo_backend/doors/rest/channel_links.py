"""What links in e-mails open: a small page that asks, and what its button does. No sign-in: the link is signed.

Opening a link changes nothing, since mail programs open links by themselves; its button, and the one-click
unsubscription of mail programs (RFC 8058), post.
"""

from __future__ import annotations

import html
from typing import Annotated, Literal

from event_contracts.edges import FOLLOW_CHANNEL_LINK
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from todo_backend.doors.rest.passing import called
from todo_backend.doors.rest.signed_pages import signed_page
from todo_backend.doors.services import services_of

router = APIRouter(prefix="/api/channels", tags=["channels"])
Purpose = Annotated[Literal["confirm", "unsubscribe"], Path(description="what the link asks for")]
Token = Annotated[str, Query(min_length=10, max_length=2000, description="what came with the link")]

_ASKED = {
    "confirm": "Shall reminders come to this address?",
    "unsubscribe": "Shall no more e-mails come to this address?",
}
_BUTTON = {"confirm": "Yes, send them here", "unsubscribe": "Send no more"}
_DONE = {
    "confirm": "Reminders come to this address from now on.",
    "unsubscribe": "No more e-mails come to this address.",
}
_INVALID = "This link is not valid, or not any more. Add the address again to get a new one."
_AWAY = "This cannot be done at the moment. Try again in a minute."


@router.get("/{purpose}", response_class=HTMLResponse)
async def open_link(purpose: Purpose, token: Token) -> HTMLResponse:
    """Show what the link asks for, with a button."""
    action = f"/api/channels/{purpose}?token={html.escape(token)}"
    form = f'<form method="post" action="{action}"><button>{_BUTTON[purpose]}</button></form>'
    return signed_page(_ASKED[purpose], form)


@router.post("/{purpose}", response_class=HTMLResponse)
async def follow_link(request: Request, purpose: Purpose, token: Token) -> HTMLResponse:
    """Do what the link asks for."""
    answer = await called(services_of(request), FOLLOW_CHANNEL_LINK, {"purpose": purpose}, None, json={"token": token})
    if answer.is_success:
        return signed_page(_DONE[purpose])
    return signed_page(_INVALID, status=422) if answer.status_code < 500 else signed_page(_AWAY, status=503)
