"""One's own history across tasks, through the open door, the sidecars and the audit."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.people import Person, eventually


@pytest.fixture
def stranger(base_url: str) -> Person:
    return Person.sign_up(base_url)


def test_a_person_finds_what_they_did_by_every_filter_and_nobody_elses(person: Person, stranger: Person) -> None:
    request = str(uuid4())
    milk, bread = person.add("Milk"), person.add("Bread")
    person.ask("PATCH", f"tasks/{milk['id']}", 200, json={"title": "Oat milk"}, headers={"x-correlation-id": request})
    person.complete(bread["id"])
    everything = recorded(person, lambda items: {"task_completed"} <= types(items), limit=200)

    assert types(everything) >= {"user_created", "task_created", "task_updated", "task_completed"}
    instants = [item["occurred_at"] for item in everything]
    assert instants == sorted(instants, reverse=True)
    by_pages, cursor = [], None
    while True:
        page = history(person, limit=2, **({"cursor": cursor} if cursor else {}))
        by_pages += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert by_pages == everything

    updated = next(item for item in everything if item["event_type"] == "task_updated")
    filters: list[dict[str, Any]] = [
        {"task_id": milk["id"]},
        {"event_type": ["task_completed", "todo.task.updated.v1"]},
        {"actor_kind": "user", "actor_id": str(person.user_id), "door": "rest"},
        {"since": updated["occurred_at"]},
        {"until": updated["occurred_at"]},
        {"correlation_id": request},
    ]
    matches = [
        lambda item: item["task_id"] == milk["id"],
        lambda item: item["event_type"] in {"task_completed", "task_updated"},
        lambda item: item["actor"] == {"kind": "user", "id": str(person.user_id), "door": "rest"},
        lambda item: item["occurred_at"] >= updated["occurred_at"],
        lambda item: item["occurred_at"] < updated["occurred_at"],
        lambda item: item["correlation_id"] == request,
    ]
    for query, match in zip(filters, matches, strict=True):
        found = history(person, limit=200, **query)["items"]
        assert found == [item for item in everything if match(item)], query
        assert found, query
        theirs = history(stranger, limit=200, **query)["items"]
        assert not {item["event_id"] for item in theirs} & {item["event_id"] for item in everything}, query
        assert stranger.client.get(person.path("history"), headers=stranger.headers, params=query).status_code == 403


def test_a_completion_is_what_led_to_the_next_occurrence(person: Person, stranger: Person) -> None:
    first = person.add_repeating("Water the plants", "2030-01-01", "FREQ=DAILY")
    person.complete(first["id"])
    items = recorded(person, lambda items: "recurring_task_created" in types(items))
    completed = next(item for item in items if item["event_type"] == "task_completed")
    created = next(item for item in items if item["event_type"] == "recurring_task_created")

    after = person.ask("GET", f"history/{completed['event_id']}/chain", 200).json()
    assert (after["event"], after["led_here"], after["truncated"]) == (completed, [], False)
    assert created in after["followed"]
    before = person.ask("GET", f"history/{created['event_id']}/chain", 200).json()
    assert (before["event"], before["led_here"], before["followed"]) == (created, [completed], [])
    for event_id in (created["event_id"], completed["event_id"], str(uuid4())):
        refused = stranger.ask("GET", f"history/{event_id}/chain", 404).json()
        assert refused["code"] == "event_not_found"


def test_tasks_are_read_as_they_were(person: Person, stranger: Person) -> None:
    task = person.add_repeating("Pay rent", "2030-01-01", "FREQ=MONTHLY")
    before = person.task(task["id"])
    person.ask("PATCH", f"tasks/{task['id']}", 200, json={"title": "Pay the rent", "priority": "high"})
    patched = person.task(task["id"])
    other = person.add("Later")
    person.ask("DELETE", f"tasks/{other['id']}")
    items = recorded(person, lambda items: "task_deleted" in types(items), task_id=other["id"])
    deleted = items[0]["occurred_at"]

    def as_of(at: str, **query: Any) -> list[Any]:
        page = person.ask("GET", "history/as-of", 200, params={"at": at, **query}).json()
        return [item["task"] for item in page["items"]]

    def one(at: str) -> Any:
        return person.ask("GET", f"tasks/{task['id']}/history/as-of", 200, params={"at": at}).json()["task"]

    assert (one(before["created_at"]), as_of(before["created_at"])) == (before, [before])
    assert (one(patched["updated_at"]), as_of(patched["updated_at"])) == (patched, [patched])
    assert as_of(other["created_at"]) == [patched, other]
    assert as_of(deleted) == [patched]
    assert as_of(deleted, deleted=True)[1]["deleted_at"] is not None
    earlier = {"at": "2020-01-01T00:00:00Z"}
    person.ask("GET", f"tasks/{task['id']}/history/as-of", 404, params=earlier)
    assert person.ask("GET", "history/as-of", 200, params=earlier).json() == {"items": [], "next_cursor": None}
    odd = person.ask("GET", "history/as-of", 422, params={**earlier, "cursor": "x"}).json()
    assert odd["code"] == "cursor_invalid"

    now = {"at": deleted}
    stranger.ask("GET", f"tasks/{task['id']}/history/as-of", 404, params=now)
    assert stranger.ask("GET", "history/as-of", 200, params=now).json()["items"] == []


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_person_downloads_their_history_and_nobody_elses(person: Person, stranger: Person, form: str) -> None:
    task = person.add('=HYPERLINK("http://example.com")')
    person.complete(task["id"])
    everything = recorded(person, lambda items: {"user_created", "task_completed"} <= types(items), limit=200)
    query = {"format": form, "task_id": task["id"]}
    mine = [item for item in everything if item["task_id"] == task["id"]]

    answer = person.ask("GET", "history/export", 200, params=query)
    assert answer.headers["content-type"].startswith({"ndjson": "application/x-ndjson", "csv": "text/csv"}[form])
    assert answer.headers["content-disposition"].endswith(f'.{form}"')
    *lines, last = answer.content.splitlines(keepends=True)
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    if form == "ndjson":
        assert [orjson.loads(line) for line in lines] == mine
        assert orjson.loads(last) == {"end": True, "count": 2, "sha256": digest}
    else:
        rows = list(csv.DictReader(io.StringIO(b"".join(lines).decode(), newline="")))
        assert [row["event_id"] for row in rows] == [item["event_id"] for item in mine]
        assert {row["title"] for row in rows} == {'\'=HYPERLINK("http://example.com")'}
        assert last.decode().split(",")[:3] == ["end", "2", digest]
    assert stranger.client.get(person.path("history/export"), headers=stranger.headers).status_code == 403
    assert stranger.ask("GET", "history/export", 200, params=query).text.count("\n") == (1 if form == "ndjson" else 2)
    assert person.ask("GET", "history/export", 422, params={"format": "xml"}).json()["code"] == "invalid"


def history(person: Person, **query: Any) -> dict[str, Any]:
    return person.ask("GET", "history", 200, params=query).json()


def recorded(person: Person, enough: Any, **query: Any) -> list[dict[str, Any]]:
    """Return the history as soon as it says enough: the audit comes after the answer."""
    return eventually(lambda: found if enough(found := history(person, **query)["items"]) else None)


def types(items: list[dict[str, Any]]) -> set[str]:
    return {item["event_type"] for item in items}
