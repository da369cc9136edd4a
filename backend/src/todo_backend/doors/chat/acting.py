"""What every intent has at hand: the line being answered, and the tools that this intent may call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from todo_backend.application.shapes import Json
from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.model import Asked
from todo_backend.doors.chat.reply import Reply
from todo_backend.doors.chat.sentences import refusal, sentence
from todo_backend.doors.chat.tools import Tools
from todo_backend.doors.tools.refused import Refused
from todo_backend.tasks.reading import Found


@dataclass(frozen=True, slots=True)
class Turn:
    """One line being answered. `line` and `said_at` are the line that holds its intent: the one before a question.

    `may`: the tools that the intent leads to, by the table of intents; it can call no other.
    """

    asked: Asked
    tools: Tools
    reply: Reply
    line: str
    said_at: dt.datetime
    may: frozenset[str] = frozenset()

    async def call(self, name: str, given: Json) -> Json:
        """Do what a tool does, show it, and return what it gave. Raises Refused, after showing that."""
        call_id = self.reply.began(name, given)
        try:
            output = await self.look(name, given)
        except Refused as refused:
            self.reply.refused(call_id, refusal(self.asked.moment.language, refused))
            raise
        self.reply.gave(call_id, output)
        return output

    async def look(self, name: str, given: Json) -> Json:
        """Return what a tool gives, without showing it: a question, or what a deletion would delete. Raises Refused."""
        if name not in self.may:
            raise LookupError(f"the table of intents does not lead to {name}")
        return await self.tools.call(name, given)

    def words(self, name: str, /, **values: object) -> str:
        """Return a sentence in the language of the person."""
        return sentence(self.asked.moment.language, name, **values)

    def tell(self, name: str, /, **values: object) -> None:
        """Say a sentence in the language of the person."""
        self.reply.text(self.words(name, **values))

    @property
    def memory(self) -> Memory:
        """Return what was meant until now, without the open question."""
        return self.asked.before.memory.model_copy(update={"question": None})

    def after(self, output: Json) -> Memory:
        """Return the memory after an act: its task is "it", and undo takes it back."""
        undo = output["undo"]
        task_id = UUID(output["task"]["id"])
        return self.memory.model_copy(
            update={"focus": task_id, "undo": UUID(undo) if undo else self.memory.undo, "offered": self.memory.offered}
        )

    def after_list(self, output: Json) -> Memory:
        """Return the memory after an act on a list: undo takes it back."""
        undo = output["undo"]
        return self.memory.model_copy(update={"undo": UUID(undo) if undo else self.memory.undo})


@dataclass(frozen=True, slots=True)
class OnTask:
    """An intent that is about one task: what is done once it is known which, and the tools that this calls.

    `looks`: the tools that it only asks on the way, to know what is meant.
    """

    run: Callable[[Turn, Any, Found], Awaitable[Memory]]
    tools: tuple[str, ...]
    looks: tuple[str, ...] = ()

    @property
    def may(self) -> frozenset[str]:
        """Return every tool that it can call."""
        return frozenset((*self.tools, *self.looks))


@dataclass(frozen=True, slots=True)
class Led:
    """Any intent: what is done, and by which tools; as `OnTask`."""

    run: Callable[[Turn, Any], Awaitable[Memory]]
    tools: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()

    @property
    def may(self) -> frozenset[str]:
        """Return every tool that it can call."""
        return frozenset((*self.tools, *self.looks))


def which(found: Found) -> Json:
    """Return how a task is named to a tool."""
    return {"task": str(found[0].id)}


def target(found: Found) -> Json:
    """Return how a task is named in a question."""
    return {"task_id": str(found[0].id), "title": found[0].title}
