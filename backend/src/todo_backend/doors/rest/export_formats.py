"""How an exported history is written: page by page, with a last line that says that it is whole. Pure.

The last line names the number of entries and the SHA-256 of every byte before it. A file without it is not whole.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import orjson

Format = Literal["ndjson", "csv"]
Item = Mapping[str, Any]

MEDIA_TYPES: Final[dict[Format, str]] = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8; header=present",
}
COLUMNS: Final = (
    "event_id", "event_type", "type", "task_id", "occurred_at", "version", "actor_kind", "actor_id", "door",
    "title", "reason", "changes", "causation_id", "correlation_id", "erased",
    "security",
)  # fmt: skip
# What spreadsheets take for the beginning of a formula, full-width forms included; and the sign that marks them here.
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")


class Writer:
    """Writes one export: `head()`, `page()` as often as there are pages, `end()`."""

    def __init__(self, form: Format) -> None:
        self._lines, self._last = _FORMS[form]
        self._head = _csv([COLUMNS]) if form == "csv" else b""
        self._digest = hashlib.sha256()
        self._count = 0

    def head(self) -> bytes:
        """Return what stands before the first entry."""
        self._digest.update(self._head)
        return self._head

    def page(self, items: Sequence[Item]) -> bytes:
        """Return the lines of some entries."""
        lines = self._lines(items)
        self._digest.update(lines)
        self._count += len(items)
        return lines

    def end(self) -> bytes:
        """Return the last line."""
        return self._last(self._count, self._digest.hexdigest())


def cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    What begins like one gets an apostrophe before it, and so does what begins with an apostrophe: who takes one away
    from the beginning of a cell has the text as it was.
    """
    return f"'{text}" if text.lstrip(" ").startswith(_RISKY) else text


def _json_lines(items: Sequence[Item]) -> bytes:
    return b"".join(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE) for item in items)


def _last_json(count: int, digest: str) -> bytes:
    return orjson.dumps({"end": True, "count": count, "sha256": digest}, option=orjson.OPT_APPEND_NEWLINE)


def _rows(items: Sequence[Item]) -> bytes:
    return _csv([[_text(_flat(item).get(column)) for column in COLUMNS] for item in items])


def _last_row(count: int, digest: str) -> bytes:
    return _csv([["end", str(count), digest, *[""] * (len(COLUMNS) - 3)]])


def _flat(item: Item) -> dict[str, Any]:
    actor = item["actor"]
    nested = {name: orjson.dumps(item[name]).decode() if item[name] else None for name in ("changes", "security")}
    return {**item, "actor_kind": actor["kind"], "actor_id": actor["id"], "door": actor["door"], **nested}


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return cell(str(value))


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as RFC 4180 has them: CRLF, quotes where they are needed."""
    sink = io.StringIO(newline="")
    csv.writer(sink).writerows(rows)
    return sink.getvalue().encode()


_FORMS: Final[dict[Format, tuple[Callable[[Sequence[Item]], bytes], Callable[[int, str], bytes]]]] = {
    "ndjson": (_json_lines, _last_json),
    "csv": (_rows, _last_row),
}
