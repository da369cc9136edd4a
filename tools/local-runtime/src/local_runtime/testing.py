"""A pytest plugin, loaded by the root conftest.py: what tests of several packages need.

The session fixture `postgres` is a real server with our database, `keys` the keys of all apps, both thrown away at the
end; `answering` serves an app over HTTP where a sidecar would be.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from service_kit.listeners import Listener

from local_runtime import database, ports
from local_runtime.keys import Keys
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


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Keys of every app, as those of a platform."""
    return Keys(tmp_path_factory.mktemp("keys"))


@asynccontextmanager
async def answering(app: Any, port: int) -> AsyncGenerator[None]:
    """Serve an ASGI app on a port of this machine, without its lifespan."""
    server = Listener(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await task
