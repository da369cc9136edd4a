"""The migrations make exactly the tables that the models say, and running them again changes nothing."""

from __future__ import annotations

from typing import Any

import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from local_runtime.testing import Postgres
from recurring_task_service.migrate import MIGRATIONS
from recurring_task_service.storage.schema import SCHEMA
from recurring_task_service.storage.tables import METADATA
from service_kit.migration import upgrade


def test_migrations_and_models_agree(migrated: Postgres) -> None:
    url = migrated.owner_url(SCHEMA).replace("postgresql://", "postgresql+psycopg://", 1)

    spines = {"operator_acts", "rebuild", "alembic_version"}

    def ours(item: Any, name: str | None, kind: str, *_: Any) -> bool:
        return not (
            kind == "table"
            and (item.schema != SCHEMA or name in spines or "_p2" in str(name) or str(name).startswith("next_"))
        )

    def of_our_schema(name: str | None, kind: str, _: Any) -> bool:
        return kind != "schema" or name == SCHEMA

    engine = sqlalchemy.create_engine(url, connect_args={"options": "-c search_path=pg_catalog"})
    with engine.connect() as connection:
        options = {
            "include_schemas": True,
            "include_name": of_our_schema,
            "include_object": ours,
            "compare_type": True,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_a_second_run_changes_nothing(migrated: Postgres) -> None:
    assert upgrade(MIGRATIONS, SCHEMA, migrated.owner_url(SCHEMA)) is False
