"""Migrations, the SQLModel tables and the column lists of the statements say the same; the runtime role may little."""

from __future__ import annotations

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from local_runtime.testing import Postgres
from sqlalchemy import create_engine
from todo_backend.all_tables import METADATA
from todo_backend.application.columns import ACCOUNTS, LISTS, SERIES, SESSIONS, TASKS

pytestmark = pytest.mark.integration
SPINE = ("ledger", "pending", "held", "relay_lease", "operator_acts", "alembic_version")


def test_migrations_make_what_the_tables_say(migrated: Postgres):
    url = migrated.owner_url("tasks").replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url, connect_args={"options": "-c search_path=pg_catalog"})
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "compare_type": True,
                "include_name": lambda name, kind, _: name == "tasks" if kind == "schema" else True,
                "include_object": lambda _o, name, kind, _r, _c: (
                    not (kind == "table" and (name in SPINE or name.startswith("ledger_p")))
                ),
            },
        )
        differences = compare_metadata(context, METADATA)
    engine.dispose()
    assert differences == []


@pytest.mark.parametrize("table", [TASKS, SERIES, LISTS, ACCOUNTS, SESSIONS], ids=lambda t: t.name)
def test_statements_write_every_column(table):
    of_model = {c.name for c in METADATA.tables[f"tasks.{table.name}"].columns}
    assert of_model - set(table.columns) <= {"search", "template"}
    assert set(table.columns) <= of_model


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tasks.ledger SET topic = 'x'",
        "DELETE FROM tasks.ledger",
        "TRUNCATE tasks.ledger",
        "DELETE FROM tasks.tasks",
        "DELETE FROM tasks.accounts",
        "CREATE TABLE tasks.mine (id int)",
        "ALTER TABLE tasks.tasks ADD COLUMN mine int",
        "SELECT 1 FROM audit.alembic_version",
        "SELECT tasks.make_partitions_of('ledger', 1, 1)",
    ],
)
def test_the_runtime_role_is_refused(migrated: Postgres, statement: str):
    with psycopg.connect(migrated.app_url("tasks")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_the_runtime_role_makes_partitions_through_their_function(migrated: Postgres):
    with psycopg.connect(migrated.app_url("tasks")) as connection:
        assert connection.execute("SELECT tasks.make_partitions()").fetchone() == (0,)
