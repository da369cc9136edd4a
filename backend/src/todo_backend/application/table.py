"""A table as the set-based statements see it: its columns with their types, and the statements that follow."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "tasks"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its key columns, its other columns in order, each with its PostgreSQL type."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]

    @property
    def select_list(self) -> str:
        """Return the columns, in order and qualified, for a SELECT."""
        return ", ".join(f"{self.name}.{column}" for column in self.columns)

    @property
    def record(self) -> str:
        """Return the column definitions for jsonb_to_recordset."""
        return ", ".join(f"{name} {kind}" for name, kind in self.columns.items())

    def insert_cte(self) -> str:
        """Return a CTE that inserts the rows of the parameter `<table>_new` (a JSON array)."""
        names = ", ".join(self.columns)
        return (
            f"{self.name}_rows AS (INSERT INTO {SCHEMA}.{self.name} ({names}) SELECT {names} "
            f"FROM jsonb_to_recordset(%({self.name}_new)s::jsonb) AS r({self.record}))"
        )

    def update_statement(self) -> str:
        """Return an UPDATE of the rows of the parameter `rows` where their version is still `expected_version`."""
        sets = ", ".join(f"{name} = r.{name}" for name in self.columns if name not in self.key)
        keys = " AND ".join(f"t.{name} = r.{name}" for name in self.key)
        return (
            f"UPDATE {SCHEMA}.{self.name} AS t SET {sets} "
            f"FROM jsonb_to_recordset(%(rows)s::jsonb) AS r({self.record}, expected_version bigint) "
            f"WHERE {keys} AND t.version = r.expected_version"
        )
