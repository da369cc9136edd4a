"""Reminders over REST: what becomes of those of a task, and putting one off. Done by notification-service."""

from __future__ import annotations

from uuid import UUID

from event_contracts.edges import READ_TASK_REMINDERS, SNOOZE_REMINDER
from event_contracts.reminders import ReminderStandings, SnoozeBody, Snoozed
from fastapi import APIRouter, Response

from todo_backend.doors.rest.identity import Owner, origin_of
from todo_backend.doors.rest.passing import ask, said_by
from todo_backend.errors import TaskNotFound
from todo_backend.tasks import reading

router = APIRouter(prefix="/api/{user_id}", tags=["reminders"])


@router.get("/tasks/{task_id}/reminders", response_model=ReminderStandings)
async def standings(caller: Owner, task_id: UUID) -> Response:
    """Read what becomes of each reminder of a task: when it comes, that it was told, or why nobody is told."""
    if await reading.one(caller.services.pool, caller.user_id, task_id) is None:
        raise TaskNotFound
    return await ask(caller, READ_TASK_REMINDERS, {"task_id": task_id})


@router.post("/reminders/{reminder_id}/snooze", response_model=Snoozed)
async def snooze(caller: Owner, reminder_id: UUID, body: SnoozeBody) -> Response:
    """Put a reminder off: its task is reminded of again then, also in quiet hours, unless it is done before."""
    sent = {**body.model_dump(mode="json", exclude_none=True), **said_by(origin_of(caller.user_id))}
    return await ask(caller, SNOOZE_REMINDER, {"reminder_id": reminder_id}, json=sent)
