"""What every act has at hand: the line being answered, and how a task is named to a tool."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from todo_backend.application.shapes import Json
from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.model import Asked
from todo_backend.doors.chat.reply import Reply
from todo_backend.doors.chat.sentences import sentence
from todo_backend.doors.chat.tools import Tools
from todo_backend.tasks.reading import Found


@dataclass(frozen=True, slots=True)
class Turn:
    """One line being answered. `line` and `said_at` are the line that holds its intent: the one before a question."""

    asked: Asked
    tools: Tools
    reply: Reply
    line: str
    said_at: dt.datetime

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


def which(found: Found) -> Json:
    """Return how a task is named among what is given to a tool."""
    return {"task_id": str(found[0].id), "title": found[0].title}
