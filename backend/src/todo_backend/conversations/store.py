"""Conversations in the Dapr state store. The key begins with the user of the token: there is no way to another's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from dapr_edge.errors import StateConflict, StateUnavailable
from dapr_edge.state import StateStore
from pydantic import ValidationError

from todo_backend.conversations.domain import Conversation
from todo_backend.errors import ChatUnavailable

logger = logging.getLogger(__name__)

TTL_SECONDS = 30 * 24 * 3600


class Conversations:
    """Reads and changes conversations; two at once on the same one both happen, one after the other."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    async def read(self, user_id: UUID, conversation_id: str) -> Conversation | None:
        """Return a conversation. Raises ChatUnavailable."""
        try:
            return _conversation((await self._store.get(_key(user_id, conversation_id))).value)
        except StateUnavailable as error:
            raise ChatUnavailable from error

    async def change(
        self, user_id: UUID, conversation_id: str, change: Callable[[Conversation], Conversation]
    ) -> Conversation:
        """Apply a change to what is stored now and return what was there before. Raises ChatUnavailable.

        `change` is called again when somebody else has written meanwhile.
        """

        def changed(value: object) -> dict[str, Any] | None:
            before = _conversation(value) or Conversation(id=conversation_id)
            after = change(before)
            return None if after == before else after.model_dump(mode="json")

        try:
            found = await self._store.change(_key(user_id, conversation_id), changed, TTL_SECONDS)
        except StateConflict as error:
            raise ChatUnavailable("Too many messages at once in this conversation.") from error
        except StateUnavailable as error:
            raise ChatUnavailable from error
        return _conversation(found) or Conversation(id=conversation_id)


def _key(user_id: UUID, conversation_id: str) -> str:
    return f"conversation-{user_id}-{conversation_id}"


def _conversation(value: object) -> Conversation | None:
    if value is None:
        return None
    try:
        return Conversation.model_validate(value)
    except ValidationError as error:
        logger.warning("a stored conversation cannot be read and begins anew: %s", error.errors()[0]["type"])
        return None
