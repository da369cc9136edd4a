"""No migration stops those who work, nor the version before it: what would is refused, with what to write instead.

The rules, and why, are those of docs/how-to/change-the-schema.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from local_runtime.layout import CLONE
from local_runtime.platform.migrations import PACKAGES

from tests.architecture.migrations import Statement, dangers_of, statements_of

BEFORE_THE_RULES = {
    "audit_service/0002_search.py": {"index"},
    "audit_service/0003_causes.py": {"index"},
    "audit_service/0004_dead_letters.py": {"index"},
    "audit_service/0006_seals.py": {"index", "rewrite"},
    "notification_service/0002_reminders.py": {"index", "scan"},
    "notification_service/0003_series_heads.py": {"index"},
    "notification_service/0004_dead_letters.py": {"index"},
    "notification_service/0009_put_off_held_and_summed_up.py": {"scan"},
    "notification_service/0010_the_dead_of_every_channel.py": {"backfill", "index"},
    "recurring_task_service/0003_dead_letters.py": {"index"},
    "todo_backend/0007_past.py": {"index"},
    "todo_backend/0008_uids.py": {"index"},
    "todo_backend/0009_paused_series.py": {"index"},
}
"""Migrations that are older than the rules, and what each does. There was no release yet. None is added here."""
CONTRACTS: dict[str, set[str]] = {}
"""Migrations that take away what no version uses any more, each with the rule and, beside it, since which release."""
MIGRATIONS = {
    f"{package.name}/{path.name}": path
    for package in PACKAGES.values()
    for path in sorted(package.glob("migrations/versions/0*.py"))
}


@pytest.mark.parametrize("name", MIGRATIONS)
def test_a_migration_stops_nobody(name: str) -> None:
    dangers = dangers_of(statements_of(MIGRATIONS[name]))
    known = BEFORE_THE_RULES.get(name, set()) | CONTRACTS.get(name, set())
    assert [danger for danger in dangers if danger.rule not in known] == []
    assert known <= {danger.rule for danger in dangers}, "it does not do that any more: take it off the list"


def test_every_migration_waits_shortly_for_a_lock() -> None:
    text = (CLONE / "packages/service-kit/src/service_kit/migration_env.py").read_text("utf-8")
    assert "-c lock_timeout=2s" in text


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("CREATE INDEX a ON tasks.tasks (b)", "index"),
        ("CREATE UNIQUE INDEX CONCURRENTLY a ON tasks.tasks (b)", "index"),  # inside of the transaction
        ("ALTER TABLE tasks.tasks ADD CONSTRAINT a UNIQUE (b)", "index"),
        ("ALTER TABLE tasks.tasks ADD a int NOT NULL", "not_null"),
        ("ALTER TABLE tasks.tasks ADD COLUMN b int, ADD COLUMN a numeric(3, 1) NOT NULL", "not_null"),
        ("ALTER TABLE tasks.tasks ADD COLUMN a uuid DEFAULT gen_random_uuid()", "rewrite"),
        ("ALTER TABLE tasks.tasks ADD a int GENERATED ALWAYS AS (b + 1) STORED", "rewrite"),
        ("ALTER TABLE tasks.tasks ALTER a TYPE bigint", "rewrite"),
        ("ALTER TABLE tasks.tasks ALTER COLUMN a SET NOT NULL", "scan"),
        ("ALTER TABLE tasks.tasks ADD CONSTRAINT a CHECK (b > 0)", "scan"),
        ("ALTER TABLE tasks.tasks ADD FOREIGN KEY (a) REFERENCES tasks.lists", "scan"),
        ("ALTER TABLE tasks.tasks ADD a uuid REFERENCES tasks.lists (id)", "scan"),
        (("ALTER TABLE tasks.tasks ADD CONSTRAINT a CHECK (b > 0) NOT VALID; -- now\n"
         "ALTER TABLE tasks.tasks VALIDATE CONSTRAINT a"), "scan"),
        ("ALTER TABLE tasks.tasks DROP COLUMN a", "contract"),
        ("ALTER TABLE tasks.tasks RENAME a TO b", "contract"),
        ("DROP TABLE tasks.tasks", "contract"),
        ("UPDATE tasks.tasks SET a = 'it''s; done'", "backfill"),
        ("TRUNCATE tasks.tasks", "lock"),
        ("SET LOCAL lock_timeout = 0", "lock"),
    ],
)  # fmt: skip
def test_what_is_dangerous_is_named(statement: str, rule: str, tmp_path: Path) -> None:
    assert [danger.rule for danger in dangers_of(_written(tmp_path, f"op.execute({statement!r})"))] == [rule]


@pytest.mark.parametrize(
    "lines",
    [
        "op.execute('ALTER TABLE tasks.tasks ADD a int, ADD COLUMN b boolean NOT NULL DEFAULT false')",
        "op.execute('ALTER TABLE tasks.tasks ADD CONSTRAINT a CHECK (b IS NOT NULL) NOT VALID')",
        "op.execute('ALTER TABLE tasks.tasks VALIDATE CONSTRAINT a')",
        "op.execute('CREATE TABLE tasks.new (a int); CREATE INDEX b ON tasks.new (a)')",
        "op.execute(\"INSERT INTO tasks.new VALUES ('DROP TABLE tasks.tasks; UPDATE tasks.tasks SET a = 1')\")",
        (
            "with op.get_context().autocommit_block():\n"
            "        op.execute('CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON tasks.tasks (b)')"
        ),
    ],
)
def test_what_is_not_is_let_through(lines: str, tmp_path: Path) -> None:
    assert dangers_of(_written(tmp_path, lines)) == []


def test_what_cannot_be_judged_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"op.add_column cannot be judged"):
        _written(tmp_path, "op.add_column('tasks', None)")


def _written(folder: Path, lines: str) -> list[Statement]:
    path = folder / "some_service" / "migrations" / "versions" / "0001_it.py"
    path.parent.mkdir(parents=True)
    path.write_text(f"from alembic import op\n\n\ndef upgrade():\n    {lines}\n")
    return statements_of(path)
