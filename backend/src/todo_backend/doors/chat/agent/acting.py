"""One turn of the model, told to the reply and to the conversation's memory while it happens. Knows no SDK."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from todo_backend.application.shapes import Json
from todo_backend.conversations.domain import Call, Memory, Question
from todo_backend.doors.chat.agent.leave import Leave, pending, shown, shows_first
from todo_backend.doors.chat.agent.named import PersonsWords, is_id
from todo_backend.doors.chat.model import Asked
from todo_backend.doors.chat.reply import Reply
from todo_backend.doors.chat.sentences import refusal, sentence
from todo_backend.doors.chat.sentences.acts import act_in_words
from todo_backend.doors.said import named
from todo_backend.doors.tools.refused import Refused

Do = Callable[[dict[str, Any], str | None], Awaitable[tuple[Json, bool]]]
"""Calls a tool with its arguments and an idempotency key; returns what came back, and whether it was refused."""
Door = Callable[[str], Do]
"""Gives what calls the tool of a name."""
LONGEST_SHOWN = 200
ABOUT = {"task", "list_name", "line"}
WAITS = "The person's lines do not name this, so they are asked and it is not done yet. Do not call it again."


@dataclass
class AgentTurn:
    """A line that the model answers. `memory` is what the next line may refer to."""

    asked: Asked
    reply: Reply
    leave: Leave
    memory: Memory = field(init=False)
    waiting: list[Call] = field(default_factory=list[Call])
    words: PersonsWords = field(init=False)

    def __post_init__(self) -> None:
        self.words = PersonsWords(self.asked)
        self.memory = self.asked.before.memory.model_copy(update={"question": None})

    async def call(self, name: str, arguments: dict[str, Any], door: Door, *, is_question: bool) -> Json:
        """Make a call that the model wants, if the person's line gives leave, and return what the model is to see."""
        # Only the person confirms: what the model says about that is not even looked at.
        asked_for = {key: value for key, value in arguments.items() if key != "confirm"}
        why = self.leave.refusal(is_question=is_question)
        if why is not None:
            return {"refused": {"code": "no_leave", "title": why}}
        if not is_question and not shows_first(name):
            await self._learn_of(asked_for, door)
            if not self.words.names(name, asked_for):
                self.waiting.append(Call(name=name, arguments=asked_for))
                return {"waiting": {"code": "asks_the_person", "title": WAITS}}
        return await self._made(name, asked_for, door(name), is_question=is_question)

    def ask(self) -> None:
        """Ask the person about the acts that their lines do not name, if there are any."""
        if not self.waiting:
            return
        language = self.asked.moment.language
        shown = [(call, self.words.shown(call.arguments)) for call in self.waiting]
        tasks = [{"title": f"{act_in_words(language, call.name)}: {title}"} for call, title in shown]
        self.reply.data("question", {"kind": "sure", "act": "acts", "tasks": tasks, "repeats": False})
        lines = [f"- {act_in_words(language, c.name)}: {named(title)}{_how(c.arguments)}" for c, title in shown]
        self.reply.text(sentence(language, "acts_sure", acts="\n".join(lines)))
        self._asks(tuple(self.waiting))

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
        self.words.learn(result)
        self.words.acted(result)
        self._remember(name, arguments, result)
        return shown(_without_confirmation(result))

    def _asks(self, calls: tuple[Call, ...]) -> None:
        asked = self.asked
        before = self.memory.question.calls if self.memory.question else ()
        question = Question(
            kind="sure", line=asked.line[:2000], said_at=asked.moment.now, tasks=(), calls=(*before, *calls)
        )
        self.memory = self.memory.model_copy(update={"question": question})

    async def _learn_of(self, arguments: Json, door: Door) -> None:
        """Ask what a task is called whose id nobody has shown in this conversation."""
        said = arguments.get("task")
        if said is not None and is_id(said) and str(said) not in self.words.titles:
            result, refused = await door("get_task")({"task": said}, None)
            if not refused:
                self.words.learn(result)

    def _remember(self, name: str, arguments: dict[str, Any], result: Json) -> None:
        waiting = pending(name, arguments, result)
        if waiting is not None:
            target = result.get("task") or result.get("list") or {}
            title = str(target.get("title") or target.get("name") or "")
            told = {"task_id": str(target.get("id", "")), "title": title}
            repeats = bool(target.get("repeats")) and not arguments.get("only_this")
            self.reply.data("question", {"kind": "sure", "act": name, "tasks": [told], "repeats": repeats})
            self._asks((waiting,))
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


def _how(arguments: Json) -> str:
    """Return how an act would be done, beside what it is about."""
    rest = {name: value for name, value in arguments.items() if name not in ABOUT and value not in (None, "")}
    said = [f"{name} {v if isinstance(v, str) else orjson.dumps(v).decode()}" for name, v in rest.items()]
    text = " ".join(", ".join(said).split())
    return f" ({text[:LONGEST_SHOWN]})" if text else ""


def _without_confirmation(result: Json) -> Json:
    return {key: value for key, value in result.items() if key != "confirm"}
