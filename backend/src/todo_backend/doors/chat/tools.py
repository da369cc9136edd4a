"""The chat's tools: the acts of one turn, as an agent on its user's behalf.

Each act has an idempotency key made of the message that asked for it, so that a message that is sent again gets the
kept answer.
"""

from __future__ import annotations

import hashlib
from typing import Any

from event_contracts.edges import Edge
from event_contracts.identifiers import uuid7
from task_language import Draft

from todo_backend.application.change import Idempotency, Origin
from todo_backend.application.shapes import Json
from todo_backend.doors.asking import asked
from todo_backend.doors.services import Services
from todo_backend.doors.tools.acts import Acts
from todo_backend.tasks.lines import command_of


class Tools(Acts):
    """The acts and reads of one turn. `message_key` names the message; None when its client did not name it."""

    def __init__(self, services: Services, origin: Origin, message_key: str | None) -> None:
        super().__init__(services, origin, self._idempotency)
        self._message_key = message_key
        self._acts = 0

    async def add(self, draft: Draft) -> Json:
        """Create the task of a draft. Raises ListNotFound for a list that does not exist."""
        list_id = None if draft.list_name is None else (await self.list_named(draft.list_name)).id
        return await self.create(command_of(draft, uuid7(), list_id))

    async def ask(self, edge: Edge, path: Json, **arguments: Any) -> Json:
        """Return what another service answers on the user's behalf. Raises NotificationsUnavailable, RefusedThere."""
        return await asked(self._services, self._origin.user_id, edge, path, **arguments)

    def _idempotency(self) -> Idempotency | None:
        if self._message_key is None:
            return None
        self._acts += 1
        digest = hashlib.sha256(f"{self._message_key}\0{self._acts}".encode()).digest()
        return Idempotency(f"chat:{digest.hex()}", digest)
