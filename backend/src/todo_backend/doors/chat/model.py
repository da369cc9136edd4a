"""What answers a line: the built-in model, which needs no key, or one behind an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from task_language import Moment

from todo_backend.accounts.domain import Account
from todo_backend.accounts.tokens import EVERYTHING, Scope
from todo_backend.conversations.domain import Conversation, Memory
from todo_backend.doors.chat.reply import Reply
from todo_backend.doors.chat.tools import Tools


@dataclass(frozen=True, slots=True)
class Asked:
    """One line, where and when it was said, by whom, and the conversation before it.

    `key` names the message, so that its acts happen once; `expires_at` is when the person's token ends (Unix seconds),
    `scopes` what it allows; `stop` is set when the person wants no more of the reply.
    """

    line: str
    moment: Moment
    before: Conversation
    account: Account
    key: str | None = None
    expires_at: int = 0
    scopes: frozenset[Scope] = EVERYTHING
    stop: asyncio.Event = field(default_factory=asyncio.Event)


class Model(Protocol):
    """Answers one line of a conversation with tools and words."""

    async def answer(self, asked: Asked, tools: Tools, reply: Reply) -> Memory:
        """Write the reply and return what the next line may refer to. Acts only through `tools`."""
        ...
