"""Listing: filters, search, order, cursors, and everything after a change number."""

from __future__ import annotations

from typing import Any

import pytest
from actors import Person

pytestmark = pytest.mark.integration


async def _titles(person: Person, query: str) -> list[str]:
    return [t["title"] for t in await person.listed(query)]


@pytest.fixture
async def shelf(ada: Person) -> Person:
    """Ada with a few different tasks, made in this order."""
    await ada.create("alpha", priority="high", tags=["home"], due={"date": "2030-01-03"})
    await ada.create("beta", priority="low", tags=["home", "work"], due={"date": "2020-01-01", "time": "08:00"})
    await ada.create("gamma", tags=["work"], notes="call the plumber about the kitchen")
    await ada.create("delta", due={"date": "2030-01-02"}, recurrence={"rrule": "FREQ=DAILY"})
    await ada.act("complete", await ada.create("epsilon"))
    return ada


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["alpha", "beta", "gamma", "delta", "epsilon"]),
        ("?status=open", ["alpha", "beta", "gamma", "delta"]),
        ("?status=open&status=done&priority=high", ["alpha"]),
        ("?tag=home&tag=work", ["alpha", "beta", "gamma"]),
        ("?tag=home&tag=work&tag_match=all", ["beta"]),
        ("?overdue=true", ["beta"]),
        ("?has_recurrence=true", ["delta"]),
        ("?has_recurrence=false&status=open", ["alpha", "beta", "gamma"]),
        ("?due_from=2030-01-02&due_to=2030-01-02", ["delta"]),
        ("?due_from=2030-01-02", ["alpha", "delta"]),
        ("?q=plumb", ["gamma"]),
        ("?q=plumb+kitch", ["gamma"]),
        ('?q="the+plumber"', ["gamma"]),
        ('?q="plumber+the"', []),
        ("?q=%27%3A%26%7C%21%28", []),
        ("?sort=-created", ["epsilon", "delta", "gamma", "beta", "alpha"]),
        ("?sort=due", ["beta", "delta", "alpha", "gamma", "epsilon"]),
        ("?sort=-due", ["alpha", "delta", "beta", "epsilon", "gamma"]),
        ("?sort=-updated&limit=1", ["epsilon"]),
        ("?sort=position", ["alpha", "beta", "gamma", "delta", "epsilon"]),
        ("?changed_after=4", ["delta", "epsilon"]),
    ],
)
async def test_filters_and_order(shelf: Person, query: str, expected: list[str]):
    assert await _titles(shelf, query) == expected


@pytest.mark.parametrize("sort", ["created", "-created", "due", "-due", "updated", "-updated", "position"])
async def test_pages_join_without_gap_or_repeat(shelf: Person, sort: str):
    whole = await _titles(shelf, f"?sort={sort}")
    seen: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        answer = (
            await shelf.call("GET", f"/tasks?sort={sort}&limit=2&cursor={cursor}".removesuffix("&cursor="))
        ).json()
        seen += [t["title"] for t in answer["items"]]
        cursor = answer["next_cursor"]
    assert seen == whole


async def test_a_cursor_is_refused_where_it_was_not_given_out(shelf: Person):
    cursor = (await shelf.call("GET", "/tasks?limit=1")).json()["next_cursor"]
    for query in (f"?sort=due&cursor={cursor}", "?cursor=nonsense", "?cursor=W10", "?cursor=%00"):
        answer = await shelf.call("GET", f"/tasks{query}")
        assert answer.status_code == 422, query


async def test_what_was_deleted_shows_after_a_change_number(ada: Person):
    task = await ada.create("gone")
    await ada.call("DELETE", f"/tasks/{task['id']}")
    assert await _titles(ada, "") == []
    [shown] = await ada.listed("?changed_after=0")
    assert shown["deleted_at"]


@pytest.mark.parametrize(
    "query", ["?limit=201", "?limit=0", "?sort=title", "?due_from=0001-01-01", "?status=gone", "?q=%00"]
)
async def test_a_wrong_query_is_refused(ada: Person, query: str):
    answer = await ada.call("GET", f"/tasks{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
