"""One turn of the model, told to the reply and to the conversation's memory while it happens. Knows no SDK."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from todo_backend.application.shapes import Json
from todo_backend.conversations.domain import Memory, Question
from todo_backend.doors.chat.agent.leave import Leave, pending, shown
from todo_backend.doors.chat.model import Asked
from todo_backend.doors.chat.reply import Reply
from todo_backend.doors.chat.sentences import refusal
from todo_backend.doors.tools.refused import Refused

Do = Callable[[dict[str, Any], str | None], Awaitable[tuple[Json, bool]]]
"""Calls a tool with its arguments and an idempotency key; returns what came back, and whether it was refused."""


@dataclass
class AgentTurn:
    """A line that the model answers. `memory` is what the next line may refer to."""

    asked: Asked
    reply: Reply
    leave: Leave
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = self.asked.before.memory.model_copy(update={"question": None})

    async def call(self, name: str, arguments: dict[str, Any], do: Do, *, is_question: bool) -> Json:
        """Make a call that the model wants, if the person's line gives leave, and return what the model is to see."""
        # Only the person confirms: what the model says about that is not even looked at.
        asked_for = {key: value for key, value in arguments.items() if key != "confirm"}
        why = self.leave.refusal(is_question=is_question)
        if why is not None:
            return {"refused": {"code": "no_leave", "title": why}}
        return await self._made(name, asked_for, do, is_question=is_question)

    async def confirmed(self, name: str, arguments: dict[str, Any], do: Do) -> Refused | None:
        """Do what the person has said yes to; return what was refused."""
        seen = await self._made(name, arguments, do, is_question=False)
        return None if "result" in seen else Refused.read(seen["refused"])

    async def _made(self, name: str, arguments: dict[str, Any], do: Do, *, is_question: bool) -> Json:
        call_id = self.reply.began(name, {key: value for key, value in arguments.items() if key != "confirm"})
        given = dict(arguments)
        result, refused = await do(given, self.leave.key(name, given))
        if refused:
            self.reply.refused(call_id, refusal(self.asked.moment.language, Refused.read(result)))
            return {"refused": result}
        self.reply.gave(call_id, _without_confirmation(result))
        # What has no handle of its own, taking back and putting off, changes something, too.
        self.reply.changed = self.reply.changed or (not is_question and "undo" not in result)
        self._remember(name, arguments, result)
        return shown(_without_confirmation(result))

    def _remember(self, name: str, arguments: dict[str, Any], result: Json) -> None:
        waiting = pending(name, arguments, result)
        if waiting is not None:
            target = result.get("task") or result.get("list") or {}
            title = str(target.get("title") or target.get("name") or "")
            told = {"task_id": str(target.get("id", "")), "title": title}
            repeats = bool(target.get("repeats")) and not arguments.get("only_this")
            self.reply.data("question", {"kind": "sure", "act": name, "tasks": [told], "repeats": repeats})
            asked = self.asked
            question = Question(kind="sure", line=asked.line[:2000], said_at=asked.moment.now, tasks=(), call=waiting)
            self.memory = self.memory.model_copy(update={"question": question})
            return
        changed: dict[str, Any] = {}
        if isinstance(result.get("undo"), str):
            changed["undo"] = UUID(result["undo"])
        task = result.get("task")
        if isinstance(task, dict) and "id" in task:
            changed["focus"] = UUID(task["id"])
        tasks = result.get("tasks")
        if isinstance(tasks, list) and tasks:
            ids = tuple(UUID(one["id"]) for one in tasks if isinstance(one, dict) and "id" in one)
            changed |= {"offered": ids, "focus": ids[0] if len(ids) == 1 else None}
        if name == "undo":
            changed["undo"] = None
        self.memory = self.memory.model_copy(update=changed)


def _without_confirmation(result: Json) -> Json:
    return {key: value for key, value in result.items() if key != "confirm"}
