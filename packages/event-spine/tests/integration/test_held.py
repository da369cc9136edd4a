"""Held keys in an operator's hand."""

from __future__ import annotations

from typing import Any

import pytest
from event_spine import held
from event_spine.ledger import LedgerEntry
from event_spine.relay_acts import Operator

from .conftest import SCHEMA, append, entry, until
from .test_relay import Broker, running

pytestmark = pytest.mark.integration
ADA = Operator("ada", "it is of no use")
NOWHERE = ("task-events", "nowhere")


async def test_held_keys_are_listed_with_what_waits_behind_them(spine_url: str, owner: Any, pool: Any) -> None:
    entries = await _refused(spine_url, pool, "a", "b")
    async with pool.connection() as connection:
        first = await held.page(connection, SCHEMA, held.Choice(), ("", ""), 1)
        second = await held.page(connection, SCHEMA, held.Choice(), (first[0].topic, first[0].stream_key), 9)
        none = await held.page(connection, SCHEMA, held.Choice(operator_only=False), ("", ""), 9)

    told = [(one.stream_key, one.event_id, one.waiting, one.size, one.reason) for one in (*first, *second)]
    assert told == [(e.stream_key, e.event_id, 2, len(e.record), "no") for e in entries[:2]]
    assert none == []


async def test_a_released_key_goes_out_in_order(spine_url: str, owner: Any, pool: Any) -> None:
    entries = await _refused(spine_url, pool, "a", "b")
    broker = Broker()
    async with running(spine_url, broker):
        done = await held.release(pool, SCHEMA, [("task-events", "a"), NOWHERE], ADA)
        await until(lambda: _sent(broker, 2))
        assert [(one.stream_key, one.outcome) for one in done] == [("a", "released"), ("nowhere", "not_held")]
        assert [e.event_id for e in broker.taken] == [e.event_id for e in entries if e.stream_key == "a"]
        await held.release(pool, SCHEMA, held.Choice(topic="task-events"), ADA)
        await until(lambda: _sent(broker, 4))
    acts = owner.execute(
        f"SELECT act, done_by, told -> 'events' -> 0 ->> 'stream_key' FROM {SCHEMA}.operator_acts ORDER BY began_at"
    )
    assert acts.fetchall() == [("release", "ada", "a"), ("release", "ada", "b")]


async def test_a_discarded_event_is_not_published_and_its_key_goes_on(spine_url: str, owner: Any, pool: Any) -> None:
    refused, _, behind, _ = await _refused(spine_url, pool, "a", "b")
    done = await held.discard(pool, SCHEMA, [("task-events", "a"), NOWHERE], ADA)
    assert await _held(pool, 1), "the other key still waits for an operator"
    broker = Broker()
    async with running(spine_url, broker):
        await until(lambda: _sent(broker, 1))

    assert [(one.outcome, one.event_id) for one in done] == [("discarded", refused.event_id), ("not_held", None)]
    assert [e.event_id for e in broker.taken] == [behind.event_id]
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.ledger").fetchone() == (4,), "the ledger keeps it"
    rest = owner.execute(f"SELECT stream_key FROM {SCHEMA}.held").fetchall()
    assert rest == [("b",)]
    await held.discard(pool, SCHEMA, [("task-events", "b")], ADA)
    await held.discard(pool, SCHEMA, [("task-events", "b")], ADA)
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.held").fetchone() == (0,), "nothing is left behind that one"
    [act, _, _] = owner.execute(
        f"SELECT act, done_by, told ->> 'why', told FROM {SCHEMA}.operator_acts ORDER BY began_at"
    ).fetchall()
    assert act[:3] == ("discard", "ada", ADA.why)
    assert act[3]["events"][0]["event_id"] == str(refused.event_id)


async def _refused(url: str, pool: Any, *keys: str) -> list[LedgerEntry]:
    """Two events of each key in the ledger, of which the first was refused for good."""
    entries = [entry(key, version) for version in (1, 2) for key in keys]
    await append(pool, *entries)
    broker = Broker()
    broker.refuse = dict.fromkeys(keys, True)
    async with running(url, broker):
        await until(lambda: _held(pool, len(keys)))
    return entries


async def _held(pool: Any, count: int) -> bool:
    async with pool.connection() as connection:
        row = await (await connection.execute(f"SELECT count(*) FROM {SCHEMA}.held WHERE operator_only")).fetchone()
        return row[0] == count


async def _sent(broker: Broker, count: int) -> bool:
    return len(broker.taken) == count
