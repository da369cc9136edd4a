"""A turn run by the Agents SDK: the model's words go out as they come, its calls go to the tools."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import openai
from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, RunConfig, Runner
from agents.exceptions import AgentsException, MaxTurnsExceeded
from mcp.shared.exceptions import MCPError
from openai import AsyncOpenAI
from starlette.types import ASGIApp

from todo_backend.conversations.domain import Call
from todo_backend.doors.chat.agent import history
from todo_backend.doors.chat.agent.access import ModelAccess
from todo_backend.doors.chat.agent.acting import AgentTurn
from todo_backend.doors.chat.agent.tools import PersonsTools
from todo_backend.doors.chat.reply import Text
from todo_backend.doors.tools.refused import Refused

CHARACTERS_A_TOKEN = 3
"""What a server that counts no tokens is charged with."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended. `why` names the sentence that says so; empty when it ended well."""

    why: str = ""
    tokens: int = 0

    @property
    def is_models_fault(self) -> bool:
        """Return whether the model, and not the person or the limits, ended it."""
        return self.why not in ("", "model_stopped", "model_many_steps", "model_no_token")


async def run(access: ModelAccess, app: ASGIApp, headers: dict[str, str], turn: AgentTurn) -> Ended:
    """Answer the line of a turn. Never raises for what the model or its server does."""
    tokens = 0
    client = AsyncOpenAI(
        base_url=access.base_url, api_key=access.key or "none", timeout=access.request_seconds, max_retries=0
    )
    text = _Spoken(turn)
    try:
        async with asyncio.timeout(access.turn_seconds), client, PersonsTools(app, headers, turn) as tools:
            agent = Agent(
                name="todo",
                instructions=history.instructions(turn.asked),
                model=OpenAIChatCompletionsModel(model=access.model, openai_client=client),
                mcp_servers=[tools],
                model_settings=ModelSettings(include_usage=True, max_tokens=access.answer_tokens),
            )
            running = Runner.run_streamed(
                agent,
                input=history.messages(turn.asked),  # pyright: ignore[reportArgumentType] - plain messages are items
                max_turns=access.tool_calls + 1,
                run_config=RunConfig(tracing_disabled=True),
            )
            try:
                stopped = await _followed(running, text, turn.asked.stop)
            finally:
                running.cancel()
                tokens = running.context_wrapper.usage.total_tokens or text.characters // CHARACTERS_A_TOKEN
        return Ended("model_stopped" if stopped else "" if text.any else "model_garbled", tokens)
    except Exception as error:
        why = _why(error)
        if why is None:
            raise
        # The SDK wraps what a call raises: that the door let nobody in any more is known by the clock.
        return Ended("model_no_token" if turn.asked.expires_at <= time.time() else why, tokens)
    finally:
        text.end()


_WHY: tuple[tuple[type[BaseException], str], ...] = (
    (MaxTurnsExceeded, "model_many_steps"),
    (MCPError, "model_no_token"),
    (openai.RateLimitError, "model_busy"),
    (openai.APITimeoutError, "model_slow"),
    (TimeoutError, "model_slow"),
    (openai.APIConnectionError, "model_away"),
    (openai.OpenAIError, "model_garbled"),
    (AgentsException, "model_garbled"),
    (ValueError, "model_garbled"),
)
"""What ended a turn; of the tools only that their door lets nobody in raises, all else is told to the model."""


def _why(error: BaseException) -> str | None:
    if isinstance(error, BaseExceptionGroup):
        return next((why for each in error.exceptions if (why := _why(each))), None)
    return next((why for kind, why in _WHY if isinstance(error, kind)), None)


async def confirmed(
    app: ASGIApp, headers: dict[str, str], turn: AgentTurn, calls: Sequence[Call]
) -> list[Refused | None]:
    """Do what the person has said yes to, by the tools and the confirmations that were shown; what each refused."""
    async with PersonsTools(app, headers, turn) as tools:
        return [await turn.confirmed(call.name, call.arguments, tools.caller(call.name)) for call in calls]


async def _followed(running: Any, text: _Spoken, stop: asyncio.Event) -> bool:
    """Pass on what the model says until it ends; return whether the person stopped it."""

    async def follow() -> None:
        async for event in running.stream_events():
            if event.type != "raw_response_event":
                continue
            if event.data.type == "response.output_text.delta":
                text.say(event.data.delta)
            elif event.data.type in ("response.completed", "response.output_text.done"):
                text.end()

    following, stopping = asyncio.create_task(follow()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((following, stopping), return_when=asyncio.FIRST_COMPLETED)
        if following.done():
            await following
            return False
        return True
    finally:
        for task in (following, stopping):
            task.cancel()


class _Spoken:
    """The model's words on their way into the reply."""

    def __init__(self, turn: AgentTurn) -> None:
        self._turn = turn
        self._text: Text | None = None
        self.characters = 0

    @property
    def any(self) -> bool:
        return self.characters > 0 or bool(self._turn.reply.parts) or bool(self._turn.waiting)

    def say(self, delta: str) -> None:
        if self._text is None:
            self._text = self._turn.reply.speaking()
        self.characters += len(delta)
        self._text.say(delta)

    def end(self) -> None:
        if self._text is not None:
            self._text.end()
            self._text = None
