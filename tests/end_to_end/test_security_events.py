"""What concerns the safety of an account reaches its owner's history, whichever door it came through."""

from __future__ import annotations

from typing import Any

import httpx
import psycopg
import pytest

from tests import evidence
from tests.people import PASSWORD, Person, eventually

WRONG = "certainly not the password"
SECURITY = ["signed_in", "token_refreshed", "signed_out", "token_revoked", "refused"]


@pytest.fixture
def stranger(base_url: str) -> Person:
    return Person.sign_up(base_url)


def seen(person: Person) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the security events in a person's history by type and outcome."""
    query = {"event_type": [f"security_{name}" for name in SECURITY], "limit": 200}
    items = person.ask("GET", "history", 200, params=query).json()["items"]
    assert all(item["type"].startswith("todo.security.") for item in items)
    return {(item["event_type"].removeprefix("security_"), item["security"]["outcome"]): item for item in items}


def test_a_person_sees_who_came_in_and_who_was_refused(
    person: Person, stranger: Person, store: psycopg.Connection[Any], base_url: str
) -> None:
    def post(verb: str, **body: str) -> httpx.Response:
        return httpx.post(f"{base_url}/api/auth/{verb}", json=body)

    session = post("sign-in", email=person.email, password=PASSWORD).json()
    fresh = post("refresh", refresh_token=session["refresh_token"]).json()
    post("sign-out", refresh_token=fresh["refresh_token"])
    assert post("refresh", refresh_token=fresh["refresh_token"]).status_code == 401
    assert post("sign-in", email=person.email, password=WRONG).status_code == 401
    assert stranger.client.get(person.path("tasks"), headers=stranger.headers).status_code == 403

    expected = {
        ("signed_in", "password"),
        ("token_refreshed", "rotated"),
        ("signed_out", "signed_out"),
        ("refused", "refresh_refused"),
        ("refused", "wrong_password"),
    }
    mine = eventually(lambda: found if (found := seen(person)).keys() >= expected else None)
    assert mine.keys() == expected
    assert (
        mine["refused", "wrong_password"]["security"] | {"count": 1, "source": "127.0.0.1"}
        == (mine["refused", "wrong_password"]["security"])
    )
    assert (
        mine["signed_in", "password"]["security"]["session_id"]
        == mine["signed_out", "signed_out"]["security"]["session_id"]
    )
    theirs = eventually(lambda: found if ("refused", "foreign_path") in (found := seen(stranger)) else None)
    assert theirs.keys() == {("refused", "foreign_path")}
    assert not {item["event_id"] for item in mine.values()} & {item["event_id"] for item in theirs.values()}

    records = store.execute(
        "SELECT record FROM audit.payloads JOIN audit.entries USING (event_id) WHERE type LIKE 'todo.security.%%'"
    ).fetchall()
    everything = b"".join(bytes(row[0]) for row in records)
    for secret in (PASSWORD, WRONG, session["refresh_token"], session["access_token"], person.access_token):
        assert secret.encode() not in everything
    assert evidence.dead_letters(store) == []


def test_a_flood_from_a_stranger_is_a_handful_of_events(base_url: str, store: psycopg.Connection[Any]) -> None:
    def flooded() -> list[dict[str, Any]]:
        rows = store.execute(
            "SELECT convert_from(record, 'UTF8')::jsonb -> 'data' FROM tasks.ledger"
            " WHERE type = 'todo.security.refused.v1' AND user_id IS NULL"
        ).fetchall()
        return [row[0] for row in rows]

    before = len(flooded())
    with httpx.Client(base_url=base_url) as client:
        for number in range(300):
            headers = {"authorization": f"Bearer nonsense-{number}"}
            assert client.get(f"/api/{number}/tasks", headers=headers).status_code == 401
    eventually(lambda: len(flooded()) > before)
    assert len(flooded()) - before <= 3
