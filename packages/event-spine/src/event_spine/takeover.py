"""Making a live table what the one beside it is, row by row where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from event_spine.rebuild import Difference, Swapped

Connection = psycopg.AsyncConnection[Any]
BESIDE = "next_"
"""What the name of the table beside begins with."""


@dataclass(frozen=True, slots=True)
class Projected:
    """A table of heads. `kept` are columns that its owner's state does not tell: where versions agree they stay."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    kept: tuple[str, ...] = ()


def beside_ddl(schema: str, app_role: str, tables: Sequence[str]) -> list[str]:
    """Return the statements for the tables beside, the row that says that a rebuild runs, and the rights for both."""
    return [
        f"""
CREATE TABLE {schema}.rebuild (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  id uuid NOT NULL,
  done_by text NOT NULL,
  began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
)""",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.rebuild TO {app_role}",
        *(
            statement
            for name in tables
            for statement in (
                f"CREATE TABLE {schema}.{BESIDE}{name} (LIKE {schema}.{name} INCLUDING DEFAULTS INCLUDING INDEXES)",
                f"GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON {schema}.{BESIDE}{name} TO {app_role}",
                f"GRANT DELETE ON {schema}.{name} TO {app_role}",
            )
        ),
    ]


async def take_over(connection: Connection, schema: str, table: Projected) -> Swapped:
    """Replace the rows that differ, in the caller's transaction; return how many, and the first of them."""
    names = _Names(schema, table)
    first = await _first(connection, names)
    deleted = await connection.execute(
        names.fill("DELETE FROM {live} l WHERE NOT EXISTS (SELECT 1 FROM {beside} b WHERE {same})")
    )
    updated = await connection.execute(
        names.fill("UPDATE {live} l SET {sets} FROM {beside} b WHERE {same} AND ({of_l}) IS DISTINCT FROM ({of_b})")
    )
    inserted = await connection.execute(
        names.fill("""
        INSERT INTO {live} ({columns}) SELECT {columns} FROM {beside} b
        WHERE NOT EXISTS (SELECT 1 FROM {live} l WHERE {same}) ORDER BY {key}""")
    )
    return Swapped(table.name, inserted.rowcount, updated.rowcount, deleted.rowcount, first)


async def clear(connection: Connection, schema: str, tables: Sequence[Projected]) -> None:
    """Empty the tables beside, in the caller's transaction."""
    for table in tables:
        await connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(schema, BESIDE + table.name)))


async def _first(connection: Connection, names: _Names) -> Difference | None:
    cursor = await connection.execute(
        names.fill("""
        SELECT to_jsonb(l), to_jsonb(b) FROM {live} l FULL JOIN {beside} b ON {same}
        WHERE l.version IS NULL OR b.version IS NULL OR ({of_l}) IS DISTINCT FROM ({of_b}) LIMIT 1""")
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    live, beside = row
    table = names.table
    key = "/".join(str((live or beside)[name]) for name in table.key)
    if live is None or beside is None:
        return Difference(table.name, key, "inserted" if live is None else "deleted", ())
    columns = [name for name in table.columns if name not in table.kept and live[name] != beside[name]]
    return Difference(table.name, key, "updated", columns)


class _Names:
    """The parts of the statements about one table."""

    def __init__(self, schema: str, table: Projected) -> None:
        self.table = table
        compared = [name for name in table.columns if name not in table.key and name not in table.kept]
        sets = [sql.SQL("{0} = b.{0}").format(sql.Identifier(name)) for name in compared]
        sets += [
            sql.SQL("{0} = CASE WHEN l.version = b.version THEN l.{0} ELSE b.{0} END").format(sql.Identifier(name))
            for name in table.kept
        ]
        self._parts: dict[str, sql.Composable] = {
            "live": sql.Identifier(schema, table.name),
            "beside": sql.Identifier(schema, BESIDE + table.name),
            "same": sql.SQL(" AND ").join(sql.SQL("l.{0} = b.{0}").format(sql.Identifier(n)) for n in table.key),
            "sets": sql.SQL(", ").join(sets),
            "of_l": sql.SQL(", ").join(sql.Identifier("l", name) for name in compared),
            "of_b": sql.SQL(", ").join(sql.Identifier("b", name) for name in compared),
            "columns": sql.SQL(", ").join(map(sql.Identifier, table.columns)),
            "key": sql.SQL(", ").join(map(sql.Identifier, table.key)),
        }

    def fill(self, text: Any) -> sql.Composed:
        """Return a statement with the parts that it names."""
        return sql.SQL(text).format(**self._parts)
