"""A pytest plugin: the session fixture `postgres` is a real server with our database, thrown away at the end.

Load it in the root conftest.py with `pytest_plugins = ["local_runtime.testing"]`.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_runtime import database, ports
from local_runtime.postgres import UNDURABLE, Cluster


@dataclass(frozen=True)
class Postgres:
    """A running server that holds the database `todo` with its schemas and roles, and no tables."""

    superuser_url: str
    passwords: dict[str, str]

    def owner_url(self, schema: str) -> str:
        """Address for the role that owns `schema` and runs its migrations."""
        return self.role_url(database.owner_role(schema))

    def app_url(self, schema: str) -> str:
        """Address for the role that the deployable of `schema` runs as."""
        return self.role_url(database.app_role(schema))

    def role_url(self, role: str) -> str:
        """Address of the database `todo` for any role of `database.roles()`."""
        return database.url(self.superuser_url, role, self.passwords[role])

    @property
    def superuser_database_url(self) -> str:
        """Address of the database `todo` for the superuser."""
        return self.superuser_url.rsplit("/", 1)[0] + f"/{database.DATABASE}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A throwaway PostgreSQL on a free port; ready about two seconds after it is asked for."""
    with tempfile.TemporaryDirectory(prefix="todo-postgres-") as folder:
        cluster = Cluster(Path(folder) / "data", ports.any_free(), secrets.token_urlsafe(24), dict(UNDURABLE))
        cluster.start()
        try:
            passwords = database.new_passwords()
            database.prepare(cluster.superuser_url, passwords)
            yield Postgres(cluster.superuser_url, passwords)
        finally:
            cluster.stop()
