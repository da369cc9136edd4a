"""Notifications, putting off, and what a person wants of reminders: asked of notification-service."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from event_contracts import edges
from event_contracts.preferences import Preferences, PreferencesPatch
from event_contracts.reminders import ReminderStandings, Snoozed, SnoozePreset
from pydantic import AwareDatetime, Field, model_validator

from todo_backend.application.shapes import instant
from todo_backend.doors.rest.fields import Instant
from todo_backend.doors.rest.passing import ask, said_by
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.naming import TaskName, meant
from todo_backend.doors.tools.reading import Limit, NameTask, Nothing
from todo_backend.doors.tools.refused import Refused
from todo_backend.doors.tools.tool import Given, Shown, tool

LARGEST = 2**63 - 1
NOTIFICATIONS = "/api/{user_id}/notifications"


class Told(Shown):
    """One notification."""

    number: int
    id: UUID
    kind: str
    task_id: UUID | None
    reminder_id: UUID | None
    title: str
    sent_at: AwareDatetime
    read_at: AwareDatetime | None
    late: bool


class Notifications(Shown):
    """Notifications, oldest first; `last_number` is that of the newest there ever was."""

    items: list[Told]
    unread: int
    last_number: int


class ListNotifications(Given):
    """After which one."""

    after: Annotated[int | None, Field(ge=0, le=LARGEST, description="a notification's number")] = None
    limit: Limit = 20


@tool("List notifications", "question", f"GET {NOTIFICATIONS}")
async def list_notifications(acting: Acting, given: ListNotifications) -> Notifications:
    """Read what the person was told: the newest, or those after a number."""
    query = {"limit": given.limit} if given.after is None else {"limit": given.limit, "after": given.after}
    return Notifications.model_validate(await _asked(acting, edges.LIST_NOTIFICATIONS, query=query))


class MarkRead(Given):
    """Up to which one."""

    up_to: Annotated[int, Field(ge=0, le=LARGEST, description="the number of the newest that was seen")]


class Marked(Shown):
    """How many became read."""

    read: int


@tool(
    "Mark notifications as read",
    "act",
    f"POST {NOTIFICATIONS}/read-all",
    f"POST {NOTIFICATIONS}/{{notification_id}}/read",
    repeatable=True,
)
async def mark_notifications_read(acting: Acting, given: MarkRead) -> Marked:
    """Mark every notification up to a number as read."""
    return Marked.model_validate(await _asked(acting, edges.READ_NOTIFICATIONS, json={"up_to": given.up_to}))


class SnoozeReminder(Given):
    """Which reminder, and until when."""

    task: TaskName
    reminder_id: Annotated[UUID | None, Field(description="only where the task has several")] = None
    preset: SnoozePreset | None = None
    until: Instant | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> SnoozeReminder:
        if (self.preset is None) == (self.until is None):
            raise ValueError("give either preset or until")
        return self


class SnoozedReminder(Snoozed, Shown):
    """What was put off, and until when."""


@tool("Put a reminder off", "act", "POST /api/{user_id}/reminders/{reminder_id}/snooze")
async def snooze_reminder(acting: Acting, given: SnoozeReminder) -> SnoozedReminder:
    """Put a task's reminder off: the person is reminded again then, unless the task is done before."""
    task, _ = await meant(acting, given.task)
    reminder_id = given.reminder_id or (task.reminders[-1].id if len(task.reminders) == 1 else None)
    if reminder_id is None:
        raise Refused(
            "reminder_not_named",
            "Say which reminder, by its id; nothing was changed."
            if task.reminders
            else "The task has no reminder to put off; remind_task adds one. Nothing was changed.",
            reminders=[str(one.id) for one in task.reminders],
        )
    body = {"preset": given.preset} if given.until is None else {"until": instant(given.until)}
    answer = await _asked(
        acting, edges.SNOOZE_REMINDER, {"reminder_id": reminder_id}, json=body | said_by(acting.acts.origin)
    )
    return SnoozedReminder.model_validate(answer)


class RemindersOfTask(ReminderStandings, Shown):
    """What becomes of each reminder of a task."""


@tool("Read a task's reminders", "question", "GET /api/{user_id}/tasks/{task_id}/reminders")
async def reminders_of_task(acting: Acting, given: NameTask) -> RemindersOfTask:
    """Read what becomes of each reminder of a task: when it comes, that it was told, or why nobody is told."""
    task, _ = await meant(acting, given.task)
    return RemindersOfTask.model_validate(await _asked(acting, edges.READ_TASK_REMINDERS, {"task_id": task.id}))


class PreferencesShown(Preferences, Shown):
    """What a person wants of reminders; wall times in their zone, null is off."""


@tool("Read preferences", "question", "GET /api/{user_id}/preferences")
async def get_preferences(acting: Acting, given: Nothing) -> PreferencesShown:  # noqa: ARG001 - all tools are called alike
    """Read what the person wants of reminders: default hour, quiet hours, daily agenda, weekly review."""
    return PreferencesShown.model_validate(await _asked(acting, edges.READ_PREFERENCES))


class ChangePreferences(PreferencesPatch, Given):
    """The fields to change; null turns off."""


@tool("Change preferences", "act", "PATCH /api/{user_id}/preferences", repeatable=True)
async def change_preferences(acting: Acting, given: ChangePreferences) -> PreferencesShown:
    """Change what the person wants of reminders; what is absent stays. All that is planned moves with it."""
    sent = given.model_dump(mode="json", exclude_unset=True)
    return PreferencesShown.model_validate(await _asked(acting, edges.CHANGE_PREFERENCES, json=sent, headers={}))


async def _asked(acting: Acting, edge: edges.Edge, path: dict[str, Any] | None = None, **arguments: Any) -> Any:
    return orjson.loads((await ask(acting, edge, path, **arguments)).body)
