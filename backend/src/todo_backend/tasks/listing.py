"""Lists of tasks: filters, order and cursor as one statement. Pure; the reading is elsewhere."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import orjson

from todo_backend.application.columns import SERIES, TASKS
from todo_backend.application.table import SCHEMA
from todo_backend.errors import CursorInvalid

Sort = Literal["created", "-created", "due", "-due", "updated", "-updated", "position", "-position", "change"]
PAGE_LIMIT = 200

_COLUMNS: dict[str, tuple[str, str]] = {
    "created": ("tasks.id", "uuid"),
    "due": ("tasks.due_at", "timestamptz"),
    "updated": ("tasks.updated_at", "timestamptz"),
    "position": ("tasks.position", "double precision"),
    "change": ("tasks.change", "bigint"),
}
_WORD = re.compile(r"\w+")
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')
WORDS_LIMIT = 20

_THERE = "l.user_id = tasks.user_id AND l.id = tasks.list_id AND l.deleted_at IS NULL"

SELECT = (
    f"SELECT {TASKS.select_list}, {SERIES.select_list} FROM {SCHEMA}.tasks "
    f"LEFT JOIN {SCHEMA}.series ON series.user_id = tasks.user_id AND series.id = tasks.series_id"
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What to list. `changed_after` lists deleted tasks too, in the order of their change numbers.

    `due_from` and `due_to` are wall dates, both inclusive; `closed_from` and `closed_before` are instants. `list_id`
    none: what is in no list, or in one that was deleted.
    """

    user_id: UUID
    status: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    tag_match: Literal["any", "all"] = "any"
    list_id: UUID | Literal["none"] | None = None
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    overdue: bool = False
    closed_from: dt.datetime | None = None
    closed_before: dt.datetime | None = None
    has_recurrence: bool | None = None
    q: str | None = None
    changed_after: int | None = None
    sort: Sort = "created"
    cursor: str | None = None
    limit: int = 50

    @property
    def order(self) -> str:
        """Return the order in force."""
        return "change" if self.changed_after is not None else self.sort

    def statement(self) -> tuple[str, dict[str, Any]]:
        """Return the statement and its parameters; it asks for one row more than the page holds."""
        clauses = ["tasks.user_id = %(user_id)s"]
        given: dict[str, Any] = {"user_id": self.user_id, "limit": self.limit + 1}
        if self.changed_after is None:
            clauses.append("tasks.deleted_at IS NULL")
        else:
            clauses.append("tasks.change > %(changed_after)s")
            given["changed_after"] = self.changed_after
        self._fields(clauses, given)
        self._dates(clauses, given)
        if self.q is not None:
            clauses.append("tasks.search @@ to_tsquery('pg_catalog.simple', %(q)s)")
            given["q"] = search_query(self.q)
        descending = self.order.startswith("-")
        column, kind = _COLUMNS[self.order.lstrip("-")]
        if self.cursor is not None:
            clauses.append(_after(column, kind, descending, *_read_cursor(self.cursor, self.order), given))
        direction = "DESC" if descending else "ASC"
        order = f"{column} {direction} NULLS LAST" + ("" if column == "tasks.id" else f", tasks.id {direction}")
        return f"{SELECT} WHERE {' AND '.join(clauses)} ORDER BY {order} LIMIT %(limit)s", given

    def _fields(self, clauses: list[str], given: dict[str, Any]) -> None:
        for name in ("status", "priority"):
            if values := getattr(self, name):
                clauses.append(f"tasks.{name} = ANY(%({name})s)")
                given[name] = list(values)
        if self.tag:
            clauses.append(f"tasks.tags {'@>' if self.tag_match == 'all' else '&&'} %(tag)s::text[]")
            given["tag"] = list(self.tag)
        if self.list_id == "none":
            clauses.append(f"NOT EXISTS (SELECT 1 FROM {SCHEMA}.lists AS l WHERE {_THERE})")
        elif self.list_id is not None:
            clauses.append("tasks.list_id = %(list_id)s")
            given["list_id"] = self.list_id
        if self.has_recurrence is not None:
            clauses.append(f"tasks.series_id IS {'NOT NULL' if self.has_recurrence else 'NULL'}")

    def _dates(self, clauses: list[str], given: dict[str, Any]) -> None:
        # The instant bounds are wider than any zone's day: they let the index on due_at narrow the search.
        if self.due_from is not None:
            clauses.append(
                "tasks.due_date >= %(due_from)s::date AND tasks.due_at >= %(due_from)s::date - interval '2 days'"
            )
            given["due_from"] = self.due_from
        if self.due_to is not None:
            clauses.append(
                "tasks.due_date <= %(due_to)s::date AND tasks.due_at <= %(due_to)s::date + interval '3 days'"
            )
            given["due_to"] = self.due_to
        if self.closed_from is not None:
            clauses.append("tasks.completed_at >= %(closed_from)s")
            given["closed_from"] = self.closed_from
        if self.closed_before is not None:
            clauses.append("tasks.completed_at < %(closed_before)s")
            given["closed_before"] = self.closed_before
        if self.overdue:
            clauses.append("tasks.status = 'open' AND tasks.due_at < now()")

    def next_cursor(self, last: tuple[Any, UUID]) -> str:
        """Return the cursor after the last row of a page, given its sort value and id."""
        value, task_id = last
        text = value.isoformat() if isinstance(value, dt.datetime) else value
        return base64.urlsafe_b64encode(orjson.dumps([self.order, text, str(task_id)])).rstrip(b"=").decode()


def search_query(text: str) -> str:
    """Return a tsquery: all words, each as a prefix; what stands in quotes as a phrase. Operators mean nothing."""
    parts: list[str] = []
    for phrase, word in _PHRASE.findall(text):
        words = _WORD.findall(phrase or word)[:WORDS_LIMIT]
        if phrase:
            parts.append("(" + " <-> ".join(f"'{w}'" for w in words) + ")" if words else "")
        else:
            parts += [f"'{w}':*" for w in words]
    return " & ".join([p for p in parts if p][:WORDS_LIMIT])


def _read_cursor(cursor: str, order: str) -> tuple[Any, UUID]:
    try:
        sort, value, task_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if sort != order:
            raise CursorInvalid
        if value is not None:
            match order.lstrip("-"):
                case "created":
                    UUID(value)
                case "due" | "updated":
                    dt.datetime.fromisoformat(value)
                case "change":
                    if not 0 <= int(value) < 2**63:
                        raise CursorInvalid
                case _:
                    float(value)
        return value, UUID(task_id)
    except (ValueError, TypeError, binascii.Error, AttributeError) as error:
        raise CursorInvalid from error


def _after(column: str, kind: str, descending: bool, value: Any, task_id: UUID, given: dict[str, Any]) -> str:
    given["after"], given["after_id"] = value, task_id
    sign = "<" if descending else ">"
    if column == "tasks.id":
        return f"tasks.id {sign} %(after_id)s"
    if value is None:
        return f"({column} IS NULL AND tasks.id {sign} %(after_id)s)"
    beyond = f"({column}, tasks.id) {sign} (%(after)s::{kind}, %(after_id)s)"
    return f"({beyond} OR {column} IS NULL)" if column == "tasks.due_at" else beyond
