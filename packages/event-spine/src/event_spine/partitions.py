"""Daily partitions by range of a UUIDv7 key, made and retired by functions that run with the owner's rights.

`CREATE TABLE … LIKE` followed by `ATTACH PARTITION` waits for nobody, `CREATE … PARTITION OF` would wait behind every
open writer. There is no DEFAULT partition: a key outside the range is an error (SQLSTATE 23514), never a hidden row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import psycopg
from psycopg import sql
from psycopg.errors import CheckViolation

from event_spine import metrics


@dataclass(frozen=True, slots=True)
class PartitionedTable:
    """A table of the schema that is partitioned by range of `event_id`.

    Partitions reach from `days_back` to `days_ahead`; whole days older than `keep_days` are dropped, but never one
    that `guard_table` (a table of event ids still needed) points into.
    """

    name: str
    days_back: int
    days_ahead: int
    keep_days: int
    guard_table: str | None = None


def partition_functions_ddl(schema: str, app_role: str, tables: tuple[PartitionedTable, ...]) -> list[str]:
    """Return the statements that create `make_partitions()` and `drop_partitions()` in `schema`.

    Both are SECURITY DEFINER, owned by the schema's owner and executable by `app_role` alone.
    """
    makes = "\n".join(
        f"  made := made + {schema}.make_partitions_of('{t.name}', {t.days_back}, {t.days_ahead});" for t in tables
    )
    drops = "\n".join(
        f"  gone := gone + {schema}.drop_partitions_of('{t.name}', {t.keep_days}, {_quoted(t.guard_table)});"
        for t in tables
    )
    first_id = "(lpad(to_hex((extract(epoch FROM {day}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid"
    return [
        f"""
CREATE FUNCTION {schema}.make_partitions_of(parent text, days_back int, days_ahead int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE day timestamptz; child text; made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('{schema}.partitions'));
  FOR offset_days IN -days_back .. days_ahead LOOP
    day := (date_trunc('day', now() AT TIME ZONE 'UTC') + offset_days * interval '1 day') AT TIME ZONE 'UTC';
    child := parent || '_p' || to_char(day AT TIME ZONE 'UTC', 'YYYYMMDD');
    IF to_regclass(format('{schema}.%I', child)) IS NULL THEN
      EXECUTE format('CREATE TABLE {schema}.%I (LIKE {schema}.%I INCLUDING ALL)', child, parent);
      EXECUTE format('ALTER TABLE {schema}.%I ATTACH PARTITION {schema}.%I FOR VALUES FROM (%L) TO (%L)', parent, child,
        {first_id.format(day="day")}, {first_id.format(day="day + interval '1 day'")});
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$""",
        f"""
CREATE FUNCTION {schema}.drop_partitions_of(parent text, keep_days int, guard text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '2s' AS $$
DECLARE child record; day timestamptz; needed boolean; gone int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('{schema}.partitions'));
  FOR child IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = format('{schema}.%I', parent)::regclass LOOP
    day := to_timestamp(right(child.relname, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC';
    CONTINUE WHEN day + interval '1 day' > now() - keep_days * interval '1 day';
    needed := false;
    IF guard IS NOT NULL THEN
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM {schema}.%I WHERE event_id >= %L AND event_id < %L)', guard,
        {first_id.format(day="day")}, {first_id.format(day="day + interval '1 day'")}) INTO needed;
    END IF;
    CONTINUE WHEN needed;
    EXECUTE format('ALTER TABLE {schema}.%I DETACH PARTITION {schema}.%I', parent, child.relname);
    EXECUTE format('DROP TABLE {schema}.%I', child.relname);
    gone := gone + 1;
  END LOOP;
  RETURN gone;
END $$""",
        f"""
CREATE FUNCTION {schema}.make_partitions() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE made int := 0;
BEGIN
{makes}
  RETURN made;
END $$""",
        f"""
CREATE FUNCTION {schema}.drop_partitions() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE gone int := 0;
BEGIN
{drops}
  RETURN gone;
END $$""",
        f"REVOKE ALL ON FUNCTION {schema}.make_partitions_of(text, int, int) FROM PUBLIC",
        f"REVOKE ALL ON FUNCTION {schema}.drop_partitions_of(text, int, text) FROM PUBLIC",
        f"REVOKE ALL ON FUNCTION {schema}.make_partitions() FROM PUBLIC",
        f"REVOKE ALL ON FUNCTION {schema}.drop_partitions() FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {schema}.make_partitions(), {schema}.drop_partitions() TO {app_role}",
        f"SELECT {schema}.make_partitions()",
    ]


async def make_partitions(connection: psycopg.AsyncConnection, schema: str) -> int:
    """Make the partitions that are missing, in the caller's transaction; return how many were made.

    Until when there are some is told as a metric: an instant, so that it stays right while nobody makes any. It is told
    before, too: where the making fails from the start of a process on, that is what an operator must hear.
    """
    await _tell_until(connection, schema)
    made = await _call(connection, schema, "make_partitions")
    if made:
        await _tell_until(connection, schema)
    return made


async def partitions_until(connection: psycopg.AsyncConnection[Any], schema: str) -> dict[str, datetime]:
    """Return, for each partitioned table of the schema, the end of its last day."""
    cursor = await connection.execute(
        """
        SELECT p.relname, max(to_date(right(c.relname, 8), 'YYYYMMDD')) + 1
        FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_class c ON c.oid = i.inhrelid
        WHERE p.relnamespace = to_regnamespace(%s) AND p.relkind = 'p' GROUP BY p.relname""",
        (schema,),
    )
    return {table: datetime.combine(day, time(), UTC) for table, day in await cursor.fetchall()}


async def drop_partitions(connection: psycopg.AsyncConnection, schema: str) -> int:
    """Drop the partitions that are past their time, in the caller's transaction; return how many went."""
    return await _call(connection, schema, "drop_partitions")


def is_missing_partition(error: BaseException) -> bool:
    """Say whether an error is PostgreSQL's "no partition of relation found for row"."""
    return isinstance(error, CheckViolation) and "no partition of relation" in str(error)


async def _tell_until(connection: psycopg.AsyncConnection, schema: str) -> None:
    for table, until in (await partitions_until(connection, schema)).items():
        metrics.PARTITIONS_UNTIL.labels(f"{schema}.{table}").set(until.timestamp())


async def _call(connection: psycopg.AsyncConnection, schema: str, function: str) -> int:
    statement = sql.SQL("SELECT {}.{}()").format(sql.Identifier(schema), sql.Identifier(function))
    row = await (await connection.execute(statement)).fetchone()
    return int(row[0]) if row else 0


def _quoted(name: str | None) -> str:
    return "NULL" if name is None else f"'{name}'"
