"""Search text and cursors: whatever people type becomes a harmless query or a clear refusal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_backend.errors import CursorInvalid
from todo_backend.tasks.listing import Listing, search_query

USER = UUID(int=1)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("plumb", "'plumb':*"),
        ("call plumb", "'call':* & 'plumb':*"),
        ('"call the plumber" now', "('call' <-> 'the' <-> 'plumber') & 'now':*"),
        ("a & !b | (c)", "'a':* & 'b':* & 'c':*"),
        ("it's", "'it':* & 's':*"),
        ("':*", ""),
        ('"', ""),
    ],
)
def test_operators_mean_nothing(text: str, query: str):
    assert search_query(text) == query


@given(st.text(max_size=200))
def test_no_text_breaks_out_of_its_quotes(text: str):
    query = search_query(text)
    outside = query.replace("':*", "").replace("' <-> '", "").replace("' & '", "").replace(" & ", "")
    assert all(c.isalnum() or c in "_'()" for c in outside)


@given(st.text(max_size=80))
def test_a_strange_cursor_is_refused(cursor: str):
    with pytest.raises(CursorInvalid):
        Listing(USER, cursor=cursor).statement()


@pytest.mark.parametrize("sort", ["created", "-due", "updated", "position", "change"])
def test_a_cursor_belongs_to_its_order(sort: Any):
    values = {"created": str(USER), "-due": None, "updated": "2026-01-01T00:00:00Z", "position": 1.5, "change": 7}
    cursor = Listing(USER, sort=sort).next_cursor((values[sort], USER))
    statement, given_values = Listing(USER, sort=sort, cursor=cursor).statement()
    assert given_values["after_id"] == USER
    other = "created" if sort != "created" else "due"
    with pytest.raises(CursorInvalid):
        Listing(USER, sort=other, cursor=cursor).statement()
    assert "LIMIT" in statement
