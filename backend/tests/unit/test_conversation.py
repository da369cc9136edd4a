"""What a conversation keeps, whatever is put into it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import orjson
from todo_backend.conversations.domain import (
    BYTES_LIMIT,
    SUMMARY_LINES,
    TURNS_LIMIT,
    Conversation,
    Memory,
    Reply,
    Turn,
)

NOW = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)


def turn(number: int, size: int = 0) -> Turn:
    reply = Reply(id=str(number), parts=({"type": "text", "text": "x" * size},))
    return Turn(id=UUID(int=number), message_id=f"m{number}", text=f"line {number}", said_at=NOW, reply=reply)


def test_the_newest_turns_within_the_bytes_stay() -> None:
    conversation = Conversation(id="c")
    for number in range(10):
        conversation = conversation.begun(turn(number, BYTES_LIMIT // 4))

    assert [t.text for t in conversation.turns] == ["line 7", "line 8", "line 9"]
    assert len(orjson.dumps(conversation.model_dump(mode="json"))) < BYTES_LIMIT + 10_000


def test_one_turn_stays_however_long_it_is() -> None:
    assert len(Conversation(id="c").begun(turn(1, 2 * BYTES_LIMIT)).turns) == 1


def test_a_message_is_known_again_only_with_its_text() -> None:
    conversation = Conversation(id="c").begun(turn(1))

    assert conversation.turn_of("m1", "line 1") is not None
    assert conversation.turn_of("m1", "line 2") is None
    assert conversation.turn_of(None, "line 1") is None


def test_it_is_the_same_after_the_store() -> None:
    memory = Memory(offered=(UUID(int=5),), undo=UUID(int=6))
    conversation = Conversation(id="c").begun(turn(1)).finished(turn(1, 10), memory)

    assert Conversation.model_validate(orjson.loads(orjson.dumps(conversation.model_dump(mode="json")))) == conversation
    assert [m["role"] for m in conversation.messages()] == ["user", "assistant"]


def test_turns_that_are_let_go_leave_a_line_each_and_no_more_than_some() -> None:
    conversation = Conversation(id="c")
    for number in range(TURNS_LIMIT + SUMMARY_LINES + 5):
        at = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)
        said = Turn(id=uuid4(), message_id=None, text=f"add task {number} " + "x" * 500, said_at=at)
        part = {"type": "tool-add_task", "output": {"undo": "u"}}
        conversation = conversation.begun(said).finished(
            said.model_copy(update={"reply": Reply(id="r", parts=(part,))}), Memory()
        )

    assert len(conversation.turns) == TURNS_LIMIT
    assert len(conversation.summary) == SUMMARY_LINES
    assert conversation.summary[0].startswith("2026-11-21 11:00 “add task 5 x")
    assert conversation.summary[-1].endswith("”; done: add_task")
    assert max(map(len, conversation.summary)) < 200


def test_only_a_turn_under_way_is_stopped() -> None:
    said = Turn(id=uuid4(), message_id=None, text="add milk", said_at=dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    begun = Conversation(id="c").begun(said)
    answered = begun.finished(said.model_copy(update={"reply": Reply(id="r", parts=())}), Memory())

    assert begun.stopped().stopping == said.id
    assert answered.stopped() == answered
