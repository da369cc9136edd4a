"""The world of the contract tests, migrated once and emptied for each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import todo_backend.migrate
from local_runtime.keys import Keys
from local_runtime.testing import Postgres
from service_kit.migration import upgrade

from tests.contract.wiring import SERVICES, World, opened_world


@pytest.fixture(scope="session")
def whole_database(postgres: Postgres) -> Postgres:
    upgrade(todo_backend.migrate.MIGRATIONS, "tasks", postgres.owner_url("tasks"))
    for schema, (package, _) in SERVICES.items():
        upgrade(package.migrate.MIGRATIONS, schema, postgres.owner_url(schema))
    return postgres


@pytest.fixture
async def world(whole_database: Postgres, keys: Keys) -> AsyncIterator[World]:
    async with opened_world(whole_database, keys) as world:
        yield world
