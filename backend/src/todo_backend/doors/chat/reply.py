"""A reply while it is made: each part goes out as a frame of the AI SDK UI message stream and into the message kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson

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


class Text:
    """A text that is being said; it is part of the message as far as it came."""

    def __init__(self, parts: list[Json], send: Callable[[bytes], None]) -> None:
        self._id = uuid4().hex
        self._part: Json = {"type": "text", "text": "", "state": "done"}
        self._send = send
        parts.append(self._part)
        send(frame({"type": "text-start", "id": self._id}))

    def say(self, delta: str) -> None:
        """Say the next piece."""
        self._part["text"] += delta
        self._send(frame({"type": "text-delta", "id": self._id, "delta": delta}))

    def end(self) -> None:
        """End it."""
        self._send(frame({"type": "text-end", "id": self._id}))


class Reply:
    """Collects the parts of one message and hands each frame on at once. `send` never waits and never fails."""

    def __init__(self, message_id: str, send: Callable[[bytes], None]) -> None:
        self.message_id = message_id
        self.parts: list[Json] = []
        self.changed = False
        self._send = send
        self._calls: dict[str, Json] = {}

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

    def speaking(self) -> Text:
        """Begin a text that comes in pieces."""
        return Text(self.parts, self._send)

    def began(self, name: str, given: Json) -> str:
        """Show that a tool is called, and return what names the call."""
        call_id = uuid4().hex
        base = {"toolCallId": call_id, "input": given}
        self._send(frame({"type": "tool-input-available", "toolName": name, **base}))
        self._calls[call_id] = {"type": f"tool-{name}", **base}
        return call_id

    def gave(self, call_id: str, output: Json) -> None:
        """Show what came out of a call."""
        self._send(frame({"type": "tool-output-available", "toolCallId": call_id, "output": output}))
        self.parts.append({**self._calls.pop(call_id), "state": "output-available", "output": output})
        self.changed = self.changed or output.get("undo") is not None

    def refused(self, call_id: str, why: str) -> None:
        """Show that a call was refused."""
        self._send(frame({"type": "tool-output-error", "toolCallId": call_id, "errorText": why}))
        self.parts.append({**self._calls.pop(call_id), "state": "output-error", "errorText": why})

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
