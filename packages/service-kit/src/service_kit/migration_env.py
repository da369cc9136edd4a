"""What a deployable's Alembic `env.py` calls: one connection of the owner, names written out in full."""

from __future__ import annotations

from alembic import context
from sqlalchemy import MetaData, create_engine, pool


def run(metadata: MetaData | None = None) -> None:
    """Run the migrations that Alembic has been asked for.

    The search path is pg_catalog alone, so that a statement without its schema fails at once instead of landing in
    another one; with the owner's own schema on it Alembic would report tables as missing.
    """
    attributes = context.config.attributes
    url = str(attributes["owner_url"]).replace("postgresql://", "postgresql+psycopg://", 1)
    schema = str(attributes["schema"])
    engine = create_engine(
        url, poolclass=pool.NullPool, connect_args={"options": "-c search_path=pg_catalog -c lock_timeout=2s"}
    )
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=metadata, version_table_schema=schema, include_schemas=True
        )
        with context.begin_transaction():
            context.run_migrations()
