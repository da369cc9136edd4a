"""One turn: the line is written down first, then answered, then the reply is kept, whoever still listens."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from typing import cast
from uuid import UUID

from event_contracts.identifiers import uuid7
from fastapi import Request
from service_kit import context, telemetry

from todo_backend.accounts.domain import Account
from todo_backend.accounts.tokens import Scope
from todo_backend.application.change import Origin
from todo_backend.conversations import domain
from todo_backend.conversations.domain import Conversation, Memory, Turn
from todo_backend.doors.chat.model import Asked, Model
from todo_backend.doors.chat.reply import DONE, Reply
from todo_backend.doors.chat.sentences import language_of
from todo_backend.doors.chat.tools import Tools
from todo_backend.doors.here_and_now import moment_of
from todo_backend.doors.services import Services
from todo_backend.errors import ChatUnavailable

logger = logging.getLogger(__name__)

AGENT = "built-in"
STOP_SECONDS = 2.0
TEXT_KEPT = 2000
"""Characters of a line that the conversation keeps; the grammar reads fewer."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a client sent. `again`: it asks for another reply to a message that has one.

    `expires_at` is when its token ends, in seconds of the Unix epoch; `scopes` is what that allows.
    """

    conversation_id: str
    message_id: str | None
    text: str
    expires_at: int
    scopes: frozenset[Scope]
    again: bool = False


class Turns:
    """Runs turns. Each is a task of its own, so that it ends whole when its client goes away."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._running: set[asyncio.Task[None]] = set()
        self._stops: dict[UUID, asyncio.Event] = {}

    async def begin(self, services: Services, account: Account, line: Line) -> AsyncIterator[bytes]:
        """Write the line down and return the frames of its reply. Raises ChatUnavailable; nothing was done then.

        A message that has its reply is answered with that reply; nothing is done twice.
        """
        now = dt.datetime.now(dt.UTC)
        kept = line.text[:TEXT_KEPT]
        turn = Turn(id=uuid7(), message_id=line.message_id, text=kept, said_at=now)

        def begun(conversation: Conversation) -> Conversation:
            known = conversation.turn_of(line.message_id, kept)
            return conversation if known is not None else conversation.begun(turn)

        before = await services.conversations.change(account.id, line.conversation_id, begun)
        known = before.turn_of(line.message_id, kept)
        if known is not None and known.reply is not None and (known.reply.changed or not line.again):
            return _again(line.conversation_id, known.reply)
        frames: asyncio.Queue[bytes] = asyncio.Queue()
        reply = Reply(str(uuid7()), frames.put_nowait)
        moment = replace(moment_of(account, now), language=language_of(account.locale))
        asked = Asked(line.text, moment, before, account, _key(line), line.expires_at, line.scopes)
        tools = Tools(services, _origin(account.id), account, moment, line.scopes, _key(line))
        task = asyncio.create_task(self._run(services, account.id, known or turn, asked, tools, reply))
        self._running.add(task)
        self._stops[known.id if known else turn.id] = asked.stop
        task.add_done_callback(partial(self._ended, known.id if known else turn.id))
        return _until_done(frames)

    async def stop(self, services: Services, user_id: UUID, conversation_id: str) -> bool:
        """End the reply that is under way: here at once, in another replica at its next step. False: there is none.

        Raises ChatUnavailable.
        """
        before = await services.conversations.change(user_id, conversation_id, Conversation.stopped)
        turn = before.under_way
        if turn is None:
            return False
        if (event := self._stops.get(turn.id)) is not None:
            event.set()
        return True

    def _ended(self, turn_id: UUID, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._stops.pop(turn_id, None)

    async def settle(self, seconds: float) -> None:
        """Wait for the turns under way; the process is stopping."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def _run(
        self, services: Services, user_id: UUID, turn: Turn, asked: Asked, tools: Tools, reply: Reply
    ) -> None:
        reply.open(asked.before.id)
        memory = asked.before.memory
        watching = asyncio.create_task(_watch(services, user_id, asked, turn.id))
        try:
            memory = await self._model.answer(asked, tools, reply)
        except Exception:
            logger.exception("a chat turn broke off")
            reply.failed("Something went wrong here. What is shown above was done, nothing else.")
        finally:
            watching.cancel()
        try:
            await _keep(services, user_id, asked.before.id, turn, memory, reply)
        except ChatUnavailable:
            logger.warning("a chat turn was answered but could not be kept")
            reply.data("unsaved", {"sentence": "This reply could not be kept; what it did is done."})
        finally:
            reply.close()


async def _watch(services: Services, user_id: UUID, asked: Asked, turn_id: UUID) -> None:
    """Look whether the person has stopped the turn in another replica; short turns are over before the first look."""
    while not asked.stop.is_set():
        await asyncio.sleep(STOP_SECONDS)
        try:
            found = await services.conversations.read(user_id, asked.before.id)
        except ChatUnavailable:
            continue
        if found is not None and found.stopping == turn_id:
            asked.stop.set()


async def _keep(
    services: Services, user_id: UUID, conversation_id: str, turn: Turn, memory: Memory, reply: Reply
) -> None:
    answered = turn.model_copy(
        update={"reply": domain.Reply(id=reply.message_id, parts=tuple(reply.parts), changed=reply.changed)}
    )
    await services.conversations.change(user_id, conversation_id, lambda c: c.finished(answered, memory))


async def _until_done(frames: asyncio.Queue[bytes]) -> AsyncIterator[bytes]:
    while True:
        sent = await frames.get()
        yield sent
        if sent == DONE:
            return


async def _again(conversation_id: str, kept: domain.Reply) -> AsyncIterator[bytes]:
    """Yield the frames of a reply that was given before."""
    frames: list[bytes] = []
    reply = Reply(kept.id, frames.append)
    reply.open(conversation_id)
    for part in kept.parts:
        reply.repeat(part)
    reply.close()
    for sent in frames:
        yield sent


def turns_of(request: Request) -> Turns:
    """Return what runs the turns of the application that serves a request."""
    return cast("Turns", request.app.state.turns)


def _origin(user_id: UUID) -> Origin:
    return Origin(
        user_id=user_id,
        actor_kind="agent",
        actor_id=AGENT,
        door="chat",
        correlation_id=context.correlation_id.get() or uuid7(),
        traceparent=telemetry.current_traceparent(),
    )


def _key(line: Line) -> str | None:
    """Return what names the message, so that its acts happen once; None when its client did not name it."""
    return f"{line.conversation_id}\0{line.message_id}\0{line.text}" if line.message_id else None
