"""Putting a reminder off, over REST: done by notification-service."""

from __future__ import annotations

from uuid import UUID

from event_contracts.edges import SNOOZE_REMINDER
from event_contracts.reminders import SnoozeBody, Snoozed
from fastapi import APIRouter, Response

from todo_backend.doors.rest.identity import Owner
from todo_backend.doors.rest.passing import ask

router = APIRouter(prefix="/api/{user_id}/reminders", tags=["reminders"])


@router.post("/{reminder_id}/snooze", response_model=Snoozed)
async def snooze(caller: Owner, reminder_id: UUID, body: SnoozeBody) -> Response:
    """Put a reminder off: its task is reminded of again then, also in quiet hours, unless it is done before."""
    sent = body.model_dump(mode="json", exclude_none=True)
    return await ask(caller, SNOOZE_REMINDER, {"reminder_id": reminder_id}, json=sent)
