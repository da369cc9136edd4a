"""What a migration would do to those who work meanwhile, read from its statements; the reasons are for its author."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_TEXT = re.compile(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_VOLATILE = re.compile(r"\b(nextval|clock_timestamp|random|gen_random_uuid|uuidv[47])\b")
_NAME = r"(?:ONLY )?([\w.{}\"]+)"


@dataclass(frozen=True, order=True)
class Danger:
    """What is wrong with a statement: the rule's name, the table, and what to write instead."""

    rule: str
    table: str
    instead: str


@dataclass(frozen=True)
class Statement:
    """One statement, without its comments, in one line; `alone`: run outside of the migration's transaction."""

    text: str
    alone: bool = False


class _Recorder:
    """Stands for Alembic's `op`: keeps what would be executed. Anything else than `execute` cannot be judged."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self._alone = False

    def execute(self, statement: object) -> None:
        for part in _split(str(statement)):
            self.statements.append(Statement(part, self._alone))

    def get_context(self) -> _Recorder:
        return self

    @contextmanager
    def autocommit_block(self) -> Iterator[None]:
        self._alone = True
        yield
        self._alone = False

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"op.{name} cannot be judged: say it in SQL, with op.execute")


def statements_of(path: Path) -> list[Statement]:
    """Return what the migration's `upgrade` would execute, in order."""
    spec = importlib.util.spec_from_file_location(f"judged_{path.parents[2].name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    recorder = _Recorder()
    module.op = recorder  # type: ignore[attr-defined]
    module.upgrade()
    return recorder.statements


def dangers_of(statements: Sequence[Statement]) -> list[Danger]:
    """Return what is dangerous in a migration that runs while people work and while the version before still runs."""
    made = {name for s in statements for name in _made_by(s.text)}
    return [danger for s in statements for danger in _judge(s, statements) if danger.table not in made]


def _judge(statement: Statement, all_of_it: Sequence[Statement]) -> Iterator[Danger]:
    text = statement.text
    if found := re.match(rf"CREATE (?:UNIQUE )?INDEX (CONCURRENTLY )?(?:IF NOT EXISTS )?\S+ ON {_NAME}", text):
        if not found[1]:
            yield Danger("index", found[2], "its writers wait until the index is built: CREATE INDEX CONCURRENTLY")
        elif not statement.alone:
            yield Danger("index", found[2], "CONCURRENTLY needs `with op.get_context().autocommit_block()`")
    if found := re.match(rf"ALTER TABLE (?:IF EXISTS )?{_NAME} (.*)", text):
        for part in _parts(found[2]):
            yield from _judge_part(found[1], part, all_of_it)
    if found := re.match(rf"DROP TABLE (?:IF EXISTS )?{_NAME}", text):
        yield Danger("contract", found[1], "the version that still runs reads it: drop it a release later")
    if found := re.match(rf"(?:UPDATE|DELETE FROM|MERGE INTO) {_NAME}", text):
        yield Danger("backfill", found[1], "all rows in one transaction: fill in batches, outside of migrations")
    if found := re.match(rf"(?:LOCK TABLE|TRUNCATE(?: TABLE)?|VACUUM FULL|CLUSTER|REINDEX TABLE) {_NAME}", text):
        yield Danger("lock", found[1], "nobody reads or writes meanwhile")
    if found := re.match(r"SET (?:LOCAL )?(lock_timeout)\b", text):
        yield Danger("lock", found[1], "migrations wait 2 s for a lock, else everybody waits behind them")


def _judge_part(table: str, part: str, all_of_it: Sequence[Statement]) -> Iterator[Danger]:
    if re.match(r"ADD (?:COLUMN )?(?!CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)", part):
        if "NOT NULL" in part and "DEFAULT" not in part and "GENERATED" not in part:
            yield Danger(
                "not_null", table, "rows that are there have no value: give a DEFAULT, or fill and check later"
            )
        if re.search(r"GENERATED|\b(?:big)?serial\b", part) or _VOLATILE.search(part):
            yield Danger(
                "rewrite", table, "every row is written anew: add it without, fill in batches, then the default"
            )
        if "REFERENCES" in part:
            yield Danger("scan", table, "add the key as a constraint NOT VALID, and validate it in a later migration")
    if re.match(r"ALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE\b", part):
        yield Danger("rewrite", table, "every row is written anew: add a column beside it and move over")
    if re.match(r"ALTER (?:COLUMN )?\S+ SET NOT NULL", part):
        yield Danger("scan", table, "all rows are read under a lock: keep a CHECK (… IS NOT NULL) instead")
    if re.match(r"ADD (?:CONSTRAINT \S+ )?(?:CHECK|FOREIGN KEY)\b", part) and "NOT VALID" not in part:
        yield Danger(
            "scan", table, "all rows are read under a lock: add it NOT VALID, validate it in a later migration"
        )
    if re.match(r"ADD (?:CONSTRAINT \S+ )?(?:UNIQUE|PRIMARY KEY)\b", part) and "USING INDEX" not in part:
        yield Danger("index", table, "make the index CONCURRENTLY before, and add the constraint USING INDEX")
    if found := re.match(r"VALIDATE CONSTRAINT (\S+)", part):
        added = rf"ADD CONSTRAINT {re.escape(found[1])}\b"
        if any(re.search(added, other.text) for other in all_of_it):
            yield Danger("scan", table, "validated where it is added, it holds the strong lock: in a later migration")
    if re.match(r"DROP (?:COLUMN )?(?!CONSTRAINT)|RENAME\b", part) and not part.startswith("DROP CONSTRAINT"):
        yield Danger("contract", table, "the version that still runs uses it: a release later, when none does")


def _made_by(text: str) -> Iterator[str]:
    if found := re.match(rf"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?{_NAME}", text):
        yield found[1]


def _split(text: str) -> Iterator[str]:
    """Cut into statements; what stands in quotes does not matter to any rule."""
    plain = _TEXT.sub("''", _COMMENT.sub(" ", text))
    for part in plain.split(";"):
        line = " ".join(part.split())
        if line:
            yield line


def _parts(text: str) -> Iterator[str]:
    """Cut `ADD a int, ADD b numeric(3, 1)` at the commas that stand in no bracket."""
    depth, begun = 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            yield text[begun:at].strip()
            begun = at + 1
    yield text[begun:].strip()
