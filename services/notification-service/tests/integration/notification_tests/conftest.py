"""The real service on a real PostgreSQL: its own migrations, its runtime role, its apps without sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from local_runtime.testing import Postgres
from notification_service.bootstrap import Process, build
from notification_service.migrate import MIGRATIONS
from notification_service.settings import Settings
from notification_service.storage.schema import SCHEMA
from service_kit.migration import upgrade

APP_TOKEN = "app-token-of-the-test"


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> Postgres:
    upgrade(MIGRATIONS, SCHEMA, postgres.owner_url(SCHEMA))
    return postgres


@pytest.fixture
def owner(migrated: Postgres) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated.owner_url(SCHEMA), autocommit=True) as connection:
        connection.execute(
            "TRUNCATE notifications.task_heads, notifications.user_heads, notifications.due_queue,"
            " notifications.attempts, notifications.dead_letters"
        )
        yield connection


@pytest.fixture
async def process(migrated: Postgres, owner: Any, tmp_path: Path) -> AsyncIterator[Process]:
    """The service with its loops not running: tests call the sweep themselves."""
    settings = Settings(
        public_port=8082,
        app_port=8002,
        dapr_api_token="dapr-token-of-the-test",
        app_api_token=APP_TOKEN,
        database_url=migrated.app_url(SCHEMA),
        service_key_file=tmp_path / "key.pem",
        service_keys_file=tmp_path / "keys.json",
    )
    process = build(settings)
    await process.pool.open()
    yield process
    await process.pool.close()
