"""Lists through the whole arrow: what is done to them stands in one's history, and what follows is born in its list."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from tests.people import Person, eventually

TODAY = dt.datetime.now(ZoneInfo("Europe/Berlin")).date()


def test_a_series_lives_in_its_list_and_the_audit_tells_of_both(person: Person) -> None:
    made = person.ask("POST", "lists", 201, json={"name": "Flat"})
    flat = made.json()
    read = person.ask("POST", "quick-add/parse", 200, json={"text": "Pay rent every month list:flat"}).json()
    assert read["task"]["list_id"] == flat["id"], "a line names its list"
    rent = person.ask("POST", "tasks", 201, json=read["task"]).json()
    person.complete(rent["id"])
    second = eventually(lambda: open_ones(person, flat["id"]), says="the successor is born where its predecessor is")
    assert second[0]["series_id"] == rent["series_id"]

    garden = person.ask("POST", "lists", 201, json={"name": "Garden"}).json()
    body = {"scope": "all", "list_id": garden["id"]}
    person.ask("PATCH", f"series/{rent['series_id']}", 200, json=body)
    person.complete(second[0]["id"])
    third = eventually(lambda: open_ones(person, garden["id"]), says="and goes on where it was moved to")
    assert [task["id"] for task in person.tasks(list_id=flat["id"])] == [rent["id"]]

    person.ask("PATCH", f"lists/{garden['id']}", 200, json={"name": "Yard"})
    gone = person.ask("DELETE", f"lists/{garden['id']}", 200).json()
    person.complete(third[0]["id"])
    eventually(lambda: open_ones(person, "none"), says="a deleted list keeps what follows, too: in none meanwhile")
    person.ask("POST", f"undo/{gone['undo']}", 200, json={})
    assert [task["occurrence_number"] for task in open_ones(person, garden["id"])] == [4]

    told = eventually(lambda: found(person, "list_created", "list_updated", "list_deleted", "list_restored", count=5))
    assert [(entry["event_type"], entry["version"]) for entry in reversed(told)] == [
        ("list_created", 1), ("list_created", 1), ("list_updated", 2), ("list_deleted", 3), ("list_restored", 4),
    ]  # fmt: skip
    assert {entry["actor"]["id"] for entry in told} == {str(person.user_id)}
    assert told[2]["changes"]["name"] == {"before": "Garden", "after": "Yard"}
    moved = [entry for entry in person.history(second[0]["id"]) if "list_id" in entry["changes"]]
    assert [entry["changes"]["list_id"] for entry in moved if entry["event_type"] == "task_updated"] == [
        {"before": flat["id"], "after": garden["id"]}
    ]


def open_ones(person: Person, list_id: str) -> list[dict[str, Any]]:
    return person.tasks(list_id=list_id, status="open")


def found(person: Person, *types: str, count: int) -> list[dict[str, Any]]:
    """Entries of one's history of these types, newest first, once there are so many."""
    items = person.ask("GET", "history", 200, params={"event_type": types, "limit": 50}).json()["items"]
    return items if len(items) == count else []
