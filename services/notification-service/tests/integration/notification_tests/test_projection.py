"""Heads of tasks and people only move forward, whatever the order and number of the events."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest
from event_contracts import CATALOG
from event_contracts.identifiers import uuid7
from event_spine.errors import Transient
from event_spine.records import Record
from local_runtime.testing import Postgres
from notification_service.bootstrap import Process
from notification_service.projections import HANDLERS

from .conftest import TABLES

pytestmark = pytest.mark.integration
Owner = psycopg.Connection[Any]
AT = "2026-05-01T10:00:00Z"


def event(user: UUID, type_name: str, version: int, data: dict[str, Any]) -> bytes:
    common = {"event_type": "short", "user_id": str(user), "user_time_zone": "Europe/Berlin", "version": version,
              "occurred_at": AT, "actor": {"kind": "user", "id": str(user), "door": "rest"}}  # fmt: skip
    return orjson.dumps(
        {"specversion": "1.0", "id": str(uuid7()), "source": "todo-backend", "type": type_name, "time": AT,
         "data": {**common, **data}}
    )  # fmt: skip


def task_event(user: UUID, task: UUID, version: int, verb: str = "updated", **changes: Any) -> bytes:
    state = {
        "id": str(task), "title": f"title {version}", "stream_key": str(task), "version": version, "created_at": AT,
        "updated_at": AT, "due": {"date": "2026-05-03", "time": "17:00", "time_zone": "Europe/Berlin"},
        "due_at": "2026-05-03T15:00:00Z",
        "reminders": [{"id": str(task), "minutes_before": 10, "relative_to": "due"}], **changes,
    }  # fmt: skip
    data = {"task_id": str(task), "title": state["title"], "task_data": state}
    return event(user, f"todo.task.{verb}.v1", version, data)


def user_event(user: UUID, version: int, verb: str = "updated", **changes: Any) -> bytes:
    data = {"id": str(user), "email": f"v{version}@example.org", "time_zone": "Europe/Berlin", "version": version}
    return event(user, f"todo.user.{verb}.v1", version, {"user_data": {**data, **changes}})


def records(*bodies: bytes) -> list[Record]:
    return [Record("task-events", 0, place, "k", body) for place, body in enumerate(bodies)]


def domain(owner: Owner) -> dict[str, list[Any]]:
    return {table: owner.execute(f"SELECT * FROM notifications.{table} ORDER BY 1, 2").fetchall() for table in TABLES}


async def test_a_task_and_its_person_are_known(process: Process, owner: Owner) -> None:
    user, task = uuid7(), uuid7()
    await process.consumer.handle(records(task_event(user, task, 1, "created"), user_event(user, 1, "created")))
    row = owner.execute(
        "SELECT title, status, due_date::text, due_time::text, due_zone, due_at::text, reminders, user_time_zone"
        " FROM notifications.task_heads"
    ).fetchone()
    assert row == (
        "title 1", "open", "2026-05-03", "17:00:00", "Europe/Berlin", "2026-05-03 15:00:00+00",
        [{"id": str(task), "minutes_before": 10, "relative_to": "due"}], "Europe/Berlin",
    )  # fmt: skip
    assert owner.execute("SELECT email, locale FROM notifications.user_heads").fetchall() == [("v1@example.org", "en")]


async def test_everything_twice_shuffled_between_keys_changes_nothing(process: Process, owner: Owner) -> None:
    streams = []
    for number in range(20):
        user, task = uuid7(), uuid7()
        streams.append([task_event(user, task, version) for version in range(1, 6)])
        last = [user_event(user, 6, "deleted", deleted_at=AT, email=None)] if number % 3 == 0 else []
        streams.append([user_event(user, version) for version in range(1, 6)] + last)
    chosen = random.Random(3)
    await deliver(process, interleave(streams, chosen), 17)
    before = domain(owner)
    await deliver(process, interleave([stream + stream for stream in streams], chosen), 11)
    await deliver(process, interleave(streams, chosen), 1)
    assert domain(owner) == before
    assert {row[2] for row in before["task_heads"]} == {5}
    assert before["dead_letters"] == []


async def test_a_deleted_person_stays_deleted(process: Process, owner: Owner) -> None:
    user = uuid7()
    await process.consumer.handle(
        records(user_event(user, 2, "deleted", deleted_at=AT, email=None), user_event(user, 3))
    )
    await process.consumer.handle(records(user_event(user, 4)))
    assert owner.execute("SELECT email, deleted_at IS NULL FROM notifications.user_heads").fetchall() == [(None, False)]


async def test_poison_becomes_a_dead_letter_and_neighbours_go_on(process: Process, owner: Owner) -> None:
    user, task = uuid7(), uuid7()
    await process.consumer.handle(records(b"{", b'{"specversion": "1.0"}', task_event(user, task, 1)))
    reasons = owner.execute('SELECT reason FROM notifications.dead_letters ORDER BY "offset"').fetchall()
    assert reasons == [("not_json",), ("not_cloudevent",)]
    assert owner.execute("SELECT count(*) FROM notifications.task_heads").fetchone() == (1,)


async def test_a_store_that_is_away_is_transient(process: Process, owner: Owner, migrated: Postgres) -> None:
    process.pool.timeout = 0.5
    with psycopg.connect(migrated.superuser_database_url, autocommit=True) as server:
        server.execute("ALTER ROLE notifications_app CONNECTION LIMIT 0")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'notifications_app'")
        try:
            with pytest.raises(Transient):
                await process.consumer.handle(records(task_event(uuid7(), uuid7(), 1)))
        finally:
            server.execute("ALTER ROLE notifications_app CONNECTION LIMIT -1")
    assert domain(owner) == {table: [] for table in TABLES}


def test_every_event_of_tasks_series_and_users_has_its_handler() -> None:
    assert set(HANDLERS) == {name for name in CATALOG if name.split(".")[1] in ("task", "series", "user")}


def interleave(streams: list[list[bytes]], chosen: random.Random) -> list[bytes]:
    """Return all events, shuffled between streams, each stream in its own order."""
    waiting = [list(stream) for stream in streams]
    mixed: list[bytes] = []
    while any(waiting):
        mixed.append(chosen.choice([stream for stream in waiting if stream]).pop(0))
    return mixed


async def deliver(process: Process, bodies: list[bytes], batch: int) -> None:
    for start in range(0, len(bodies), batch):
        await process.consumer.handle(records(*bodies[start : start + batch]))
