"""Synchronous edges: which app may call which route of which other app through Dapr invocation.

A service token is accepted only for a (caller, method, route) that stands here; in a cluster the access-control
policies of Dapr and the network policies are generated from the same table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """One allowed call. `route` is a path template of the callee; `deadline_seconds` None means the caller's own."""

    caller: str
    callee: str
    method: str
    route: str
    purpose: str
    deadline_seconds: float | None
    service_token: bool = True


ADVANCE_SERIES = Edge(
    "recurring-task-service",
    "todo-backend",
    "POST",
    "/internal/users/{user_id}/series/{series_id}/advance",
    "make the next occurrence of a series",
    5.0,
)
RESUME_SERIES = Edge(
    "recurring-task-service",
    "todo-backend",
    "POST",
    "/internal/users/{user_id}/series/{series_id}/resume",
    "let a paused series go on at the day that was named for it",
    5.0,
)
READ_HISTORY = Edge(
    "todo-backend",
    "audit-service",
    "GET",
    "/internal/users/{user_id}/tasks/{task_id}/history",
    "history of a task",
    2.0,
)
SEARCH_HISTORY = Edge(
    "todo-backend",
    "audit-service",
    "GET",
    "/internal/users/{user_id}/history",
    "history of a user across tasks, with filters",
    2.0,
)
READ_CHAIN = Edge(
    "todo-backend",
    "audit-service",
    "GET",
    "/internal/users/{user_id}/history/{event_id}/chain",
    "what led to an event and what followed from it",
    2.0,
)
READ_TASK_AS_OF = Edge(
    "todo-backend",
    "audit-service",
    "GET",
    "/internal/users/{user_id}/tasks/{task_id}/as-of",
    "a task as it was at an instant",
    2.0,
)
LIST_TASKS_AS_OF = Edge(
    "todo-backend",
    "audit-service",
    "GET",
    "/internal/users/{user_id}/tasks/as-of",
    "a user's tasks as they were at an instant",
    2.0,
)
CONFIRM_REMINDERS = Edge(
    "notification-service",
    "todo-backend",
    "POST",
    "/internal/reminders/confirm",
    "ask just before sending whether reminders still hold",
    2.0,
)
LIST_NOTIFICATIONS = Edge(
    "todo-backend",
    "notification-service",
    "GET",
    "/internal/users/{user_id}/notifications",
    "notifications of a user",
    2.0,
)
READ_NOTIFICATION = Edge(
    "todo-backend",
    "notification-service",
    "POST",
    "/internal/users/{user_id}/notifications/{notification_id}/read",
    "mark a notification as read",
    2.0,
)
READ_NOTIFICATIONS = Edge(
    "todo-backend",
    "notification-service",
    "POST",
    "/internal/users/{user_id}/notifications/read-all",
    "mark notifications as read up to a number",
    2.0,
)
LIST_CHANNELS = Edge(
    "todo-backend",
    "notification-service",
    "GET",
    "/internal/users/{user_id}/channels",
    "channels of a user",
    2.0,
)
ADD_CHANNEL = Edge(
    "todo-backend",
    "notification-service",
    "POST",
    "/internal/users/{user_id}/channels",
    "add a channel; asks the owner of an address by e-mail",
    12.0,
)
CHANGE_CHANNEL = Edge(
    "todo-backend",
    "notification-service",
    "PATCH",
    "/internal/users/{user_id}/channels/{channel_id}",
    "change a channel",
    2.0,
)
REMOVE_CHANNEL = Edge(
    "todo-backend",
    "notification-service",
    "DELETE",
    "/internal/users/{user_id}/channels/{channel_id}",
    "take a channel away",
    2.0,
)
TEST_CHANNEL = Edge(
    "todo-backend",
    "notification-service",
    "POST",
    "/internal/users/{user_id}/channels/{channel_id}/test",
    "send one test message and say what became of it",
    12.0,
)
ROTATE_CHANNEL_SECRET = Edge(
    "todo-backend",
    "notification-service",
    "POST",
    "/internal/users/{user_id}/channels/{channel_id}/rotate-secret",
    "give a webhook a new secret; the old one signs beside it for a day",
    2.0,
)
LIST_DELIVERIES = Edge(
    "todo-backend",
    "notification-service",
    "GET",
    "/internal/users/{user_id}/channels/{channel_id}/deliveries",
    "what was sent to a channel",
    2.0,
)
REPLAY_DELIVERY = Edge(
    "todo-backend",
    "notification-service",
    "POST",
    "/internal/users/{user_id}/channels/{channel_id}/deliveries/{delivery_id}/replay",
    "send a message to a channel again",
    2.0,
)
FOLLOW_CHANNEL_LINK = Edge(
    "todo-backend",
    "notification-service",
    "POST",
    "/internal/channels/{purpose}",
    "what a link in an e-mail asks for: confirm or unsubscribe",
    2.0,
)
READ_PREFERENCES = Edge(
    "todo-backend",
    "notification-service",
    "GET",
    "/internal/users/{user_id}/preferences",
    "what a user wants of reminders",
    2.0,
)
CHANGE_PREFERENCES = Edge(
    "todo-backend",
    "notification-service",
    "PATCH",
    "/internal/users/{user_id}/preferences",
    "change what a user wants of reminders",
    2.0,
)
SNOOZE_REMINDER = Edge(
    "todo-backend",
    "notification-service",
    "POST",
    "/internal/users/{user_id}/reminders/{reminder_id}/snooze",
    "put a reminder off",
    2.0,
)
READ_TASK_REMINDERS = Edge(
    "todo-backend",
    "notification-service",
    "GET",
    "/internal/users/{user_id}/tasks/{task_id}/reminders",
    "what becomes of the reminders of a task",
    2.0,
)
FOLLOW_ONE_TAP = Edge(
    "todo-backend",
    "notification-service",
    "POST",
    "/internal/one-tap/{tap}",
    "what a link in a reminder asks for: whose task is done, or put it off",
    2.0,
)
PAGE_TO_BACKEND = Edge(
    "todo-frontend",
    "todo-backend",
    "*",
    "/api/*",
    "all that the page does, with the person's own token",
    None,
    service_token=False,
)

EDGES: tuple[Edge, ...] = (
    PAGE_TO_BACKEND,
    ADVANCE_SERIES,
    RESUME_SERIES,
    READ_HISTORY,
    SEARCH_HISTORY,
    READ_CHAIN,
    READ_TASK_AS_OF,
    LIST_TASKS_AS_OF,
    CONFIRM_REMINDERS,
    LIST_NOTIFICATIONS,
    READ_NOTIFICATION,
    READ_NOTIFICATIONS,
    LIST_CHANNELS,
    ADD_CHANNEL,
    CHANGE_CHANNEL,
    REMOVE_CHANNEL,
    TEST_CHANNEL,
    ROTATE_CHANNEL_SECRET,
    LIST_DELIVERIES,
    REPLAY_DELIVERY,
    FOLLOW_CHANNEL_LINK,
    READ_PREFERENCES,
    CHANGE_PREFERENCES,
    SNOOZE_REMINDER,
    READ_TASK_REMINDERS,
    FOLLOW_ONE_TAP,
)
