"""Dead letters in an operator's hand, on a real PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from event_contracts.identifiers import uuid7
from event_spine import settling
from event_spine.consumer import Consumer
from event_spine.errors import Transient
from event_spine.records import Delivered, Record
from event_spine.settling import Choice, Settled

from .conftest import SCHEMA, event_bytes

pytestmark = pytest.mark.integration

TYPE = "todo.thing.happened.v1"


class Mended:
    """A handler with a defect that can be mended."""

    def __init__(self) -> None:
        self.error: Exception | None = RuntimeError("a defect in the handler")

    async def __call__(self, connection: psycopg.AsyncConnection, events: Sequence[Delivered]) -> None:
        for item in events:
            await connection.execute(
                f"INSERT INTO {SCHEMA}.effects VALUES (%s) ON CONFLICT DO NOTHING", (item.event.id,)
            )
        if self.error is not None:
            raise self.error


def _record(offset: int, body: bytes, topic: str = "task-events") -> Record:
    return Record(topic, 0, offset, "k", body)


async def _letters(pool: Any, choice: Choice | None = None) -> list[settling.DeadLetter]:
    async with pool.connection() as connection:
        return await settling.page(connection, SCHEMA, choice or Choice(state=None), settling.NEWEST, 100)


async def test_what_failed_is_handled_once_when_the_handler_is_mended(
    pool: Any, owner: Any, caplog: pytest.LogCaptureFixture
) -> None:
    handler, event_id = Mended(), uuid7()
    consumer = Consumer(SCHEMA, pool, {TYPE: handler})
    refused = await consumer.handle([_record(1, event_bytes(event_id)), _record(2, b"not json")])
    assert [(one.record.offset, one.reason) for one in refused] == [(2, "not_json"), (1, "handler_failed")]
    letter = (await _letters(pool, Choice(reason="handler_failed")))[0]

    handler.error = ValueError("another defect")
    assert (await settling.requeue(consumer, letter.id, "ada")).outcome == "failed"
    [still] = await _letters(pool, Choice(reason="handler_failed"))
    assert (still.state, still.detail, still.attempts) == ("open", "ValueError: another defect", 10)
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.effects").fetchone() == (0,)

    newest = uuid7()
    await consumer.handle([_record(3, event_bytes(newest, "todo.thing.ignored.v1"))])
    handler.error = None
    with caplog.at_level(logging.INFO, "event_spine.settling"):
        assert await settling.requeue(consumer, letter.id, "ada") == Settled(letter.id, "requeued")
        assert (await settling.requeue(consumer, letter.id, "eve")).outcome == "not_open"
    assert owner.execute(f"SELECT event_id FROM {SCHEMA}.effects").fetchall() == [(event_id,)]
    assert consumer.progress["task-events"].last_event_id == newest, "a late one does not set the progress back"
    [done] = await _letters(pool, Choice(state="requeued"))
    assert (done.id, done.settled_by, done.settled_at is not None) == (letter.id, "ada", True)
    [line] = [r for r in caplog.records if r.message == "dead letter settled"]
    assert (line.__dict__["by"], line.__dict__["outcome"]) == ("ada", "requeued")


async def test_poison_stays_poison_and_is_discarded_with_who_and_why(pool: Any, owner: Any) -> None:
    consumer = Consumer(SCHEMA, pool, {})
    await consumer.handle([_record(1, b"not json"), _record(2, b"nor this")])
    second, first = await _letters(pool)
    assert (await settling.requeue(consumer, first.id, "ada")).reason == "not_json"

    done = await settling.discard(pool, SCHEMA, [first.id, 10**9], "ada", "noise of a test")

    assert [one.outcome for one in done] == ["discarded", "not_open"]
    assert [one.id for one in await _letters(pool, Choice())] == [second.id]
    [row] = owner.execute(
        f"SELECT state, settled_by, settled_why, raw FROM {SCHEMA}.dead_letters WHERE id = {first.id}"
    )
    assert row == ("discarded", "ada", "noise of a test", b"not json")
    await consumer.handle([_record(1, b"not json")])
    assert [one.id for one in await _letters(pool, Choice())] == [second.id], "what was discarded stays so"


async def test_one_that_was_requeued_and_fails_when_it_comes_again_is_open_again(pool: Any, owner: Any) -> None:
    handler, body = Mended(), event_bytes(uuid7())
    consumer = Consumer(SCHEMA, pool, {TYPE: handler})
    await consumer.handle([_record(1, body)])
    [letter] = await _letters(pool)
    broken, handler.error = handler.error, None
    await settling.requeue(consumer, letter.id, "ada")
    assert await _letters(pool, Choice()) == []

    handler.error = broken
    await consumer.handle([_record(1, body)])

    [again] = await _letters(pool, Choice())
    assert (again.id, again.attempts, again.settled_by) == (letter.id, 10, None)


async def test_with_the_store_away_a_letter_stays_as_it_was(pool: Any, owner: Any) -> None:
    handler = Mended()
    consumer = Consumer(SCHEMA, pool, {TYPE: handler})
    await consumer.handle([_record(1, event_bytes(uuid7()))])
    before = await _letters(pool)
    handler.error = psycopg.errors.DeadlockDetected("as the server says it")

    with pytest.raises(Transient):
        await settling.requeue(consumer, before[0].id, "ada")

    assert await _letters(pool) == before


async def test_what_is_no_record_of_a_topic_is_not_handled_again(pool: Any, owner: Any) -> None:
    owner.execute(
        f'INSERT INTO {SCHEMA}.dead_letters (topic, partition, "offset", reason, detail, attempts, raw)'
        " VALUES ('advance', 0, 7, 'advance_refused', 'd', 1, '{}')"
    )
    consumer = Consumer(SCHEMA, pool, {})
    [letter] = await _letters(pool)

    assert (await settling.requeue(consumer, letter.id, "ada")).outcome == "no_event"
    assert (await settling.requeue(consumer, letter.id + 1, "ada")).outcome == "not_found"
    assert await _letters(pool) == [letter]


async def test_pages_counts_and_the_exact_bytes(pool: Any, owner: Any) -> None:
    consumer = Consumer(SCHEMA, pool, {})
    await consumer.handle([_record(n, b"\xff%d" % n, "reminders" if n % 2 else "task-events") for n in range(5)])
    every = [one.id for one in await _letters(pool)]
    assert every == sorted(every, reverse=True)
    async with pool.connection() as connection:
        second = await settling.page(connection, SCHEMA, Choice(), every[1], 2)
        found = await settling.find(connection, SCHEMA, every[0])
        odd = await settling.open_ids(connection, SCHEMA, Choice(topic="reminders"), 0, 10)
        counted = await settling.counts(connection, SCHEMA)
    assert [one.id for one in second] == every[2:4]
    assert found is not None
    assert found[1] == b"\xff4"
    assert odd == [every[3], every[1]]
    assert [(c.topic, c.reason, c.state, c.count) for c in counted] == [
        ("reminders", "not_json", "open", 2),
        ("task-events", "not_json", "open", 3),
    ]


async def test_the_runtime_role_can_neither_delete_a_letter_nor_change_its_bytes(pool: Any, owner: Any) -> None:
    for statement in ("DELETE FROM {}.dead_letters", "UPDATE {}.dead_letters SET raw = ''"):
        async with pool.connection() as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(statement.format(SCHEMA))
