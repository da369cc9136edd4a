"""Bad input gets a problem document with a stable code, and nothing is half-done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import evidence
from tests.people import Person

CASES: list[tuple[str, dict[str, Any], int, str]] = [
    ("malformed JSON", {"content": b'{"title": '}, 400, "malformed_json"),
    ("no JSON", {"content": b"\xff\xfe\x00"}, 400, "malformed_json"),
    ("a wrong type", {"json": {"title": 5}}, 422, "invalid"),
    ("an unknown field", {"json": {"title": "x", "colour": "red"}}, 422, "unknown_field"),
    ("no title", {"json": {}}, 422, "invalid"),
    ("an empty title", {"json": {"title": ""}}, 422, "invalid"),
    ("a title of 501", {"json": {"title": "x" * 501}}, 422, "invalid"),
    ("NUL", {"json": {"title": "a\x00b"}}, 422, "invalid"),
    ("a lone surrogate", {"content": b'{"title": "\\ud800"}'}, 422, "invalid"),
    (
        "an unknown zone",
        {"json": {"title": "x", "due": {"date": "2030-01-01", "time_zone": "Mars/Base"}}},
        422,
        "invalid",
    ),
    ("the year 10000", {"json": {"title": "x", "due": {"date": "10000-01-01", "time_zone": "UTC"}}}, 422, "invalid"),
    ("2 MB", {"json": {"title": "x", "notes": "n" * 2_000_000}}, 413, "body_too_large"),
]


@pytest.mark.parametrize(("name", "arguments", "status", "code"), CASES, ids=[c[0] for c in CASES])
def test_a_bad_body_is_refused_and_changes_nothing(
    person: Person, store: Any, name: str, arguments: dict[str, Any], status: int, code: str
) -> None:
    before = _rows(store)
    headers = {"content-type": "application/json"} if "content" in arguments else {}
    answer = person.ask("POST", "tasks", headers=headers, **arguments)
    _is_problem(answer, status, code)
    assert _rows(store) == before


def test_2_mb_without_a_length_is_refused_as_well(person: Person, store: Any) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"title": "'
        for _ in range(200):
            yield b"x" * 10_000

    before = _rows(store)
    answer = person.ask("POST", "tasks", content=chunks(), headers={"content-type": "application/json"})
    _is_problem(answer, 413, "body_too_large")
    assert _rows(store) == before


def test_a_stale_etag_changes_nothing(person: Person) -> None:
    answer = person.ask("POST", "tasks", 201, json={"title": "First"})
    task, etag = answer.json(), answer.headers["etag"]
    person.ask("PATCH", f"tasks/{task['id']}", 200, json={"title": "Second"}, headers={"if-match": etag})
    stale = person.ask("PATCH", f"tasks/{task['id']}", json={"title": "Third"}, headers={"if-match": etag})
    _is_problem(stale, 412, "stale_etag")
    assert (person.task(task["id"])["title"], person.task(task["id"])["version"]) == ("Second", 2)


def test_an_idempotency_key_answers_the_same_and_acts_once(person: Person) -> None:
    headers = {"idempotency-key": "7d3f1c1e-once"}
    first = person.ask("POST", "tasks", 201, json={"title": "Once"}, headers=headers)
    second = person.ask("POST", "tasks", 201, json={"title": "Once"}, headers=headers)
    assert first.json() == second.json()
    assert len(person.tasks()) == 1
    other = person.ask("POST", "tasks", json={"title": "Another"}, headers=headers)
    _is_problem(other, other.status_code, "idempotency_key_reused")
    assert other.status_code in {409, 422}


def test_status_cannot_be_patched(person: Person) -> None:
    task = person.add("x")
    _is_problem(person.ask("PATCH", f"tasks/{task['id']}", json={"status": "done"}), 422, "unknown_field")
    assert person.task(task["id"])["status"] == "open"


def _is_problem(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"


def _rows(store: Any) -> dict[str, str]:
    hashes = evidence.table_hashes(store)
    return {name: digest for name, digest in hashes.items() if name.startswith("tasks.")}
