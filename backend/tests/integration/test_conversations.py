"""Conversations: sent again, at once, after a reload, without their store, and nobody else's."""

from __future__ import annotations

import asyncio

import pytest
from actors import Chat, Database, Person, StateApi, text_of, today

pytestmark = pytest.mark.integration

UNSEEN = (
    "SELECT (SELECT count(*) FROM tasks.tasks) AS tasks, (SELECT count(*) FROM tasks.ledger) AS events,"
    " (SELECT max(value) FROM tasks.change_counters) AS changes, (SELECT count(*) FROM tasks.acts) AS acts"
)


async def test_a_message_that_is_sent_again_is_done_once(chat: Chat, state: StateApi) -> None:
    first = await chat.say("add milk", "same")
    again = await chat.say("add milk", "same")
    regenerated = await chat.say("add milk", "same", trigger="regenerate-message")
    # The reply was never kept: the process died between the act and the state store.
    for key, (value, etag) in state.values.items():
        state.values[key] = ({**value, "turns": [{**t, "reply": None} for t in value["turns"]]}, etag)
    after_loss = await chat.say("add milk", "same")

    outputs = [[p["output"] for p in parts if p["type"] == "tool-output-available"] for parts in (first, after_loss)]
    assert len(await chat.person.listed()) == 1
    assert text_of(again) == text_of(first) == text_of(regenerated)
    assert again[0] == first[0] == regenerated[0], "the same message, with its id"
    assert outputs[0] == outputs[1]


async def test_an_answer_that_only_read_is_made_anew_when_asked_for(chat: Chat) -> None:
    await chat.say("what is due today", "same")
    await chat.person.create("Pay rent", due={"date": today().isoformat()})

    kept = await chat.say("what is due today", "same")
    anew = await chat.say("what is due today", "same", trigger="regenerate-message")

    shown = [[p["output"]["tasks"] for p in parts if p["type"] == "tool-output-available"] for parts in (kept, anew)]
    assert [len(tasks) for [tasks] in shown] == [0, 1]


async def test_two_turns_at_once_both_happen(chat: Chat) -> None:
    await asyncio.gather(*(chat.say(f"add task number {n}", f"m{n}") for n in range(4)))

    kept = (await chat.person.call("GET", "/chat/c1")).json()["messages"]
    assert len(await chat.person.listed()) == 4
    assert sorted(m["role"] for m in kept) == ["assistant"] * 4 + ["user"] * 4


async def test_a_write_between_read_and_write_is_not_lost(chat: Chat, state: StateApi) -> None:
    await chat.say("add milk")
    [key] = state.values

    def meanwhile() -> None:
        value, _ = state.values[key]
        state.values[key] = ({**value, "memory": {**value["memory"], "undo": None}}, "somebody-else")

    state.before_write.append(meanwhile)
    await chat.say("undo")

    assert len(await chat.person.listed()) == 1, "the fresh conversation has nothing to undo"


async def test_a_conversation_is_read_again_after_a_reload(chat: Chat) -> None:
    parts = await chat.say("add milk")

    kept = (await chat.person.call("GET", "/chat/c1")).json()

    [mine, theirs] = kept["messages"]
    assert (mine["id"], mine["role"], mine["parts"]) == ("m1", "user", [{"type": "text", "text": "add milk"}])
    assert theirs["id"] == parts[0]["messageId"]
    assert [p["type"] for p in theirs["parts"]] == ["tool-add_task", "text"]
    assert theirs["parts"][0]["state"] == "output-available"


async def test_a_conversation_is_bounded(chat: Chat, state: StateApi) -> None:
    for n in range(23):
        await chat.say(f"search {n}")

    [(value, _)] = state.values.values()
    assert [t["text"] for t in value["turns"]] == [f"search {n}" for n in range(3, 23)]


async def test_nobody_elses_conversation_can_be_read(chat: Chat, bob: Person) -> None:
    await chat.say("add a secret present for Bob")

    own_path = await bob.call("GET", "/chat/c1")
    theirs = await bob.api.get(f"{chat.person.path}/chat/c1", headers=bob.bearer)
    other = Chat(bob, id=chat.id)
    await other.say("undo")

    assert (own_path.status_code, theirs.status_code) == (404, 403)
    assert len(await chat.person.listed()) == 1
    for trick in ("..%2Fx", "a%7C%7Cb", "x" * 65):
        assert (await bob.call("GET", f"/chat/{trick}")).status_code in {404, 422}


async def test_without_its_state_store_the_chat_says_so_and_changes_nothing(
    chat: Chat, state: StateApi, database: Database
) -> None:
    before = database.rows(UNSEEN)
    state.away = True

    answer = await chat.post("add milk")
    kept = await chat.person.call("GET", "/chat/c1")

    assert (answer.status_code, answer.json()["code"]) == (503, "chat_unavailable")
    assert kept.status_code == 503
    assert database.rows(UNSEEN) == before


async def test_a_body_that_is_none_is_refused(chat: Chat) -> None:
    for body in (
        {},
        {"messages": []},
        {"messages": [{"role": "assistant"}]},
        {"id": "../x", "messages": [{"role": "user"}]},
    ):
        answer = await chat.person.call("POST", "/chat", body)
        assert answer.status_code == 422, body
