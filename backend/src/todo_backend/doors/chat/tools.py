"""The tools of the built-in model: those of the registry, called for its person, and looks at what a line may mean.

There is no other way from a line to a change: what it does goes through `registry.call`, as a call over `/mcp` does.
Each act has an idempotency key made of the message that asked for it, so that a message that is sent again gets the
kept answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Set as AbstractSet

from task_language import Moment

from todo_backend.accounts.domain import Account
from todo_backend.accounts.tokens import Scope
from todo_backend.application.change import Idempotency, Origin
from todo_backend.application.shapes import Json
from todo_backend.doors.services import Services
from todo_backend.doors.tools import registry
from todo_backend.doors.tools.acting import acting_in_turn
from todo_backend.doors.tools.looks import Looks


class Tools(Looks):
    """What one turn may use. `message_key` names the message; None when its client did not name it."""

    def __init__(
        self,
        services: Services,
        origin: Origin,
        account: Account,
        moment: Moment,
        scopes: AbstractSet[Scope],
        message_key: str | None,
    ) -> None:
        super().__init__(services, origin.user_id)
        self._acting = acting_in_turn(services, origin, account, moment, scopes, self._idempotency)
        self._message_key = message_key
        self._acts = 0

    async def call(self, name: str, given: Json) -> Json:
        """Return what a tool gives. Raises Refused."""
        return (await registry.call(registry.TOOL[name], given, self._acting)).model_dump(mode="json")

    def _idempotency(self) -> Idempotency | None:
        if self._message_key is None:
            return None
        self._acts += 1
        digest = hashlib.sha256(f"{self._message_key}\0{self._acts}".encode()).digest()
        return Idempotency(f"chat:{digest.hex()}", digest)
