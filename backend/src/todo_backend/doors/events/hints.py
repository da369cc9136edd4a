"""Broadcast topics: hints that live connections should look, and reminders for them. They may be lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dapr_edge.broadcast import Hint
from event_contracts.topics import REMINDERS, TASK_UPDATES

from todo_backend.doors.live.hub import Hub


def hint_handlers(hub: Hub) -> dict[str, Hint]:
    """Return what is done with a message of each broadcast topic."""

    async def changed(message: dict[str, Any]) -> None:
        hub.nudge(UUID(message["user"]), int(message["counter"]))

    async def reminded(message: dict[str, Any]) -> None:
        hub.remind(UUID(message["user_id"]), message)

    return {TASK_UPDATES.name: changed, REMINDERS.name: reminded}
