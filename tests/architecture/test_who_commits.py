"""One function commits: only `application/` of the backend and the event spine open transactions that write.

Import contracts cannot say it, so the syntax trees are read: `.commit()`, `.transaction()` and `autocommit=True`.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [
    *ROOT.glob("packages/*/src/**/*.py"),
    *ROOT.glob("backend/src/**/*.py"),
    *ROOT.glob("services/*/src/**/*.py"),
]
MAY_COMMIT = ("todo_backend/application/", "event_spine/")


def test_only_the_edge_commits() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in SOURCES
        if not any(part in path.as_posix() for part in MAY_COMMIT)
        for line, what in _transactions(path)
    }
    assert not found, "\n".join(sorted(found))


def test_the_reader_of_syntax_trees_sees_a_commit() -> None:
    assert [what for _, what in _transactions_in("async with c.transaction(): await c.commit()")] == [
        "transaction",
        "commit",
    ]
    assert [what for _, what in _transactions_in("connect(url, autocommit=True)")] == ["autocommit"]


def _transactions(path: Path) -> list[tuple[int, str]]:
    return _transactions_in(path.read_text())


def _transactions_in(source: str) -> list[tuple[int, str]]:
    wrapped = source if "\n" in source else f"async def f(c, connect, url):\n    {source}"
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(wrapped)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in {"commit", "transaction"}:
                found.append((node.lineno, node.func.attr))
            found += [(node.lineno, k.arg) for k in node.keywords if k.arg == "autocommit"]
    return found
