"""The sweep takes what is due, all of it, once, and leaves the rest; its tick asks for the sidecar's token."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import psycopg
import pytest
from event_contracts.identifiers import uuid7
from local_runtime.testing import Postgres
from notification_service.bootstrap import Process
from notification_service.storage.schema import SCHEMA
from notification_service.sweeps.due import take_what_is_due

from .conftest import APP_TOKEN

pytestmark = pytest.mark.integration
Owner = psycopg.Connection[Any]


def plan(owner: Owner, count: int, when: str) -> None:
    for _ in range(count):
        owner.execute(
            "INSERT INTO notifications.due_queue (user_id, task_id, reminder_id, revision, fire_at)"
            " VALUES (%s, %s, %s, 1, clock_timestamp() + %s::interval)",
            (uuid7(), uuid7(), uuid7(), when),
        )


def counts(owner: Owner) -> Any:
    return owner.execute(
        "SELECT (SELECT count(*) FROM notifications.due_queue), count(*), count(DISTINCT reminder_id)"
        " FROM notifications.attempts"
    ).fetchone()


async def test_an_empty_queue_is_an_empty_sweep(process: Process, owner: Owner) -> None:
    assert await take_what_is_due(process.pool) is None
    assert counts(owner) == (0, 0, 0)


async def test_two_replicas_at_once_take_what_is_due_once(process: Process, owner: Owner) -> None:
    plan(owner, 40, "-1 minute")
    plan(owner, 3, "1 hour")
    results = await asyncio.gather(*(take_what_is_due(process.pool) for _ in range(4)))
    assert all(result is not None and 3500 < result <= 3600 for result in results)
    assert counts(owner) == (3, 40, 40)


async def test_the_tick_takes_what_is_due(process: Process, owner: Owner) -> None:
    plan(owner, 2, "-1 minute")
    transport = httpx.ASGITransport(process.inner)
    async with httpx.AsyncClient(transport=transport, base_url="http://inner") as stranger:
        assert (await stranger.post("/reminder-check")).status_code == 401
    assert counts(owner) == (2, 0, 0)
    headers = {"dapr-api-token": APP_TOKEN}
    async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as sidecar:
        assert (await sidecar.options("/reminder-check")).status_code == 200
        assert (await sidecar.post("/reminder-check")).status_code == 200
    assert counts(owner) == (0, 2, 2)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(process.open), base_url="http://open") as client:
        assert (await client.post("/reminder-check")).status_code == 404
        assert (await client.get("/health/ready")).json()["checks"]["database"] == "ok"


def test_the_runtime_role_makes_no_tables_and_does_not_rewrite_the_ledger(migrated: Postgres) -> None:
    with psycopg.connect(migrated.app_url(SCHEMA), autocommit=True) as connection:
        for statement in (
            "UPDATE notifications.ledger SET topic = 'x'",
            "DELETE FROM notifications.ledger",
            "CREATE TABLE notifications.mine (id int)",
            "TRUNCATE notifications.task_heads",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
