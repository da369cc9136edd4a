"""Every event once, byte for byte, whatever comes beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from audit_service.bootstrap import Process
from audit_service.storage.schema import SCHEMA
from event_contracts.identifiers import first_id_of, uuid7
from event_spine.errors import Transient
from local_runtime.testing import Postgres

from .conftest import bulk, records, task_event

pytestmark = pytest.mark.integration


def rows(owner: psycopg.Connection[Any], table: str) -> list[Any]:
    return owner.execute(f"SELECT * FROM audit.{table} ORDER BY 1").fetchall()


async def test_five_deliveries_are_one_entry_with_the_digest_of_its_bytes(
    inner: httpx.AsyncClient, owner: psycopg.Connection[Any]
) -> None:
    body = task_event(uuid7(), uuid7(), 1, "created")
    for _ in range(4):
        assert (await inner.post("/events/bulk", json=bulk(body))).status_code == 200
    assert (await inner.post("/events/bulk", json=bulk(body, body))).status_code == 200
    found = owner.execute("SELECT event_id::text, digest, door, version FROM audit.entries").fetchall()
    assert found == [(orjson.loads(body)["id"], hashlib.sha256(body).digest(), "rest", 1)]
    assert owner.execute("SELECT record FROM audit.payloads").fetchall() == [(body,)]


async def test_everything_twice_shuffled_from_the_start_changes_nothing(
    process: Process, owner: psycopg.Connection[Any]
) -> None:
    user, tasks = uuid7(), [uuid7() for _ in range(8)]
    bodies = [task_event(user, task, version) for version in range(1, 20) for task in tasks]
    for start in range(0, len(bodies), 50):
        await process.consumer.handle(records(*bodies[start : start + 50], first_offset=start))
    before = rows(owner, "entries"), rows(owner, "payloads")
    assert len(before[0]) == len(bodies)
    again = bodies * 2
    random.Random(4).shuffle(again)
    for start in range(0, len(again), 37):
        await process.consumer.handle(records(*again[start : start + 37], first_offset=start))
    assert (rows(owner, "entries"), rows(owner, "payloads")) == before


async def test_unknown_types_and_fields_are_kept_byte_for_byte(
    process: Process, owner: psycopg.Connection[Any]
) -> None:
    body = (
        b'{"specversion":"1.0","id":"%s","source":"other","type":"todo.moon.rose.v7",  "time":"2026-05-01T10:00:00Z",'
        b'"odd":9007199254740993,"data":{"number":1.0,"also":[]}}' % str(uuid7()).encode()
    )
    await process.consumer.handle(records(body))
    assert owner.execute("SELECT type, user_id FROM audit.entries").fetchall() == [("todo.moon.rose.v7", None)]
    assert owner.execute("SELECT record FROM audit.payloads").fetchall() == [(body,)]


async def test_poison_and_what_is_out_of_range_become_dead_letters_and_neighbours_go_on(
    inner: httpx.AsyncClient, owner: psycopg.Connection[Any]
) -> None:
    old = first_id_of(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    good = [task_event(uuid7(), uuid7(), 1) for _ in range(2)]
    stale = task_event(uuid7(), uuid7(), 1, event_id=_version_7(old))
    answer = await inner.post("/events/bulk", json=bulk(good[0], b"not json", b"null", b"{}", stale, good[1]))
    assert answer.status_code == 200
    assert len(rows(owner, "entries")) == 2
    letters = owner.execute('SELECT reason, raw FROM audit.dead_letters ORDER BY "offset"').fetchall()
    assert letters == [
        ("not_json", b"not json"),
        ("not_cloudevent", b"null"),
        ("not_cloudevent", b"{}"),
        ("out_of_range", stale),
    ]


async def test_a_store_that_is_away_is_transient_and_nothing_is_kept(
    process: Process, inner: httpx.AsyncClient, owner: psycopg.Connection[Any], migrated: Postgres
) -> None:
    body = task_event(uuid7(), uuid7(), 1)
    process.pool.timeout = 0.5
    with psycopg.connect(migrated.superuser_database_url, autocommit=True) as server:
        server.execute("ALTER ROLE audit_app CONNECTION LIMIT 0")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'audit_app'")
        try:
            with pytest.raises(Transient):
                await process.consumer.handle(records(body))
        finally:
            server.execute("ALTER ROLE audit_app CONNECTION LIMIT -1")
    assert rows(owner, "entries") == []
    assert rows(owner, "dead_letters") == []
    await _until_accepted(inner, body)
    assert len(rows(owner, "entries")) == 1


async def test_what_was_erased_stays_erased_through_a_replay(process: Process, owner: psycopg.Connection[Any]) -> None:
    body = task_event(uuid7(), uuid7(), 1)
    await process.consumer.handle(records(body))
    owner.execute("DELETE FROM audit.payloads")
    await process.consumer.handle(records(body))
    assert len(rows(owner, "entries")) == 1
    assert rows(owner, "payloads") == []


def test_the_runtime_role_cannot_change_history(migrated: Postgres) -> None:
    with psycopg.connect(migrated.app_url(SCHEMA), autocommit=True) as connection:
        for statement in (
            "UPDATE audit.entries SET actor_id = 'me'",
            "DELETE FROM audit.entries",
            "DELETE FROM audit.payloads",
            "TRUNCATE audit.entries",
            "DROP TABLE audit.entries",
            "SELECT audit.drop_partitions_of('entries', 0, NULL)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


async def _until_accepted(inner: httpx.AsyncClient, body: bytes) -> None:
    """Deliver again and again, as Dapr does after a 500, until the batch is accepted."""
    deadline = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=10)
    while (await inner.post("/events/bulk", json=bulk(body))).status_code != 200:
        assert dt.datetime.now(dt.UTC) < deadline


def _version_7(identifier: Any) -> Any:
    return type(identifier)(int=identifier.int | (7 << 76) | (2 << 62))
