"""What a person wants of reminders, over REST: kept by notification-service."""

from __future__ import annotations

from event_contracts.edges import CHANGE_PREFERENCES, READ_PREFERENCES
from event_contracts.preferences import Preferences, PreferencesPatch
from fastapi import APIRouter, Response

from todo_backend.doors.rest.identity import Owner
from todo_backend.doors.rest.passing import ask

router = APIRouter(prefix="/api/{user_id}/preferences", tags=["preferences"])


@router.get("", response_model=Preferences)
async def preferences(caller: Owner) -> Response:
    """Read what one wants of reminders."""
    return await ask(caller, READ_PREFERENCES)


@router.patch("", response_model=Preferences)
async def change_preferences(caller: Owner, body: PreferencesPatch) -> Response:
    """Change what one wants of reminders; what is absent stays. All that is planned moves with it."""
    match = caller.request.headers.get("if-match", "*").strip()
    headers = {} if match == "*" else {"if-match": match.removeprefix("W/")}
    sent = body.model_dump(mode="json", exclude_unset=True)
    return await ask(caller, CHANGE_PREFERENCES, json=sent, headers=headers)
