"""Exported histories: what stands in them can be read again, and no spreadsheet calculates with it."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_backend.doors.rest.export_formats import COLUMNS, Format, Writer, cell

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "  @x",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
)


def entry(title: str | None = "Milk", **more: Any) -> dict[str, Any]:
    return {
        "event_id": "0198", "event_type": "task_updated", "type": "todo.task.updated.v1", "task_id": None,
        "occurred_at": "2026-05-01T10:00:00Z", "version": 2, "actor": {"kind": "user", "id": "u", "door": "rest"},
        "changes": {}, "reason": None, "title": title, "causation_id": None, "correlation_id": None, "erased": False,
        "security": None,
        **more,
    }  # fmt: skip


def written(form: Format, *pages: list[dict[str, Any]]) -> bytes:
    writer = Writer(form)
    return b"".join([writer.head(), *(writer.page(page) for page in pages), writer.end()])


def rows(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode(), newline="")))


@pytest.mark.parametrize("title", FORMULAS)
def test_no_cell_begins_like_a_formula(title: str) -> None:
    changes = {"title": {"before": "x", "after": title}}
    _, row, _ = rows(written("csv", [entry(title, reason=title, changes=changes, actor={"kind": title, "id": title,
                                           "door": title})]))  # fmt: skip
    for value in row:
        assert not value.lstrip(" ").startswith(RISKY)
    assert row[COLUMNS.index("title")] == f"'{title}"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_every_text_comes_back_from_a_cell(title: str) -> None:
    _, row, _ = rows(written("csv", [entry(title)]))
    shown = row[COLUMNS.index("title")]
    assert shown == cell(title)
    assert shown.removeprefix("'") == title if shown != title else not title.startswith("'")


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_the_last_line_names_count_and_digest_of_all_before_it(form: Format) -> None:
    whole = written(form, [entry(), entry("two\nlines")], [], [entry('a "quoted", one', erased=True)])
    *_, last = whole.splitlines(keepends=True)
    digest = hashlib.sha256(whole.removesuffix(last)).hexdigest()
    if form == "ndjson":
        assert orjson.loads(last) == {"end": True, "count": 3, "sha256": digest}
        assert [orjson.loads(line)["title"] for line in whole.splitlines()[:-1]] == [
            "Milk",
            "two\nlines",
            'a "quoted", one',
        ]
    else:
        head, *entries, end = rows(whole)
        assert end == ["end", "3", digest, *[""] * (len(COLUMNS) - 3)]
        assert head == list(COLUMNS)
        assert [row[COLUMNS.index("erased")] for row in entries] == ["false", "false", "true"]


def test_an_empty_history_is_a_whole_file() -> None:
    assert orjson.loads(written("ndjson"))["count"] == 0
    assert len(rows(written("csv"))) == 2
