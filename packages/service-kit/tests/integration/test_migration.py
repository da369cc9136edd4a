"""The `migrate` command of a deployable: what goes wrong is a sentence in its last line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from local_runtime import ports
from local_runtime.testing import Postgres

pytestmark = pytest.mark.integration
REVISION = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "{name}", {before!r}, None, None


def upgrade() -> None:
    {statements}
"""


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text("from service_kit.migration_env import run\n\nrun()\n")
    return tmp_path


def migrate(migrations: Path, owner_url: str) -> subprocess.CompletedProcess[str]:
    code = "from pathlib import Path; from service_kit.migration import *; "
    code += f"upgrade_from_environment(Path({str(migrations)!r}), 'audit')"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DATABASE_OWNER_URL": owner_url},
        capture_output=True,
        text=True,
        check=False,
    )


def revision(migrations: Path, name: str, before: str | None, *statements: str) -> None:
    lines = "\n    ".join(f"op.execute({statement!r})" for statement in statements)
    (migrations / "versions" / f"{name}.py").write_text(REVISION.format(name=name, before=before, statements=lines))


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    return done.stderr.strip().splitlines()[-1]


def test_a_database_that_does_not_answer_is_named(migrations: Path) -> None:
    revision(migrations, "first", None, "SELECT 1")
    port = ports.any_free()
    said = last_line(migrate(migrations, f"postgresql://audit_owner:secret@127.0.0.1:{port}/todo"))
    assert said.startswith(f"The database at 127.0.0.1:{port} does not take audit_owner's connection: ")
    assert "secret" not in said


def test_a_wrong_password_is_named(migrations: Path, postgres: Postgres) -> None:
    revision(migrations, "first", None, "SELECT 1")
    wrong = postgres.owner_url("audit").replace(postgres.passwords["audit_owner"], "wrong")
    assert "does not take audit_owner's connection: " in last_line(migrate(migrations, wrong))


@pytest.fixture
def apart(postgres: Postgres) -> Iterator[str]:
    """The superuser's address of a database with an empty schema: that of the others may have been migrated."""
    with psycopg.connect(postgres.superuser_url, autocommit=True) as superuser:
        superuser.execute("CREATE DATABASE apart")
        url = postgres.superuser_url.rsplit("/", 1)[0] + "/apart"
        with psycopg.connect(url, autocommit=True) as inside:
            inside.execute("CREATE SCHEMA audit AUTHORIZATION audit_owner")
        yield url
        superuser.execute("DROP DATABASE apart WITH (FORCE)")


def test_a_revision_that_fails_says_why_and_leaves_nothing_behind(
    migrations: Path, postgres: Postgres, apart: str
) -> None:
    revision(migrations, "first", None, "CREATE TABLE audit.kept (id int)")
    revision(migrations, "second", "first", "CREATE TABLE audit.gone (id int)", "SELECT * FROM audit.nowhere")
    said = last_line(migrate(migrations, postgres.owner_url("audit").rsplit("/", 1)[0] + "/apart"))
    assert said.startswith("The migration of audit failed, and nothing of it stays: ")
    assert "nowhere" in said
    with psycopg.connect(apart) as superuser:
        found = superuser.execute("SELECT coalesce(to_regclass('audit.gone'), to_regclass('audit.kept'))").fetchone()
    assert found == (None,)
