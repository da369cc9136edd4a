"""Broadcast topics: hints that live connections should look, and reminders for them. They may be lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dapr_edge.broadcast import Hint
from event_contracts import CATALOG
from event_contracts.topics import REMINDERS, TASK_UPDATES

from todo_backend.doors.live.hub import Hub

SENT = CATALOG["todo.reminder.sent.v1"].short_name
_SAME = ("reminder_id", "task_id", "title", "remind_at", "due_at", "late", "confirmed", "digest", "because")


def hint_handlers(hub: Hub) -> dict[str, Hint]:
    """Return what is done with a message of each broadcast topic."""

    async def changed(message: dict[str, Any]) -> None:
        for change in message["changes"]:
            hub.nudge(UUID(change["user"]), int(change["counter"]))

    async def reminded(message: dict[str, Any]) -> None:
        if message["event_type"] == SENT and message.get("channel") == "in_app":
            hub.remind(UUID(message["user_id"]), notification_of(message))

    return {TASK_UPDATES.name: changed, REMINDERS.name: reminded}


def notification_of(event_data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a sent reminder as `/notifications` shows it."""
    return {
        "number": event_data["notification_number"],
        "id": event_data["notification_id"],
        "kind": event_data.get("kind") or ("digest" if event_data.get("digest") else "reminder"),
        "summary": event_data.get("summary") or [],
        "sent_at": event_data["occurred_at"],
        "read_at": None,
        **{name: event_data.get(name) for name in _SAME},
    }
