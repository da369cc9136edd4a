"""Migrations: Alembic, run as the owner role, with the version table in the deployable's own schema."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

logger = logging.getLogger(__name__)


def upgrade(script_location: Path, schema: str, owner_url: str) -> bool:
    """Bring `schema` to the newest revision; return False when it was there already.

    `owner_url` is a postgresql:// address of the schema's owner.
    """
    config = Config()
    config.set_main_option("script_location", str(script_location))
    config.attributes["owner_url"] = owner_url
    config.attributes["schema"] = schema
    head = ScriptDirectory.from_config(config).get_current_head()
    if _current(schema, owner_url) == head:
        return False
    command.upgrade(config, "head")
    return True


def upgrade_from_environment(script_location: Path, schema: str) -> None:
    """Run `upgrade` with DATABASE_OWNER_URL; the whole of a deployable's `migrate` command.

    What goes wrong is a sentence in the last line, which is what Kubernetes shows of a job that failed.
    """
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    if not owner_url:
        sys.exit("The setting DATABASE_OWNER_URL is missing: migrations run as the schema's owner.")
    logging.basicConfig(level=logging.WARNING)
    try:
        changed = upgrade(script_location, schema, owner_url)
    except (psycopg.Error, SQLAlchemyError) as refused:
        logger.exception("migrating %s", schema)
        sys.exit(_in_words(refused, schema, owner_url))
    print(f"{schema}: {'migrated' if changed else 'up to date'}")  # noqa: T201 - a command's answer


def _in_words(refused: Exception, schema: str, owner_url: str) -> str:
    cause = refused.orig if isinstance(refused, DBAPIError) and refused.orig else refused
    primary = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    why = primary or (str(cause).strip().splitlines() or [type(cause).__name__])[-1].strip()
    parts = urlsplit(owner_url)
    if isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None:
        return f"The database at {parts.hostname}:{parts.port} does not take {parts.username}'s connection: {why}"
    return f"The migration of {schema} failed, and nothing of it stays: {why}"


def _current(schema: str, owner_url: str) -> str | None:
    with psycopg.connect(owner_url) as connection:
        if connection.execute("SELECT to_regclass(%s)", (f"{schema}.alembic_version",)).fetchone() == (None,):
            return None
        row = connection.execute(
            sql.SQL("SELECT version_num FROM {}.alembic_version").format(sql.Identifier(schema))
        ).fetchone()
        return row[0] if row else None
