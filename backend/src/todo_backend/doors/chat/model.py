"""What answers a line: the built-in model, which needs no key, and later one behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from task_language import Moment

from todo_backend.accounts.domain import Account
from todo_backend.conversations.domain import Conversation, Memory
from todo_backend.doors.chat.reply import Reply
from todo_backend.doors.chat.tools import Tools


@dataclass(frozen=True, slots=True)
class Asked:
    """One line, where and when it was said, by whom, and the conversation before it."""

    line: str
    moment: Moment
    before: Conversation
    account: Account


class Model(Protocol):
    """Answers one line of a conversation with tools and words."""

    async def answer(self, asked: Asked, tools: Tools, reply: Reply) -> Memory:
        """Write the reply and return what the next line may refer to. Acts only through `tools`."""
        ...
