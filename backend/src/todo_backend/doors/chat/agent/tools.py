"""The tools of one person as the Agents SDK calls them: the platform's own `/mcp`, by a token of this turn.

Asked in this process, through the ASGI application and not through a socket: the same door with its token, scopes and
refusals, and no port of our own to know, no second connection to wait for.
"""

from __future__ import annotations

from typing import Any

import httpx2
import mcp_types as types
import orjson
from agents.mcp import MCPServerStreamableHttp
from starlette.types import ASGIApp

from todo_backend.application.shapes import Json
from todo_backend.doors.chat.agent.acting import AgentTurn

KEY = "todo/idempotency-key"
ADDRESS = "http://127.0.0.1/mcp"
CALL_SECONDS = 25.0


class PersonsTools(MCPServerStreamableHttp):
    """What the model may call in one turn."""

    def __init__(self, app: ASGIApp, headers: dict[str, str], turn: AgentTurn) -> None:
        def client(headers: Any = None, timeout: Any = None, auth: Any = None) -> httpx2.AsyncClient:
            transport = httpx2.ASGITransport(app=app)
            return httpx2.AsyncClient(transport=transport, headers=headers, timeout=timeout, auth=auth)

        super().__init__(
            params={"url": ADDRESS, "headers": headers, "httpx_client_factory": client, "terminate_on_close": False},
            cache_tools_list=True,
            name="todo",
            client_session_timeout_seconds=CALL_SECONDS,
            use_structured_content=True,
        )
        self._turn = turn
        self._questions: set[str] = set()

    async def list_tools(self, *args: Any, **kwargs: Any) -> list[types.Tool]:
        """Return the tools, and remember which of them only ask."""
        found = await super().list_tools(*args, **kwargs)
        self._questions = {tool.name for tool in found if tool.annotations and tool.annotations.read_only_hint}
        return found

    async def call_tool(
        self, tool_name: str, arguments: dict[str, Any] | None, meta: dict[str, Any] | None = None
    ) -> types.CallToolResult:
        """Make a call within what the turn may do. What the model sees is a string: small servers take no parts."""
        given = arguments or {}
        seen = await self._turn.call(
            tool_name, given, lambda name: self.caller(name, meta), is_question=tool_name in self._questions
        )
        return types.CallToolResult(content=[], structured_content=seen)

    def caller(self, name: str, meta: dict[str, Any] | None = None) -> Any:
        """Return what calls a tool of that name at the door."""

        async def do(arguments: dict[str, Any], key: str | None) -> tuple[Json, bool]:
            told = {**(meta or {}), KEY: key} if key else meta
            result = await MCPServerStreamableHttp.call_tool(self, name, arguments, told)
            found: Any = _refusal(result) if result.is_error else result.structured_content
            return (found if isinstance(found, dict) else {}), bool(result.is_error)

        return do


def _refusal(result: types.CallToolResult) -> Any:
    """Return the document of a refusal, which is JSON in a text; what the SDK says by itself has no code."""
    text = next((part.text for part in result.content if isinstance(part, types.TextContent)), "")
    try:
        return orjson.loads(text)
    except ValueError:
        return {"title": text} if text else None
