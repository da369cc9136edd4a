"""The database `todo`: one schema per deployable, an owner that makes tables and an app role that only uses them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

DATABASE: Final = "todo"
SCHEMAS: Final = ("tasks", "recurring", "notifications", "audit")
LIMITS: Final = {"statement_timeout": "10s", "idle_in_transaction_session_timeout": "10s", "timezone": "UTC"}
"""Of the roles that deployables run as. Their own pools ask for the same; through a pooler nobody can ask."""
STATE_STORE: Final = "dapr_state"
"""Role and schema of Dapr's state store, which makes its own tables: the one role that is owner and user."""


def owner_role(schema: str) -> str:
    """The role that owns a deployable's schema and runs its migrations."""
    return f"{schema}_owner"


def app_role(schema: str) -> str:
    """The role that a deployable runs as; migrations grant it rights table by table."""
    return f"{schema}_app"


def roles() -> tuple[str, ...]:
    """Every login role besides the superuser."""
    pairs = tuple(role for schema in SCHEMAS for role in (owner_role(schema), app_role(schema)))
    return (*pairs, STATE_STORE)


def new_passwords() -> dict[str, str]:
    """A fresh password for every role."""
    return {role: secrets.token_urlsafe(24) for role in roles()}


def url(superuser_url: str, role: str, password: str) -> str:
    """Address of the database `todo` for a role, on the server that `superuser_url` names."""
    parts = urlsplit(superuser_url)
    address = f"{role}:{quote(password, safe='')}@{parts.hostname}:{parts.port}"
    return urlunsplit((parts.scheme, address, f"/{DATABASE}", "", ""))


def prepare(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Make database, roles and schemas, or bring them up to date; may be run at every start.

    `passwords` has one entry per role of `roles()`. Nothing is granted on tables here, and by default privileges never:
    they would let a runtime role rewrite the ledger.
    """
    with psycopg.connect(superuser_url, autocommit=True) as server:
        for role in roles():
            _make_role(server, role, passwords[role])
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        server.execute("REVOKE ALL ON DATABASE postgres FROM PUBLIC")
        for role in roles():
            server.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(DATABASE), sql.Identifier(role))
            )
    password = urlsplit(superuser_url)
    inside = urlunsplit((password.scheme, password.netloc, f"/{DATABASE}", password.query, ""))
    with psycopg.connect(inside, autocommit=True) as database:
        database.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for schema in SCHEMAS:
            _make_schema(database, schema, owner_role(schema))
            database.execute(
                sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(
                    sql.Identifier(schema), sql.Identifier(app_role(schema))
                )
            )
            # Alembic compares by schema name and must not find tables through the path.
            _set(database, owner_role(schema), "search_path", sql.Identifier("pg_catalog"))
            for name, value in LIMITS.items():
                _set(database, app_role(schema), name, sql.Literal(value))
        _make_schema(database, STATE_STORE, STATE_STORE)
        _set(database, STATE_STORE, "search_path", sql.Identifier(STATE_STORE))


def _make_role(server: psycopg.Connection, role: str, password: str) -> None:
    exists = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    verb = sql.SQL("ALTER ROLE" if exists else "CREATE ROLE")
    server.execute(
        sql.SQL("{} {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            verb, sql.Identifier(role), sql.Literal(password)
        )
    )


def _make_schema(database: psycopg.Connection, schema: str, owner: str) -> None:
    database.execute(
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(sql.Identifier(schema), sql.Identifier(owner))
    )


def _set(database: psycopg.Connection, role: str, name: str, value: sql.Composable) -> None:
    database.execute(
        sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}").format(
            sql.Identifier(role), sql.Identifier(DATABASE), sql.Identifier(name), value
        )
    )
