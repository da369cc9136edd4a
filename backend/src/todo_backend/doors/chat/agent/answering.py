"""The chat's model where an endpoint is configured; where it cannot answer, the built-in one does and says so."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from service_kit import context, telemetry
from service_kit.breaker import Breaker, Patience
from starlette.types import ASGIApp
from task_language import No, Yes, understand

from todo_backend.accounts.tokens import Tokens
from todo_backend.conversations.domain import Call, Memory
from todo_backend.doors.chat.agent.access import ModelAccess
from todo_backend.doors.chat.agent.acting import AgentTurn
from todo_backend.doors.chat.agent.budget import Budgets
from todo_backend.doors.chat.agent.leave import Leave
from todo_backend.doors.chat.model import Asked, Model
from todo_backend.doors.chat.reply import Reply
from todo_backend.doors.chat.sentences import refusal, sentence
from todo_backend.doors.chat.tools import Tools

logger = logging.getLogger(__name__)

PATIENCE = Patience(failures=3, seconds=15.0, longest=240.0)
LONGEST_LINE = 4_000
"""What is longer was not typed as one wish, and costs as much as it is long: the built-in model says so."""


class AgentModel:
    """Answers with the configured model; see `Model`."""

    def __init__(self, access: ModelAccess, tokens: Tokens, budgets: Budgets, without: Model) -> None:
        """Take what it needs, and which model answers `without` it."""
        self._access, self._tokens, self._budgets, self._without = access, tokens, budgets, without
        self._breaker = Breaker(time.monotonic, PATIENCE)
        self._app: ASGIApp | None = None

    def connect(self, app: ASGIApp) -> None:
        """Tell where `/mcp` is: the application that this model answers in."""
        self._app = app

    async def answer(self, asked: Asked, tools: Tools, reply: Reply) -> Memory:
        """Answer one line. What the model could not do, and why, is said."""
        question = asked.before.memory.question
        if question is not None and question.calls:
            intent = understand(asked.line, asked.moment)
            if isinstance(intent, Yes):
                return await self._confirmed(asked, reply, question.calls)
            if isinstance(intent, No):
                reply.text(sentence(asked.moment.language, "left"))
                return asked.before.memory.model_copy(update={"question": None})
        if not 0 < len(asked.line) <= LONGEST_LINE:
            return await self._without.answer(asked, tools, reply)
        if not self._breaker.begin():
            return await self._answer_without(asked, tools, reply, "model_away")
        now = asked.moment.now
        if not await self._budgets.take_turn(asked.account.id, now):
            self._breaker.left()
            return await self._answer_without(asked, tools, reply, "model_spent")
        turn = self._turn(asked, reply)
        try:
            running: Any = await asyncio.to_thread(import_module, "todo_backend.doors.chat.agent.running")
            ended = await running.run(self._access, self._app, self._headers(asked), turn)
        except BaseException:
            self._breaker.left()
            raise
        if ended.why == "model_stopped":
            self._breaker.left()
        else:
            self._breaker.ended(failed=ended.is_models_fault)
        await self._budgets.spend(asked.account.id, now, ended.tokens)
        if ended.is_models_fault:
            logger.warning("the chat's model failed", extra={"why": ended.why, "calls": turn.leave.calls})
            if not reply.parts:
                return await self._answer_without(asked, tools, reply, ended.why)
        turn.ask()
        if ended.why:
            reply.text(sentence(asked.moment.language, "model_broke_off" if ended.is_models_fault else ended.why))
        return turn.memory

    async def _answer_without(self, asked: Asked, tools: Tools, reply: Reply, why: str) -> Memory:
        words = sentence(asked.moment.language, why)
        reply.data("notice", {"reason": why, "sentence": words})
        reply.text(words)
        return await self._without.answer(asked, tools, reply)

    async def _confirmed(self, asked: Asked, reply: Reply, calls: Sequence[Call]) -> Memory:
        turn = self._turn(asked, reply)
        running: Any = await asyncio.to_thread(import_module, "todo_backend.doors.chat.agent.running")
        ended = await running.confirmed(self._app, self._headers(asked), turn, calls)
        language = asked.moment.language
        told = [refusal(language, refused) for refused in ended if refused is not None]
        if len(told) < len(ended):
            told = [sentence(language, "confirmed"), *told]
        reply.text(" ".join(dict.fromkeys(told)))
        return turn.memory

    def _turn(self, asked: Asked, reply: Reply) -> AgentTurn:
        intent = understand(asked.line, asked.moment)
        return AgentTurn(asked, reply, Leave(intent, self._access.tool_calls, asked.key))

    def _headers(self, asked: Asked) -> dict[str, str]:
        """Return what makes the model's calls this person's, in this turn: one correlation id from chat to audit."""
        issued = dt.datetime.now(dt.UTC)
        token = self._tokens.agent_token(asked.account.id, self._access.model, issued, asked.expires_at, asked.scopes)
        headers = {"authorization": f"Bearer {token}"}
        if (correlation := context.correlation_id.get()) is not None:
            headers["x-correlation-id"] = str(correlation)
        if (parent := telemetry.current_traceparent()) is not None:
            headers["traceparent"] = parent
        return headers
