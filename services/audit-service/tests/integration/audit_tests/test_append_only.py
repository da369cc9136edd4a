"""The service itself cannot rewrite history: its role adds and reads, whatever statement it tries."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from audit_service.bootstrap import Process
from audit_service.storage.schema import APP_ROLE, SCHEMA
from event_contracts.identifiers import uuid7
from local_runtime.testing import Postgres

from .conftest import records, task_event

pytestmark = pytest.mark.integration

FORBIDDEN = (
    "UPDATE audit.{table} SET event_id = event_id",
    "UPDATE audit.{table} SET {column} = {column}",
    "DELETE FROM audit.{table}",
    "TRUNCATE audit.{table}",
    "DROP TABLE audit.{table}",
    "ALTER TABLE audit.{table} DISABLE TRIGGER ALL",
    "ALTER TABLE audit.{table} OWNER TO audit_app",
    "CREATE TRIGGER t BEFORE INSERT ON audit.{table} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE r AS ON INSERT TO audit.{table} DO INSTEAD NOTHING",
    "MERGE INTO audit.{table} t USING (SELECT 1) o ON true WHEN MATCHED THEN DELETE",
    (
        "INSERT INTO audit.{table} SELECT * FROM audit.{table} ON CONFLICT (event_id)"
        " DO UPDATE SET event_id = excluded.event_id"
    ),
)


async def test_the_runtime_role_cannot_change_or_take_away_what_is_recorded(
    process: Process, owner: psycopg.Connection[Any], migrated: Postgres
) -> None:
    await process.consumer.handle(records(task_event(uuid7(), uuid7(), 1)))
    before = kept(owner)
    parts = owner.execute(
        "SELECT relname, relname LIKE 'entries%%' FROM pg_class WHERE relnamespace = %s::regnamespace"
        " AND relkind IN ('r', 'p') AND (relname LIKE 'entries%%' OR relname LIKE 'payloads%%')",
        (SCHEMA,),
    ).fetchall()
    assert len(parts) > 100, "both tables and their partitions"
    with psycopg.connect(migrated.app_url(SCHEMA), autocommit=True) as role:
        for table, is_entries in parts:
            for statement in FORBIDDEN:
                text = statement.format(table=table, column="digest" if is_entries else "record")
                assert refused(role, text), text
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            role.execute(f"SELECT {SCHEMA}.drop_partitions_of('entries', -20, NULL)".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            role.execute("SET session_replication_role = replica")
    assert kept(owner) == before


def test_it_holds_no_right_beyond_adding_and_reading_and_is_no_member_of_another_role(
    migrated: Postgres, owner: psycopg.Connection[Any]
) -> None:
    rights = owner.execute(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee IN (%s, 'PUBLIC') AND table_schema = %s AND (table_name LIKE 'entries%%'"
        " OR table_name LIKE 'payloads%%') ORDER BY 1, 2",
        (APP_ROLE, SCHEMA),
    ).fetchall()
    assert rights == [(table, right) for table in ("entries", "payloads") for right in ("INSERT", "SELECT")]
    roles = owner.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)"
        " FROM pg_roles r WHERE rolname = %s",
        (APP_ROLE,),
    ).fetchall()
    assert roles == [(False, False, False, 0)]


def refused(role: psycopg.Connection[Any], statement: str) -> bool:
    try:
        role.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def kept(owner: psycopg.Connection[Any]) -> list[Any]:
    return owner.execute("SELECT * FROM audit.entries JOIN audit.payloads USING (event_id)").fetchall()
