"""Chatting over HTTP: a stock AI SDK client posts its messages and reads the stream."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from event_contracts.identifiers import uuid7
from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from service_kit.problems import Problem

from todo_backend.accounts.reading import account_by_id
from todo_backend.application.change import Answer
from todo_backend.application.shapes import encode
from todo_backend.doors.chat.reply import HEADERS
from todo_backend.doors.chat.turns import Line, turns_of
from todo_backend.doors.rest.fields import CleanText
from todo_backend.doors.rest.identity import Owner, reply
from todo_backend.errors import AccountGone, ConversationNotFound

router = APIRouter(prefix="/api/{user_id}", tags=["chat"])

ConversationId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class SdkPart(BaseModel):
    """One part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str | None = None


class SdkMessage(BaseModel):
    """A message as the AI SDK sends it."""

    model_config = ConfigDict(extra="allow")

    id: Annotated[CleanText | None, Field(max_length=200)] = None
    role: Literal["user", "assistant", "system"]
    parts: list[SdkPart] = []
    content: str | None = None

    @property
    def text(self) -> str:
        """Return what the message says."""
        return " ".join(p.text for p in self.parts if p.type == "text" and p.text) or self.content or ""


class ChatBody(BaseModel):
    """What useChat posts. The last message of the user is the line; the conversation itself is kept here."""

    model_config = ConfigDict(extra="allow")

    id: ConversationId | None = None
    messages: Annotated[list[SdkMessage], Field(min_length=1)]
    trigger: str | None = None


class ConversationReply(BaseModel):
    """A conversation as AI SDK UI messages, oldest first; at most its last twenty turns."""

    id: str
    messages: list[dict[str, Any]]


@router.post("/chat", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def chat(caller: Owner, body: ChatBody) -> Response:
    """Answer the last line as an AI SDK UI message stream (v1). A message that is sent again is not done again."""
    said = next((m for m in reversed(body.messages) if m.role == "user"), None)
    if said is None:
        raise Problem(422, "invalid", "The messages hold no line of the user.")
    account = await account_by_id(caller.services.pool, caller.user_id)
    if account is None:
        raise AccountGone
    line = Line(
        conversation_id=body.id or str(uuid7()),
        message_id=said.id,
        text=_CONTROL.sub(" ", said.text).strip(),
        expires_at=caller.expires_at,
        scopes=caller.scopes,
        again=body.trigger == "regenerate-message",
    )
    frames = await turns_of(caller.request).begin(caller.services, account, line)
    return StreamingResponse(frames, media_type="text/event-stream", headers=HEADERS)


@router.post("/chat/{conversation_id}/stop", status_code=204)
async def stop(caller: Owner, conversation_id: Annotated[ConversationId, Path()]) -> Response:
    """End the reply that is under way; what it has done stays done. Without one nothing happens."""
    await turns_of(caller.request).stop(caller.services, caller.user_id, conversation_id)
    return Response(status_code=204)


@router.get("/chat/{conversation_id}", response_model=ConversationReply)
async def conversation(caller: Owner, conversation_id: Annotated[ConversationId, Path()]) -> Response:
    """Read a conversation, to go on with it after a reload."""
    found = await caller.services.conversations.read(caller.user_id, conversation_id)
    if found is None:
        raise ConversationNotFound
    body = {"id": found.id, "messages": found.messages()}
    return reply(Answer(200, encode(body), {"Cache-Control": "no-store"}))
