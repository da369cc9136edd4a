"""A conversation as it is kept: its last turns, and what "it", "the second one", "yes" and "undo" would mean next."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

TURNS_LIMIT = 20
BYTES_LIMIT = 256_000
"""What a stored conversation may take; the oldest turns give way."""


SUMMARY_LINES = 20
SHORT = 120


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Call(_Value):
    """A call of a tool that waits for the person's yes; a deletion with the confirmation of what was shown."""

    name: str
    arguments: dict[str, Any]


class Question(_Value):
    """What the chat has asked: which of some tasks, or whether to do it to this one, as it was at `version`.

    `line` and `said_at` are the line that led to it: read again, it means the same. `calls` is what a yes
    does, where that was shown already.
    """

    kind: Literal["which", "sure"]
    line: str
    said_at: dt.datetime
    tasks: tuple[UUID, ...]
    version: int | None = None
    calls: tuple[Call, ...] = ()


class Memory(_Value):
    """What the next line may refer to: an open question, tasks in the order shown, the last one, the last act."""

    question: Question | None = None
    offered: tuple[UUID, ...] = ()
    focus: UUID | None = None
    undo: UUID | None = None


class Reply(_Value):
    """What the chat answered: the parts of one AI SDK UI message. `changed`: something was done."""

    id: str
    parts: tuple[dict[str, Any], ...]
    changed: bool = False


class Turn(_Value):
    """One line and its reply; without a reply it is under way, or was cut off. `message_id` is the client's."""

    id: UUID
    message_id: str | None
    text: str
    said_at: dt.datetime
    reply: Reply | None = None

    def in_short(self) -> str:
        """Return the turn in one line: what was said, and what was done."""
        parts = self.reply.parts if self.reply else ()
        done = [part["type"][5:] for part in parts if part["type"].startswith("tool-") and _has_changed(part)]
        acts = f"; done: {', '.join(done)}" if done else ""
        return f"{self.said_at:%Y-%m-%d %H:%M} “{' '.join(self.text.split())[:SHORT]}”{acts}"


class Conversation(_Value):
    """One conversation of one user. `summary` has a line for each of the turns that were let go last.

    `stopping` is the turn that its person has stopped.
    """

    id: str
    turns: tuple[Turn, ...] = ()
    memory: Memory = Memory()
    summary: tuple[str, ...] = ()
    stopping: UUID | None = None

    def begun(self, turn: Turn) -> Conversation:
        """Return the conversation with a new turn."""
        return self.model_copy(update={"turns": (*self.turns, turn)}).bounded()

    def finished(self, turn: Turn, memory: Memory) -> Conversation:
        """Return the conversation with a turn's reply and what may be referred to from now on."""
        turns = tuple(turn if t.id == turn.id else t for t in self.turns)
        return self.model_copy(update={"turns": turns, "memory": memory}).bounded()

    @property
    def under_way(self) -> Turn | None:
        """Return the newest turn, if it has no reply yet."""
        return self.turns[-1] if self.turns and self.turns[-1].reply is None else None

    def stopped(self) -> Conversation:
        """Return the conversation with its turn under way stopped."""
        turn = self.under_way
        return self if turn is None else self.model_copy(update={"stopping": turn.id})

    def turn_of(self, message_id: str | None, text: str) -> Turn | None:
        """Return the turn that a repeated message has had already."""
        if message_id is None:
            return None
        return next((t for t in reversed(self.turns) if (t.message_id, t.text) == (message_id, text)), None)

    def bounded(self) -> Conversation:
        """Return the conversation within its bounds: the newest turns, at least the last one, and lines of others."""
        turns = self.turns[-TURNS_LIMIT:]
        while len(turns) > 1 and sum(len(orjson.dumps(t.model_dump(mode="json"))) for t in turns) > BYTES_LIMIT:
            turns = turns[1:]
        let_go = self.turns[: len(self.turns) - len(turns)]
        summary = (*self.summary, *(turn.in_short() for turn in let_go))[-SUMMARY_LINES:]
        return self.model_copy(update={"turns": turns, "summary": summary})

    def messages(self) -> list[dict[str, Any]]:
        """Return the conversation as AI SDK UI messages, oldest first."""
        found: list[dict[str, Any]] = []
        for turn in self.turns:
            said = {"type": "text", "text": turn.text}
            found.append({"id": turn.message_id or str(turn.id), "role": "user", "parts": [said]})
            if turn.reply is not None:
                found.append({"id": turn.reply.id, "role": "assistant", "parts": list(turn.reply.parts)})
        return found


def _has_changed(part: dict[str, Any]) -> bool:
    output = part.get("output")
    return isinstance(output, dict) and output.get("undo") is not None
