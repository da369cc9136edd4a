"""A reply while it is made: each part goes out as a frame of the AI SDK UI message stream and into the message kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import orjson

from todo_backend.errors import TodoError

HEADERS = {
    "x-vercel-ai-ui-message-stream": "v1",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
}
DONE = b"data: [DONE]\n\n"
Json = dict[str, Any]


def frame(part: Json) -> bytes:
    """Return one part as a server-sent event."""
    return b"data: " + orjson.dumps(part) + b"\n\n"


class Reply:
    """Collects the parts of one message and hands each frame on at once. `send` never waits and never fails."""

    def __init__(self, message_id: str, send: Callable[[bytes], None]) -> None:
        self.message_id = message_id
        self.parts: list[Json] = []
        self.changed = False
        self._send = send

    def open(self, conversation_id: str) -> None:
        """Begin the message; its metadata names the conversation, for a client that did not."""
        self._send(
            frame(
                {
                    "type": "start",
                    "messageId": self.message_id,
                    "messageMetadata": {"conversationId": conversation_id},
                }
            )
        )
        self._send(frame({"type": "start-step"}))

    def close(self) -> None:
        """End the message."""
        self._send(frame({"type": "finish-step"}))
        self._send(frame({"type": "finish"}))
        self._send(DONE)

    def text(self, text: str) -> None:
        """Say something, line by line."""
        part_id = uuid4().hex
        self._send(frame({"type": "text-start", "id": part_id}))
        for line in text.splitlines(keepends=True):
            self._send(frame({"type": "text-delta", "id": part_id, "delta": line}))
        self._send(frame({"type": "text-end", "id": part_id}))
        self.parts.append({"type": "text", "text": text, "state": "done"})

    async def tool(self, name: str, given: Json, call: Awaitable[Json]) -> Json:
        """Show a tool call, do it, and return what came out. Raises what the call raises, after showing it."""
        call_id = uuid4().hex
        base = {"toolCallId": call_id, "input": given}
        self._send(frame({"type": "tool-input-available", "toolName": name, **base}))
        try:
            output = await call
        except TodoError as error:
            self._send(frame({"type": "tool-output-error", "toolCallId": call_id, "errorText": error.sentence}))
            failed = {"state": "output-error", "errorText": error.sentence}
            self.parts.append({"type": f"tool-{name}", **base, **failed})
            raise
        self._send(frame({"type": "tool-output-available", "toolCallId": call_id, "output": output}))
        self.parts.append({"type": f"tool-{name}", **base, "state": "output-available", "output": output})
        self.changed = self.changed or output.get("undo") is not None
        return output

    def data(self, name: str, value: Any) -> None:
        """Add structured data that a page may draw."""
        part = {"type": f"data-{name}", "data": value}
        self._send(frame(part))
        self.parts.append(part)

    def repeat(self, part: Json) -> None:
        """Send a part that was kept, as it would have come at first."""
        kind: str = part["type"]
        if kind == "text":
            self.text(part["text"])
        elif kind.startswith("tool-"):
            call = {"toolCallId": part["toolCallId"]}
            self._send(frame({"type": "tool-input-available", "toolName": kind[5:], **call, "input": part["input"]}))
            if part["state"] == "output-error":
                self._send(frame({"type": "tool-output-error", **call, "errorText": part["errorText"]}))
            else:
                self._send(frame({"type": "tool-output-available", **call, "output": part["output"]}))
        else:
            self._send(frame(part))

    def failed(self, sentence: str) -> None:
        """Say that the reply broke off."""
        self._send(frame({"type": "error", "errorText": sentence}))
