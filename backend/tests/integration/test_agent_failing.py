"""A model that fails, loops, or would cost too much: the chat says so, and what was done stays done, once."""

from __future__ import annotations

from typing import Any

import pytest
from actors import Chat, Database, Person, text_of
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


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (Step(status=429), "model_busy"),
        (Step(status=500), "model_garbled"),
        (Step(status=401), "model_garbled"),
        (Step(html=True), "model_garbled"),
        (Step(hangs=True), "model_slow"),
        (Step(calls=[("no_such_tool", {})]), "model_garbled"),
    ],
)
async def test_a_model_that_fails_is_told_of_and_the_built_in_one_answers(
    chat: Chat, model: ScriptedModel, step: Step, reason: str
) -> None:
    model.says(step)

    parts = await chat.say("add pay rent")

    assert [p["data"]["reason"] for p in parts if p["type"] == "data-notice"] == [reason]
    assert [t["title"] for t in await chat.person.listed()] == ["pay rent"]
    assert "answer without it" in text_of(parts)


async def test_a_model_whose_server_dies_in_the_middle_is_told_of_and_nothing_is_done_twice(
    chat: Chat, model: ScriptedModel
) -> None:
    def script(messages: list[dict[str, Any]]) -> Step:
        given = given_since(messages)
        return Step("I have", breaks_off=True) if given else Step(calls=[("add_task", {"title": "milk"})])

    model.script = script
    parts = await chat.say("please add milk")
    model.says(Step("Hello again."))
    after = await chat.say("are you there?")

    assert [t["title"] for t in await chat.person.listed()] == ["milk"]
    assert "broke off" in text_of(parts)
    assert text_of(after) == "Hello again. "


async def test_a_malformed_call_is_told_to_the_model_and_changes_nothing(chat: Chat, model: ScriptedModel) -> None:
    model.says(Step(calls=[("add_task", '{"line": "pay')]), Step("That did not work."))

    parts = await chat.say("add pay rent")

    assert len(await chat.person.listed()) <= 1
    assert text_of(parts)


async def test_a_model_that_never_ends_is_ended(chat: Chat, model: ScriptedModel) -> None:
    model.script = lambda messages: Step(calls=[("add_task", {"title": f"number {len(messages)}"})])

    parts = await chat.say("add some numbers")

    assert len(await chat.person.listed()) == 5
    assert "too many steps" in text_of(parts)


async def test_forty_calls_in_a_turn_are_five(chat: Chat, model: ScriptedModel) -> None:
    model.script = acted(*[("add_task", {"title": f"forty {n}"}) for n in range(40)])

    await chat.say("add forty tasks")

    assert len(await chat.person.listed()) == 5
    refused = [m for m in model.requests[-1]["messages"] if m["role"] == "tool" and "no_leave" in m["content"]]
    assert len(refused) == 35


@pytest.mark.parametrize("line", ["y" * 100_000, "\x00\x07\x1b", "   "])
async def test_what_nobody_typed_as_a_wish_never_reaches_the_model(
    chat: Chat, model: ScriptedModel, database: Database, line: str
) -> None:
    before = database.rows(HOLDINGS)

    parts = await chat.say(line)

    assert model.requests == []
    assert "did not understand" in text_of(parts)
    assert database.rows(HOLDINGS) == before


async def test_the_breaker_opens_and_the_chat_says_so_and_asks_again_later(
    chat: Chat, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.says(Step(status=500))
    for number in range(3):
        await chat.say(f"add task {number}")
    asked = len(model.requests)

    parts = await chat.say("add task 3")

    assert len(model.requests) == asked
    assert [p["data"]["reason"] for p in parts if p["type"] == "data-notice"] == ["model_away"]
    assert len(await chat.person.listed()) == 4


async def test_a_day_has_its_budget_per_person(chat: Chat, bob: Person, model: ScriptedModel) -> None:
    model.says(Step("Hello."))
    for _ in range(12):
        await chat.say("hello")
    parts = await chat.say("add pay rent")
    other = await Chat(bob, "c2").say("hello")

    assert [p["data"]["reason"] for p in parts if p["type"] == "data-notice"] == ["model_spent"]
    assert [t["title"] for t in await chat.person.listed()] == ["pay rent"]
    assert text_of(other) == "Hello. "
