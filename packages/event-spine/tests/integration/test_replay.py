"""Replay and its rehearsal, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from event_contracts.identifiers import first_id_of, uuid7
from event_spine import events_in_range
from event_spine.acts import Act
from event_spine.consumer import Consumer
from event_spine.errors import Transient
from event_spine.events_in_range import LedgeredEvent, Range, read_events
from event_spine.records import Delivered
from event_spine.rehearsal import Written, rehearse
from event_spine.replay import FROM_LEDGER, records_of, replay

from .conftest import SCHEMA, append, entry, event_bytes

pytestmark = pytest.mark.integration

TYPE = "todo.thing.happened.v1"
ALL = Range("task-events", UUID(int=0), UUID(int=2**128 - 1))


async def keep(connection: psycopg.AsyncConnection[Any], events: Sequence[Delivered]) -> None:
    for item in events:
        await connection.execute(f"INSERT INTO {SCHEMA}.effects VALUES (%s) ON CONFLICT DO NOTHING", (item.event.id,))
        if item.event.data.get("broken"):
            raise ValueError("a defect")


@pytest.fixture
def consumer(pool: Any) -> Consumer:
    return Consumer(SCHEMA, pool, {TYPE: keep})


def _event(**data: Any) -> LedgeredEvent:
    event_id = uuid7()
    return LedgeredEvent(event_id, "k", event_bytes(event_id, **data))


def _act(act_id: UUID | None = None) -> Act:
    return Act(act_id or uuid7(), "replay", "ada", {"topic": "task-events"})


def _effects(owner: Any) -> int:
    return owner.execute(f"SELECT count(*) FROM {SCHEMA}.effects").fetchone()[0]


async def test_pages_hold_every_event_of_the_range_and_topic_once_in_order(
    pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [entry(topic=topic) for topic in ("task-events", "reminders", "task-events", "task-events")]
    await append(pool, *entries)
    wanted = [e for e in entries if e.topic == "task-events"]

    async def read(limit: int) -> list[LedgeredEvent]:
        found: list[LedgeredEvent] = []
        at: UUID | None = UUID(int=0)
        async with pool.connection() as connection:
            while at is not None:
                page = await read_events(connection, SCHEMA, Range("task-events", at, ALL.until), limit)
                found += page.events
                at = page.next_after
        return found

    every = [LedgeredEvent(e.event_id, e.stream_key, e.record) for e in wanted]
    assert await read(2) == every
    monkeypatch.setattr(events_in_range, "PAGE_BYTES", len(wanted[0].record) + 1)
    assert await read(200) == every, "pages that end by size lose none"
    early = Range("task-events", UUID(int=0), first_id_of(datetime.now(UTC) - timedelta(hours=1)))
    async with pool.connection() as connection:
        assert (await read_events(connection, SCHEMA, early, 10)).events == []


async def test_a_rehearsal_tells_what_would_change_and_changes_nothing(consumer: Consumer, owner: Any) -> None:
    known, new, broken = _event(), _event(), _event(broken=True)
    await consumer.handle(records_of("task-events", [known]))

    told = await rehearse(consumer, records_of("task-events", [known, new, broken]))

    assert told.tables == {"effects": Written(inserted=1)}
    assert [one.event_id for one in told.effects] == [new.event_id]
    assert [(one.event_id, one.detail) for one in told.refused] == [(broken.event_id, "ValueError: a defect")]
    assert _effects(owner) == 1
    again = await rehearse(consumer, records_of("task-events", [known]))
    assert (again.tables, list(again.effects), list(again.refused)) == ({}, [], [])
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.operator_acts").fetchone() == (0,)


async def test_a_replay_is_handled_like_a_delivery_and_written_down_with_who(consumer: Consumer, owner: Any) -> None:
    act_id, good, broken = uuid7(), [_event(), _event()], _event(broken=True)

    refused = await replay(consumer, "task-events", [*good, broken], _act(act_id))
    assert await replay(consumer, "task-events", [*good, broken], _act(act_id)) != []

    assert [one.event_id for one in refused] == [broken.event_id]
    assert _effects(owner) == 2
    letters = owner.execute(f"SELECT partition, event_id FROM {SCHEMA}.dead_letters").fetchall()
    assert letters == [(FROM_LEDGER, broken.event_id)], "kept once, however often it is replayed"
    [row] = owner.execute(f"SELECT id, act, done_by, told, events, refused FROM {SCHEMA}.operator_acts").fetchall()
    assert row == (act_id, "replay", "ada", {"topic": "task-events"}, 6, 2)


async def test_with_the_store_away_it_is_transient(pool: Any, owner: Any) -> None:
    async def away(*_: Any) -> None:
        raise psycopg.errors.DeadlockDetected("as the server says it")

    consumer = Consumer(SCHEMA, pool, {TYPE: away})
    with pytest.raises(Transient):
        await replay(consumer, "task-events", [_event()], _act())
    with pytest.raises(Transient):
        await rehearse(consumer, records_of("task-events", [_event()]))
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.dead_letters").fetchone() == (0,)
