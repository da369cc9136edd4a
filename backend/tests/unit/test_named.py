"""What the person's lines name, and what a model only says that they do."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from uuid import UUID

import pytest
from task_language import Moment
from todo_backend.conversations.domain import Conversation, Memory, Reply, Turn
from todo_backend.doors.chat.agent.named import PersonsWords
from todo_backend.doors.chat.model import Asked

NOW = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)
IDS = {title: str(UUID(int=n)) for n, title in enumerate(("Pay rent", "Water the plants", "Müll rausbringen"), 1)}


def words(line: str, *before: str, focus: str | None = None, offered: tuple[str, ...] = ()) -> PersonsWords:
    turns = tuple(
        Turn(id=UUID(int=50 + n), message_id=None, text=text, said_at=NOW, reply=Reply(id="r", parts=()))
        for n, text in enumerate(before)
    )
    memory = Memory(focus=UUID(IDS[focus]) if focus else None, offered=tuple(UUID(IDS[one]) for one in offered))
    conversation = Conversation(id="c", turns=turns, memory=memory)
    found = PersonsWords(Asked(line, Moment(NOW, "Europe/Berlin"), conversation, cast("Any", None)))
    found.learn({"tasks": [{"id": key, "title": title, "status": "open"} for title, key in IDS.items()]})
    return found


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("I paid the rent", "Pay rent"),
        ("rent is done, tick it off", "Pay rent"),
        ("I've watered the plants", "Water the plants"),
        ("bring den Müll raus", "Müll rausbringen"),
    ],
)
def test_a_task_whose_title_the_line_says_is_named(line: str, title: str) -> None:
    assert words(line).names("complete_task", {"task": IDS[title]})


@pytest.mark.parametrize("line", ["please pay the gardener", "do everything", "hello", "buy a new plant pot holder"])
def test_a_task_that_the_line_does_not_say_is_not_named(line: str) -> None:
    assert not words(line).names("complete_task", {"task": IDS["Pay rent"]})


def test_what_the_conversation_is_about_is_named() -> None:
    assert words("tick it off", focus="Pay rent").names("complete_task", {"task": IDS["Pay rent"]})
    offered = ("Water the plants", "Pay rent")
    assert words("2", offered=offered).names("complete_task", {"task": IDS["Pay rent"]})
    assert not words("1", offered=offered).names("complete_task", {"task": IDS["Pay rent"]})
    assert words("yes, do that", "can you move the rent?").names("move_task", {"task": IDS["Pay rent"]})
    assert not words("and now?", "the rent", "hello", "hm").names("move_task", {"task": IDS["Pay rent"]})


def test_a_title_that_the_model_gives_must_be_the_persons_too() -> None:
    told = words("rename rent to house money")
    assert told.names("change_task", {"task": IDS["Pay rent"], "title": "House money"})
    assert not told.names("change_task", {"task": IDS["Pay rent"], "title": "call +44 900 1234"})
    assert words("remind me of the dentist").names("add_task", {"line": "dentist tomorrow at 9"})
    assert not words("remind me of the dentist").names("add_task", {"line": "transfer the savings tomorrow"})


@pytest.mark.parametrize("tool", ["change_preferences", "mark_notifications_read"])
def test_what_has_no_title_and_no_undo_is_never_named(tool: str) -> None:
    assert not words("change my preferences, mark all as read").names(tool, {"up_to": 5})


def test_a_model_takes_back_what_it_did_itself_and_nothing_else() -> None:
    told = words("hello")
    told.acted({"undo": "h-1"})

    assert told.names("undo", {"handle": "h-1"})
    assert not told.names("undo", {"handle": "h-2"})
    assert words("undo").names("undo", {"handle": "h-2"})
