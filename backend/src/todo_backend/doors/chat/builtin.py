"""The built-in model: deterministic, no key. It knows what task-language understands, and asks when in doubt."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from task_language import Delete, Intent, NotUnderstood, Perhaps, understand

from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat import answering
from todo_backend.doors.chat.acting import Turn
from todo_backend.doors.chat.intents import INTENTS
from todo_backend.doors.chat.model import Asked
from todo_backend.doors.chat.reply import Reply
from todo_backend.doors.chat.sentences import refusal
from todo_backend.doors.chat.tools import Tools
from todo_backend.doors.tools.refused import Refused, of_error
from todo_backend.errors import TodoError

AT_ONCE: Final = 16
"""Lines that are answered at the same time in a process. Others wait here, where waiting has no term and holds nothing:
hundreds at once would wait for the few connections to the database, and be refused after some seconds."""


class BuiltIn:
    """Answers with the grammar alone; see `Model`."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)

    async def answer(self, asked: Asked, tools: Tools, reply: Reply) -> Memory:
        """Answer one line. A refusal of an act is said, and whether anything was changed then."""
        turn = Turn(asked, tools, reply, asked.line, asked.moment.now)
        try:
            async with self._room:
                return await _do(understand(asked.line, asked.moment), turn)
        except TodoError as error:
            reply.text(refusal(asked.moment.language, of_error(error)))
        except Refused as refused:
            reply.text(refusal(asked.moment.language, refused))
        return turn.memory


async def _do(intent: Intent, turn: Turn) -> Memory:
    """Do what an intent leads to. An open question comes first: what answers it is no line of its own."""
    question = turn.asked.before.memory.question
    if question is not None and question.kind == "which" and _may_choose(intent):
        number = await answering.by_words(turn, question)
        if number is not None:
            return await answering.chosen(turn, question, number)
    if question is not None and question.kind == "sure" and isinstance(intent, Delete) and intent.target.is_it:
        # "Delete it" says yes once more to whether it is to be deleted.
        return await answering.sure(turn, question, only_this=intent.only_this)
    led = INTENTS[type(intent)]
    return await led.run(replace(turn, may=led.may), intent)


def _may_choose(intent: Intent) -> bool:
    """Return whether a line may be the words of a task that was offered: "the gardener on friday" chooses, too."""
    return isinstance(intent, Perhaps) or (isinstance(intent, NotUnderstood) and intent.reason == "unknown")
