"""Talking to the real platform: conversations in the real state store, acts in the database, dates by the real service.

What is checked is the database and the REST door, never the words.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from local_runtime.platform import Platform

from tests.people import Person, eventually


@dataclass
class Chat:
    """A conversation as a stock AI SDK client holds it: it sends all its messages, with fields of its own."""

    person: Person
    id: str = "a-conversation"
    sent: int = 0

    def post(self, line: str) -> httpx.Response:
        self.sent += 1
        message = {"id": f"m{self.sent}", "role": "user", "parts": [{"type": "text", "text": line}]}
        body = {"id": self.id, "messages": [message], "trigger": "submit-message", "messageId": None}
        return self.person.ask("POST", "chat", json=body)

    def say(self, line: str) -> list[dict[str, Any]]:
        answer = self.post(line)
        assert answer.status_code == 200, answer.text
        return parts_of(answer)


def parts_of(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.headers["x-vercel-ai-ui-message-stream"] == "v1"
    *frames, end = [f.removeprefix("data: ") for f in answer.text.split("\n\n") if f]
    assert end == "[DONE]"
    parts = [json.loads(f) for f in frames]
    kinds = [p["type"] for p in parts]
    assert kinds[:2] == ["start", "start-step"]
    assert kinds[-2:] == ["finish-step", "finish"]
    return parts


def outputs(parts: list[dict[str, Any]]) -> list[Any]:
    return [p["output"] for p in parts if p["type"] == "tool-output-available"]


@pytest.fixture
def chat(person: Person) -> Chat:
    return Chat(person)


def holdings(store: psycopg.Connection[Any], person: Person) -> tuple[Any, ...] | None:
    return store.execute(
        "SELECT (SELECT value FROM tasks.change_counters WHERE user_id = %(user)s),"
        " (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM tasks.tasks t WHERE user_id = %(user)s),"
        " (SELECT count(*) FROM tasks.ledger WHERE user_id = %(user)s),"
        " (SELECT count(*) FROM tasks.acts WHERE user_id = %(user)s)",
        {"user": person.user_id},
    ).fetchone()


def test_adding_completing_and_asking_what_is_due(chat: Chat) -> None:
    today = dt.datetime.now(ZoneInfo("Europe/Berlin")).date()
    other = chat.person.add("Call Ada", due={"date": today.isoformat()})

    chat.say("add water the plants every 3 days after completion")
    [task] = [t for t in chat.person.tasks() if t["title"] == "water the plants"]
    assert task["recurrence"]["rrule"] == "FREQ=DAILY;INTERVAL=3"
    assert task["recurrence"]["anchor"] == "completion"
    assert task["due"] == {"date": today.isoformat(), "time": None, "time_zone": "Europe/Berlin"}

    chat.say("done with water the plants")
    assert chat.person.task(task["id"])["status"] == "done"
    [successor] = eventually(lambda: [t for t in chat.person.tasks(status="open") if t["predecessor_id"] == task["id"]])
    assert successor["due"]["date"] == (today + dt.timedelta(days=3)).isoformat()

    [listed] = outputs(chat.say("what is due today"))
    assert [t["id"] for t in listed["tasks"]] == [other["id"]]

    history = eventually(lambda: h if len(h := chat.person.history(task["id"])) > 1 else None)
    acts = {(e["type"], e["actor"]["kind"], e["actor"]["door"]) for e in history}
    assert {("todo.task.completed.v1", "agent", "chat"), ("todo.task.created.v1", "agent", "chat")} <= acts, acts


def test_a_series_is_paused_resumed_and_ended_by_talking(chat: Chat) -> None:
    today = dt.datetime.now(ZoneInfo("Europe/Berlin")).date()
    task = chat.person.add("Water the plants", due={"date": today.isoformat()}, recurrence={"rrule": "FREQ=DAILY"})
    other = chat.person.add("Guard", due={"date": today.isoformat()}, recurrence={"rrule": "FREQ=DAILY"})

    for line in ("pause water the plants", "done with it", "done with guard"):
        chat.say(line)
    eventually(lambda: len(chat.person.occurrences(other["series_id"])) == 2, says="what is not paused goes on")
    assert len(chat.person.occurrences(task["series_id"])) == 1

    chat.say("resume water the plants")
    eventually(lambda: len(chat.person.occurrences(task["series_id"])) == 2, says="it goes on")
    chat.say("stop repeating water the plants")
    assert chat.person.ask("GET", f"series/{task['series_id']}", 200).json()["status"] == "ended"


def test_an_act_is_undone_in_a_later_line_and_over_rest(chat: Chat) -> None:
    [first] = outputs(chat.say("add pay rent on the last day of every month at 17:00"))
    chat.say("undo")
    assert chat.person.tasks() == []
    [second] = outputs(chat.say("add pay rent on the last day of every month at 17:00"))
    chat.person.ask("POST", f"undo/{second['undo']}", 200, json={})

    assert chat.person.tasks() == []
    assert first["task"]["recurrence"]["rrule"] == "FREQ=MONTHLY;BYMONTHDAY=-1"


def test_a_deletion_waits_for_its_yes_and_a_choice_for_its_number(chat: Chat) -> None:
    for name in ("Pay the rent", "Pay the gardener"):
        chat.person.add(name)
    asked = chat.say("delete pay")
    [offered] = [p["data"]["tasks"] for p in asked if p["type"] == "data-question"]
    chat.say("the second one")
    assert len(chat.person.tasks()) == 2

    chat.say("yes")

    assert [t["id"] for t in chat.person.tasks()] == [offered[0]["id"]]


@pytest.mark.parametrize(
    "line", ["banana telephone", "buy milk", "\x00\x07", "y" * 100_000, "yes", "delete everything"]
)
def test_what_is_not_understood_leaves_the_database_as_it_is(
    chat: Chat, store: psycopg.Connection[Any], line: str
) -> None:
    chat.person.add("Pay rent")
    before = holdings(store, chat.person)

    chat.say(line)

    assert holdings(store, chat.person) == before


def test_a_conversation_survives_a_reload_and_is_its_persons_alone(
    chat: Chat, base_url: str, store: psycopg.Connection[Any]
) -> None:
    chat.say("add a secret present")
    stranger = Person.sign_up(base_url)

    kept = chat.person.ask("GET", f"chat/{chat.id}", 200).json()["messages"]
    foreign = httpx.get(base_url + chat.person.path(f"chat/{chat.id}"), headers=stranger.headers)
    own = stranger.ask("GET", f"chat/{chat.id}")
    Chat(stranger, chat.id).say("undo")

    assert [m["role"] for m in kept] == ["user", "assistant"]
    assert (foreign.status_code, own.status_code) == (403, 404)
    assert len(chat.person.tasks()) == 1
    rows = store.execute(
        "SELECT expires_at - now() FROM dapr_state.dapr_state WHERE key LIKE %s", (f"%{chat.person.user_id}%",)
    ).fetchall()
    assert [lasts.days for (lasts,) in rows] == [29]


def test_turns_at_once_are_all_done_and_all_kept(chat: Chat) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: Chat(chat.person, chat.id, 10 * n).post(f"add task number {n}"), range(1, 5)))

    kept = chat.person.ask("GET", f"chat/{chat.id}", 200).json()["messages"]
    done = [a for a in answers if a.status_code == 200]
    assert {a.status_code for a in answers} <= {200, 503}
    assert len(chat.person.tasks()) == len(done) == sum(m["role"] == "assistant" for m in kept)
    assert len(done) >= 2


def test_the_stream_comes_through_the_sidecars_and_its_events_name_the_request(
    chat: Chat, platform: Platform, store: psycopg.Connection[Any]
) -> None:
    message = {"id": "m1", "role": "user", "parts": [{"type": "text", "text": "add milk"}]}
    answer = httpx.post(
        f"{platform.sidecar_url('todo-frontend')}/v1.0/invoke/todo-backend/method{chat.person.path('chat')}",
        headers={**platform.dapr_headers, **chat.person.headers},
        json={"id": chat.id, "messages": [message]},
    )

    assert answer.status_code == 200, answer.text
    [output] = outputs(parts_of(answer))
    rows = store.execute(
        "SELECT convert_from(record, 'UTF8')::json -> 'data' ->> 'correlation_id' FROM tasks.ledger"
        " WHERE aggregate_id = %s",
        (output["task"]["id"],),
    ).fetchall()
    assert rows == [(answer.headers["x-correlation-id"],)]


@contextmanager
def state_store_away(store: psycopg.Connection[Any]) -> Iterator[None]:
    """The state store's role can work no more; the tasks' database goes on."""
    store.execute("ALTER ROLE dapr_state NOLOGIN")
    store.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dapr_state'")
    try:
        yield
    finally:
        store.execute("ALTER ROLE dapr_state LOGIN")


def test_without_the_state_store_the_chat_says_so_and_rest_goes_on(chat: Chat, store: psycopg.Connection[Any]) -> None:
    chat.person.add("Pay rent")
    before = holdings(store, chat.person)

    with state_store_away(store):
        answer = chat.post("add milk")

        assert (answer.status_code, answer.json()["code"]) == (503, "chat_unavailable")
        assert holdings(store, chat.person) == before
        assert len(chat.person.tasks()) == 1


def test_the_chat_is_back_when_its_state_store_is(chat: Chat, store: psycopg.Connection[Any]) -> None:
    with state_store_away(store):
        assert chat.post("add milk").status_code == 503

    eventually(lambda: chat.post("add milk").status_code == 200)

    assert [t["title"] for t in chat.person.tasks()] == ["milk"]
