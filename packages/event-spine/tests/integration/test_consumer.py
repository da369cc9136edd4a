"""Consumers on a real PostgreSQL: poison beside good records, failing handlers, a store that is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from event_contracts.identifiers import first_id_of, uuid7
from event_spine.consumer import PIECE, Consumer
from event_spine.errors import Transient
from event_spine.ledger import LedgerEntry, append_statement, ledger_parameters
from event_spine.partitions import drop_partitions, is_missing_partition
from event_spine.records import Delivered, Record

from .conftest import SCHEMA, entry, event_bytes

pytestmark = pytest.mark.integration

GOOD = "todo.thing.happened.v1"
FAILING = "todo.thing.failed.v1"


async def _keep(connection: psycopg.AsyncConnection, events: Sequence[Delivered]) -> None:
    for item in events:
        await connection.execute(f"INSERT INTO {SCHEMA}.effects VALUES (%s) ON CONFLICT DO NOTHING", (item.event.id,))


async def _fail(connection: psycopg.AsyncConnection, events: Sequence[Delivered]) -> None:
    await _keep(connection, events)
    raise RuntimeError("a defect in the handler")


def _record(offset: int, body: bytes) -> Record:
    return Record("task-events", 0, offset, "k", body)


def _consumer(pool: Any) -> Consumer:
    return Consumer(SCHEMA, pool, {GOOD: _keep, FAILING: _fail})


async def test_poison_becomes_a_row_and_its_neighbours_are_handled(pool: Any, owner: Any) -> None:
    good = [uuid7(), uuid7()]
    records = [
        _record(1, event_bytes(good[0])),
        _record(2, b"not json"),
        _record(3, b'{"specversion":"1.0"}'),
        _record(4, event_bytes(uuid7(), "todo.task.created.v1", nothing="of a task")),
        _record(5, event_bytes(good[1])),
        _record(6, event_bytes(uuid7(), "todo.unknown.invented.v9")),
    ]
    consumer = _consumer(pool)
    for _ in range(2):
        await consumer.handle(records)

    assert {r[0] for r in owner.execute(f"SELECT event_id FROM {SCHEMA}.effects")} == set(good)
    letters = owner.execute(f'SELECT "offset", reason, raw FROM {SCHEMA}.dead_letters ORDER BY 1').fetchall()
    assert [(offset, reason) for offset, reason, _ in letters] == [
        (2, "not_json"),
        (3, "not_cloudevent"),
        (4, "invalid_data"),
    ]
    assert letters[0][2] == b"not json"


async def test_a_handler_that_always_fails_costs_only_its_own_event(pool: Any, owner: Any) -> None:
    good, bad = uuid7(), uuid7()
    await _consumer(pool).handle([_record(1, event_bytes(bad, FAILING)), _record(2, event_bytes(good))])

    assert owner.execute(f"SELECT event_id FROM {SCHEMA}.effects").fetchall() == [(good,)]
    letters = owner.execute(f"SELECT event_id, reason, attempts FROM {SCHEMA}.dead_letters").fetchall()
    assert letters == [(bad, "handler_failed", 5)]


async def test_a_store_that_is_away_makes_the_batch_come_again(pool: Any, owner: Any) -> None:
    async def deadlock(connection: psycopg.AsyncConnection, events: Sequence[Delivered]) -> None:
        await _keep(connection, events)
        raise psycopg.errors.DeadlockDetected("as the server says it")

    with pytest.raises(Transient):
        await Consumer(SCHEMA, pool, {GOOD: deadlock}).handle([_record(1, event_bytes(uuid7()))])

    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.effects").fetchone() == (0,)
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.dead_letters").fetchone() == (0,)


async def _keep_at_once(connection: psycopg.AsyncConnection, events: Sequence[Delivered]) -> None:
    """Keep a batch with one statement, as the audit does; what is called "refuse" the database refuses."""
    statement = f"INSERT INTO {SCHEMA}.effects SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING"
    assert len(events) <= PIECE, "a long batch comes in pieces, and what failed one by one"
    if any(item.event.data.get("refuse") for item in events):
        statement = f"INSERT INTO {SCHEMA}.effects SELECT NULL FROM unnest(%s::uuid[])"
    await connection.execute(statement.encode(), ([item.event.id for item in events],))


def _in_pieces(pool: Any) -> Consumer:
    return Consumer(SCHEMA, pool, {GOOD: _keep_at_once}, single_statement=True)


async def test_a_long_batch_is_kept_whole_with_poison_in_a_later_piece(pool: Any, owner: Any) -> None:
    ids = [uuid7() for _ in range(2 * PIECE + 7)]
    records = [_record(offset, event_bytes(event_id)) for offset, event_id in enumerate(ids)]
    records.insert(PIECE + 3, _record(1000, b"not json"))
    consumer = _in_pieces(pool)
    for _ in range(2):
        refused = await consumer.handle(records)
        assert [one.record.offset for one in refused] == [1000]

    assert {r[0] for r in owner.execute(f"SELECT event_id FROM {SCHEMA}.effects")} == set(ids)
    assert owner.execute(f"SELECT reason FROM {SCHEMA}.dead_letters").fetchall() == [("not_json",)]
    assert consumer.progress["task-events"].last_event_id == ids[-1]


async def test_a_long_batch_with_an_event_that_the_database_refuses_loses_only_that(pool: Any, owner: Any) -> None:
    async def keep(connection: psycopg.AsyncConnection, events: Sequence[Delivered]) -> None:
        for n in range(0, len(events), PIECE):  # tried as one piece it is longer
            await _keep_at_once(connection, events[n : n + PIECE])

    ids = [uuid7() for _ in range(3 * PIECE)]
    bad = ids[PIECE + 1]
    records = [_record(n, event_bytes(one, refuse=one == bad)) for n, one in enumerate(ids)]
    refused = await Consumer(SCHEMA, pool, {GOOD: keep}, single_statement=True).handle(records)

    assert [one.event_id for one in refused] == [bad]
    assert {r[0] for r in owner.execute(f"SELECT event_id FROM {SCHEMA}.effects")} == set(ids) - {bad}
    assert owner.execute(f"SELECT event_id, reason FROM {SCHEMA}.dead_letters").fetchall() == [(bad, "handler_failed")]


async def test_a_store_that_goes_away_within_a_long_batch_keeps_nothing_of_it(pool: Any, owner: Any) -> None:
    async def keep(connection: psycopg.AsyncConnection, events: Sequence[Delivered]) -> None:
        await _keep_at_once(connection, events)
        if events[0].record.offset >= PIECE:
            owner.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))

    records = [_record(offset, event_bytes(uuid7())) for offset in range(3 * PIECE)]
    with pytest.raises(Transient):
        await Consumer(SCHEMA, pool, {GOOD: keep}, single_statement=True).handle(records)

    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.effects").fetchone() == (0,)
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.dead_letters").fetchone() == (0,)


async def test_what_a_hostile_record_calls_its_fields_can_be_kept_as_a_detail(pool: Any, owner: Any) -> None:
    named = event_bytes(uuid7(), "todo.task.created.v1", changes={"a\x00b": 5})
    await _consumer(pool).handle([_record(1, named)])
    letter = owner.execute(f"SELECT reason, detail FROM {SCHEMA}.dead_letters").fetchone()
    assert letter[0] == "invalid_data"
    assert "changes.a\\x00b" in letter[1]


async def test_a_limit_of_the_database_is_no_cause_that_passes(pool: Any, owner: Any) -> None:
    async def too_long_for_an_index(connection: psycopg.AsyncConnection, events: Sequence[Delivered]) -> None:
        digits = "SELECT string_agg(md5(n::text), '') FROM generate_series(1, 400) n"
        await connection.execute(f"INSERT INTO {SCHEMA}.narrow {digits}".encode())

    owner.execute(f"CREATE TABLE IF NOT EXISTS {SCHEMA}.narrow (text text PRIMARY KEY)")
    owner.execute(f"GRANT INSERT ON {SCHEMA}.narrow TO audit_app")
    await Consumer(SCHEMA, pool, {GOOD: too_long_for_an_index}).handle([_record(1, event_bytes(uuid7()))])
    letter = owner.execute(f"SELECT reason, detail FROM {SCHEMA}.dead_letters").fetchone()
    assert letter[0] == "handler_failed"
    assert letter[1].startswith("ProgramLimitExceeded")


async def test_an_event_that_claims_to_be_from_the_future_does_not_hide_that_nothing_follows(pool: Any) -> None:
    consumer = _consumer(pool)
    later = event_bytes(uuid7()).replace(b'"time":"20', b'"time":"29')
    assert later != event_bytes(uuid7())
    await consumer.handle([_record(1, later)])
    seen = consumer.progress["task-events"].last_event_at
    assert seen is not None
    assert seen <= datetime.now(UTC)


async def test_a_day_without_partition_is_an_error_and_past_days_are_dropped(pool: Any, owner: Any) -> None:
    long_ago = first_id_of(datetime.now(UTC) - timedelta(days=60))
    stale = LedgerEntry(long_ago, "task-events", "k", GOOD, uuid7(), 1, None, None, b"{}")
    async with pool.connection() as connection:
        with pytest.raises(psycopg.errors.CheckViolation) as caught:
            await connection.execute(append_statement(SCHEMA), ledger_parameters([stale]))
    assert is_missing_partition(caught.value)

    owner.execute(f"SELECT {SCHEMA}.make_partitions_of('ledger', 50, 0)")
    kept = _at(owner, timedelta(days=45))
    owner.execute(f"INSERT INTO {SCHEMA}.pending (event_id, topic, stream_key) VALUES (%s, 't', 'k')", (kept,))
    async with pool.connection() as connection:
        gone = await drop_partitions(connection, SCHEMA)
    assert gone == 50 - 35 - 1, "older than 35 days, but not the day that a pending event lies in"
    owner.execute(f"DELETE FROM {SCHEMA}.pending")
    async with pool.connection() as connection:
        assert await drop_partitions(connection, SCHEMA) == 1
    assert entry().record


def _at(owner: Any, ago: timedelta) -> Any:
    return first_id_of(datetime.now(UTC).replace(hour=12) - ago)
