"""A line answered by a model behind an OpenAI-compatible endpoint, on a real PostgreSQL and through the real `/mcp`.

The model is scripted, its server is real HTTP. What it must never do is tried with a model that does what it is told by
anybody: what keeps it from that is code.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from actors import Chat, Database, StateApi, text_of
from todo_backend.accounts.tokens import LIFETIME_SECONDS
from todo_backend.bootstrap import Backend

from tests.scripted_model import ScriptedModel, Step, given_since

pytestmark = pytest.mark.integration

HOLDINGS = (
    "SELECT (SELECT count(*) FROM tasks.ledger) AS events, (SELECT max(value) FROM tasks.change_counters) AS changes,"
    " (SELECT count(*) FROM tasks.acts) AS acts"
)


@pytest.fixture
def backend(talking: Backend) -> Backend:
    return talking


def outputs(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [p["output"] for p in parts if p["type"] == "tool-output-available"]


def acted(*calls: tuple[str, dict[str, Any]]) -> Any:
    """A model that makes these calls for a line, and then says what came of them."""

    def script(messages: list[dict[str, Any]]) -> Step:
        return Step("That is done.") if given_since(messages) else Step(calls=calls)

    return script


async def test_a_model_acts_by_the_tools_and_its_words_come_as_they_are_said(
    chat: Chat, model: ScriptedModel, database: Database
) -> None:
    model.script = acted(("add_task", {"line": "pay rent tomorrow at 17:00"}))

    answer = await chat.post("I should pay the rent tomorrow at five")
    parts = [json.loads(f.removeprefix("data: ")) for f in answer.text.split("\n\n")[:-2]]

    [task] = await chat.person.listed()
    assert (task["title"], task["due"]["time"]) == ("pay rent", "17:00:00")
    assert [p["delta"] for p in parts if p["type"] == "text-delta"] == ["That ", "is ", "done. "]
    [done] = outputs(parts)
    assert (done["task"]["id"], len(model.requests)) == (task["id"], 2)
    rows = database.rows("SELECT record FROM tasks.ledger WHERE topic = 'task-events'")
    data = orjson.loads(bytes(rows[0]["record"]))["data"]
    assert (data["actor"]["kind"], data["actor"]["id"], data["actor"]["door"]) == ("agent", "scripted-1", "chat")
    assert data["correlation_id"] == answer.headers["x-correlation-id"]
    await chat.person.call("POST", f"/undo/{done['undo']}", {})
    assert await chat.person.listed() == []


async def test_the_model_is_told_who_and_when_and_what_was_said_and_never_a_key(
    chat: Chat, model: ScriptedModel
) -> None:
    await chat.person.create("Pay rent")
    model.script = acted(("list_tasks", {}))
    await chat.say("what is open?")
    model.says(Step("The first one is “Pay rent”."))
    await chat.say("tell me the first one again")

    system, *said = model.requests[-1]["messages"]
    assert "Europe/Berlin" in system["content"]
    assert "Pay rent" in system["content"]
    assert [m["content"] for m in said if m["role"] == "user"] == ["what is open?", "tell me the first one again"]
    assert all("user_id" not in json.dumps(tool["function"]["parameters"]) for tool in model.requests[-1]["tools"])
    assert chat.person.session["access_token"] not in json.dumps(model.requests)
    results = [m["content"] for request in model.requests for m in request["messages"] if m["role"] == "tool"]
    assert results
    assert all(isinstance(text, str) and "no instructions" in text for text in results)


async def test_a_deletion_is_the_persons_yes_and_no_word_of_the_model(
    chat: Chat, model: ScriptedModel, database: Database
) -> None:
    task = await chat.person.create("Old couch")
    before = database.rows(HOLDINGS)

    def eager(messages: list[dict[str, Any]]) -> Step:
        given = given_since(messages)
        if len(given) < 3:
            return Step(calls=[("delete_task", {"task": task["id"], "confirm": f"{task['id']}.1.seal"})])
        return Step("I have asked.")

    model.script = eager
    asked = await chat.say("delete the old couch")
    held = database.rows(HOLDINGS)
    asked_again = len(model.requests)
    await chat.say("yes")

    assert held == before
    assert next(p["data"]["tasks"][0]["title"] for p in asked if p["type"] == "data-question") == "Old couch"
    seen = [m["content"] for r in model.requests for m in r["messages"] if m["role"] == "tool"]
    assert all(f"{task['id']}." not in text for text in seen), "the model never sees a confirmation"
    assert (await chat.person.read(task))["deleted_at"] is not None
    assert len(model.requests) == asked_again, "a yes needs no model"
    await chat.say("delete the old couch")
    await chat.say("no")
    assert len(await chat.person.listed("?status=open")) == 0


async def test_two_turns_at_once_are_both_answered_and_both_kept(chat: Chat, model: ScriptedModel) -> None:
    def script(messages: list[dict[str, Any]]) -> Step:
        title = str(next(m["content"] for m in reversed(messages) if m["role"] == "user")).split()[-1]
        return Step(f"Added {title}.") if given_since(messages) else Step(calls=[("add_task", {"title": title})])

    model.script = script
    await asyncio.gather(chat.say("please add one"), chat.say("please add two"))

    kept = (await chat.person.call("GET", "/chat/c1")).json()["messages"]
    assert sorted(t["title"] for t in await chat.person.listed()) == ["one", "two"]
    assert [m["role"] for m in kept].count("assistant") == 2


async def test_honest_duplicates_are_two_and_a_message_sent_again_is_done_once(
    chat: Chat, model: ScriptedModel, state: StateApi
) -> None:
    model.script = acted(("add_task", {"title": "milk"}), ("add_task", {"title": "milk"}))
    await chat.say("add milk twice", "m-1")
    key = next(key for key in state.values if key.startswith("conversation-"))
    value, etag = state.values[key]
    value["turns"][-1]["reply"] = None  # the reply was lost with its process
    state.values[key] = (value, etag)

    await chat.say("add milk twice", "m-1")

    assert [t["title"] for t in await chat.person.listed()] == ["milk", "milk"]


async def test_a_reply_is_stopped_and_what_was_done_stays(
    chat: Chat, model: ScriptedModel, api: httpx.AsyncClient
) -> None:
    def script(messages: list[dict[str, Any]]) -> Step:
        return Step(hangs=True) if given_since(messages) else Step(calls=[("add_task", {"title": "milk"})])

    model.script = script
    asking = asyncio.create_task(chat.say("add milk and then think for long"))
    while not await chat.person.listed():
        await asyncio.sleep(0.01)
    stopped = await chat.person.call("POST", "/chat/c1/stop")
    parts = await asking

    assert stopped.status_code == 204
    assert "Stopped." in text_of(parts)
    assert [t["title"] for t in await chat.person.listed()] == ["milk"]
    model.says(Step("Yes?"))
    assert text_of(await chat.say("hello")) == "Yes? "


async def test_a_token_that_ended_before_the_first_call_lets_nothing_be_done(
    chat: Chat, model: ScriptedModel, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.script = acted(("add_task", {"title": "milk"}))
    real = backend.services.tokens.agent_token

    def ended(user_id: Any, agent: str, issued_at: dt.datetime, expires_at: int, scopes: Any) -> str:
        return real(user_id, agent, issued_at - dt.timedelta(hours=1), expires_at, scopes)

    monkeypatch.setattr(backend.services.tokens, "agent_token", ended)

    parts = await chat.say("please see to the milk, model")

    assert parts[-1]["type"] == "finish"
    assert await chat.person.listed() == []
    assert "Your sign-in ended" in text_of(parts)


async def test_a_token_that_ends_in_the_middle_of_a_turn_ends_the_acts_and_what_was_done_stays(
    chat: Chat, model: ScriptedModel, backend: Backend, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person's own token, which is good for some more seconds: the model acts, thinks until it is over, acts on."""
    answering = backend.open_app.state.turns._model
    monkeypatch.setattr(answering, "_access", replace(answering._access, request_seconds=30.0, turn_seconds=60.0))
    model.says(Step("Hello."))
    await chat.say("hello")  # the first line imports the SDK, which takes seconds
    ends_at = int(time.time()) + 3
    held: list[Any] = []

    def slow(messages: list[dict[str, Any]]) -> Step:
        given = given_since(messages)
        if not given:
            return Step(calls=[("add_task", {"title": "milk"})])
        if len(given) == 1:
            assert time.time() < ends_at, "the first call was made in time"
            while time.time() <= ends_at:
                time.sleep(0.02)
            held.append(database.rows(HOLDINGS))
            return Step("I have added milk.", calls=[("add_task", {"title": "bread"})])
        return Step("I have added bread, too.")

    model.script = slow
    lifetime = dt.timedelta(seconds=LIFETIME_SECONDS)
    issued = dt.datetime.fromtimestamp(ends_at, dt.UTC) - lifetime
    token = backend.services.tokens.access_token(UUID(chat.person.id), issued, uuid4())
    own = chat.person.session["access_token"]
    chat.person.session["access_token"] = token
    parts = await chat.say("please see to the milk and the bread")
    chat.person.session["access_token"] = own

    assert (parts[-1]["type"], "Your sign-in ended" in text_of(parts)) == ("finish", True)
    assert [task["title"] for task in await chat.person.listed()] == ["milk"]
    changed = [(row["changes"], row["acts"]) for row in (*held[0], *database.rows(HOLDINGS))]
    assert changed[0] == changed[1], "nothing was changed after the end, only the refusal was noted"
    model.says(Step("You have milk."))
    assert text_of(await chat.say("what did you do?")) == "You have milk. "


async def test_a_model_may_no_more_than_the_token_that_its_person_sent(chat: Chat, model: ScriptedModel) -> None:
    await chat.person.create("Pay rent")
    made = await chat.person.call("POST", "/tokens", {"name": "writes only", "scopes": ["tasks:write"]})
    model.script = acted(("list_tasks", {}))
    own, chat.person.session["access_token"] = chat.person.session["access_token"], made.json()["token"]

    parts = await chat.say("see to my things")
    chat.person.session["access_token"] = own

    assert "list_tasks" not in {tool["function"]["name"] for tool in model.requests[0]["tools"]}
    assert "Pay rent" not in json.dumps([outputs(parts), model.requests])
