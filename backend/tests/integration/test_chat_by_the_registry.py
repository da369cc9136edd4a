"""The built-in model has no way to the tasks but the tools of the registry: the same that `/mcp` and the agent call.

Every use case and every call of another service is looked at while a conversation uses each intent there is; what
happens outside of `registry.call` fails the test.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import httpx
import pytest
from actors import Chat
from event_contracts import edges
from todo_backend.application.execute import Executor
from todo_backend.bootstrap import Backend
from todo_backend.doors.chat.intents import INTENTS
from todo_backend.doors.tools import registry

pytestmark = pytest.mark.integration

LINES = (
    "add water the plants every day",
    "add pay rent tomorrow at 17:00 with a reminder 30 minutes before",
    "move pay rent to 2031-02-28 at 9:00",
    "pay rent can wait two days",
    "remind me 1 hour before pay rent",
    "rename pay rent to rent",
    "repeat rent every month",
    "make a list Household",
    "move rent to household",
    "rename the list Household to Home",
    "move buy paint to Home",
    "which lists do I have",
    "show list home",
    "what is due today",
    "search rent",
    "skip water the plants",
    "undo",
    "postpone water the plants to the next date",
    "skip all missed of water the plants",
    "pause water the plants",
    "resume water the plants",
    "stop repeating water the plants",
    "I watered the plants",
    "reopen water the plants",
    "done with water the plants",
    "what did I do today",
    "snooze rent for an hour",
    "dentist 2031-02-28 15:00",
    "yes",
    "delete dentist",
    "yes",
    "delete rent",
    "only this one",
    "delete the list home",
    "delete it",
)
"""Every intent that leads to a tool, at least once."""


class Witness:
    """What was done within a call of the registry, and what beside one."""

    def __init__(self) -> None:
        self.within: ContextVar[str | None] = ContextVar("within", default=None)
        self.called: list[str] = []
        self.done: list[str] = []
        self.beside: list[str] = []

    def saw(self, what: str) -> None:
        tool = self.within.get()
        (self.beside if tool is None else self.done).append(tool or what)


@pytest.fixture
def witness(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Witness:
    seen = Witness()
    real_call, real_execute = registry.call, Executor.execute

    async def call(tool: Any, arguments: Any, acting: Any) -> Any:
        seen.called.append(tool.name)
        token = seen.within.set(tool.name)
        try:
            return await real_call(tool, arguments, acting)
        finally:
            seen.within.reset(token)

    async def execute(self: Executor, command: Any) -> Any:
        if command.origin.door == "chat":
            seen.saw("a use case")
        return await real_execute(self, command)

    async def other_service(_: Any, edge: Any, path: Any, *args: Any, **given: Any) -> httpx.Response:
        seen.saw("another service")
        return httpx.Response(200, json=_notification_service(edge, path))

    monkeypatch.setattr(registry, "call", call)
    monkeypatch.setattr(Executor, "execute", execute)
    monkeypatch.setattr(type(backend.services.invoker), "call", other_service)
    return seen


async def test_every_change_of_a_turn_is_a_call_of_a_registry_tool_and_of_one_that_the_table_names(
    chat: Chat, witness: Witness
) -> None:
    shown: list[str] = []
    for line in LINES:
        parts = await chat.say(line)
        shown += [part["toolName"] for part in parts if part["type"] == "tool-input-available"]
        refused = [part["errorText"] for part in parts if part["type"] == "tool-output-error"]
        assert (refused, [part["type"] for part in parts].count("error")) == ([], 0), (line, refused)

    named = {tool for led in INTENTS.values() for tool in led.tools}
    assert witness.beside == []
    assert set(shown) == named, "the table of intents names what the chat does, and nothing else"
    assert set(witness.called) >= set(shown)
    acts = {tool for tool in named if registry.TOOL[tool].kind != "question"}
    assert set(witness.done) >= acts


async def test_an_intent_cannot_call_a_tool_that_its_row_does_not_name(
    chat: Chat, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("todo_backend.doors.chat.acting.Led.may", property(lambda _: frozenset()))

    parts = await chat.say("add milk")

    assert [part["type"] for part in parts if part["type"] in ("error", "tool-output-available")] == ["error"]
    assert await chat.person.listed() == []


def _notification_service(edge: Any, path: dict[str, Any]) -> dict[str, Any]:
    """Answer as notification-service does; its own answers are tried by `tests/end_to_end/test_reminders.py`."""
    reminder = "0198c0de-0000-7000-8000-000000000001"
    if edge is edges.LIST_NOTIFICATIONS:
        return {"items": [], "unread": 0, "last_number": 0}
    if edge is edges.READ_TASK_REMINDERS:
        standing = {"reminder_id": reminder, "kind": "own", "state": "planned", "told_at": None, "late": False}
        return {"version": 1, "items": [{**standing, "at": "2031-02-28T08:00:00Z"}]}
    return {"task_id": reminder, "reminder_id": str(path["reminder_id"]), "until": "2031-02-28T08:00:00Z"}
