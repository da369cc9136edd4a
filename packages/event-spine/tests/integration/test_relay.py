"""The relay on a real PostgreSQL; the broker's part is played by a publisher that does as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from event_spine import metrics, pausing
from event_spine.errors import BrokerUnavailable, ForeignDatabase
from event_spine.lease import Lease
from event_spine.outgoing import Outgoing, Refusal
from event_spine.relay import Relay, RelaySettings

from .conftest import SCHEMA, append, entry, until

pytestmark = pytest.mark.integration


class Broker:
    """Takes everything, unless told to be away or to refuse some keys."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.away = False
        self.refuse: dict[str, bool] = {}
        self.refuse_all_with = ""
        self.closed: set[str] = set()
        self.refused: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def publish(self, topic: str, entries: Sequence[Outgoing]) -> Sequence[Refusal]:
        await self.gate.wait()
        if self.away or topic in self.closed:
            raise BrokerUnavailable("away" if self.away else "closed")
        refusals = [
            Refusal(e.event_id, "no", self.refuse[e.stream_key]) for e in entries if e.stream_key in self.refuse
        ]
        if self.refuse_all_with in {e.stream_key for e in entries}:
            refusals = [Refusal(e.event_id, "too large", True) for e in entries]
        self.refused += [e.stream_key for e in entries if e.stream_key in self.refuse]
        ids = {r.event_id for r in refusals}
        self.taken += [e for e in entries if e.event_id not in ids]
        return refusals

    def sent_keys(self) -> list[str]:
        return [e.stream_key for e in self.taken]


@asynccontextmanager
async def running(url: str, broker: Broker, owner: str = "one") -> AsyncIterator[Relay]:
    stop = asyncio.Event()
    relay = Relay(RelaySettings(url, SCHEMA, "spine_pending", owner), broker)
    task = asyncio.create_task(relay.run(stop))
    try:
        yield relay
    finally:
        stop.set()
        broker.gate.set()
        await task


async def test_events_are_published_in_order_per_key_and_leave_the_queue(spine_url: str, owner: Any, pool: Any) -> None:
    broker = Broker()
    entries = [entry(key, version) for version in range(1, 6) for key in "ab"]
    await append(pool, *entries)

    async with running(spine_url, broker):
        await until(lambda: _empty(pool))

    for key in "ab":
        sent = [e.event_id for e in broker.taken if e.stream_key == key]
        assert sent == [e.event_id for e in entries if e.stream_key == key]
    assert [e.record for e in broker.taken if e.event_id == entries[0].event_id] == [entries[0].record]


async def test_what_the_broker_does_not_take_waits_and_then_flows(spine_url: str, owner: Any, pool: Any) -> None:
    broker = Broker()
    broker.away = True
    await append(pool, entry("a"), entry("b"))

    async with running(spine_url, broker) as relay:
        await until(lambda: _true(relay.is_leading))
        await append(pool, entry("c"))
        broker.away = False
        await until(lambda: _empty(pool))

    assert sorted(broker.sent_keys()) == ["a", "b", "c"]


async def test_a_refused_entry_holds_its_own_key_and_nobody_elses(spine_url: str, owner: Any, pool: Any) -> None:
    broker = Broker()
    broker.refuse = {"bad": False, "huge": True}
    await append(pool, entry("bad", 1), entry("huge", 1), entry("good", 1), entry("bad", 2), entry("huge", 2))

    async with running(spine_url, broker):
        await until(lambda: _pending_is(pool, 4))
        assert broker.sent_keys() == ["good"]
        del broker.refuse["bad"]
        await until(lambda: _pending_is(pool, 2))
        assert broker.sent_keys() == ["good", "bad", "bad"]
        assert broker.refused.count("huge") == 2, "once with others and once alone, then an operator's matter"

    held = owner.execute(f"SELECT stream_key, operator_only FROM {SCHEMA}.held").fetchall()
    assert held == [("huge", True)]


async def test_one_that_is_too_large_takes_no_other_with_it(spine_url: str, owner: Any, pool: Any) -> None:
    """The broker refuses a whole record batch for one record in it; each is asked for again alone."""
    broker = Broker()
    broker.refuse = {"huge": True}
    broker.refuse_all_with = "huge"
    await append(pool, entry("a"), entry("huge"), entry("b"))

    async with running(spine_url, broker):
        await until(lambda: _pending_is(pool, 1))

    assert sorted(broker.sent_keys()) == ["a", "b"]
    assert owner.execute(f"SELECT stream_key, operator_only FROM {SCHEMA}.held").fetchall() == [("huge", True)]


async def test_a_topic_that_takes_nothing_does_not_stop_another(spine_url: str, owner: Any, pool: Any) -> None:
    broker = Broker()
    broker.closed = {"account-events"}
    first = [entry(str(n), topic="account-events") for n in range(300)]
    await append(pool, *first, entry("a"))

    async with running(spine_url, broker):
        await until(lambda: _true("a" in broker.sent_keys()))
        for n in range(5):
            await append(pool, entry("0", topic="account-events"), entry(f"b{n}"))
            await until(lambda n=n: _true(f"b{n}" in broker.sent_keys()), seconds=2)
        [(reason, count)] = owner.execute(
            f"SELECT reason, count(*) FROM {SCHEMA}.held WHERE NOT operator_only GROUP BY reason"
        ).fetchall()
        assert ("closed" in reason, count >= 200) == (True, True), "an operator can see why they wait"
        broker.closed = set()
        await until(lambda: _empty(pool), seconds=20)

    sent = [e.event_id for e in broker.taken if e.topic == "account-events" and e.stream_key == "0"]
    assert sent[0] == first[0].event_id
    assert (len(sent), sent) == (6, sorted(sent))
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.held").fetchone() == (0,)


async def test_one_relay_works_and_the_standby_takes_over(spine_url: str, owner: Any, pool: Any) -> None:
    first, second = Broker(), Broker()
    async with running(spine_url, first, "one") as leader:
        await until(lambda: _true(leader.is_leading))
        async with running(spine_url, second, "two") as standby:
            await append(pool, entry("a"))
            await until(lambda: _empty(pool))
            assert (first.sent_keys(), second.sent_keys()) == (["a"], [])

            # What a paused process looks like to the others: its lease runs out while a bulk is in flight.
            first.gate.clear()
            await append(pool, entry("b"))
            leader._lease.renew = _never
            await until(lambda: _true(standby.is_leading))
            await until(lambda: _empty(pool))
            assert second.sent_keys() == ["b"]
            first.gate.set()
            await append(pool, entry("c"))
            await until(lambda: _true("c" in second.sent_keys()))
    assert first.sent_keys() == ["a", "b"], "at most the bulk in flight is published twice"


async def test_a_database_from_elsewhere_is_refused(spine_url: str, owner: Any) -> None:
    lease = Lease(spine_url, SCHEMA, "one")
    assert await lease.acquire()
    assert await lease.renew()
    owner.execute(f"UPDATE {SCHEMA}.relay_lease SET system_identifier = '1'")
    assert not await lease.renew()
    assert not lease.is_valid(), "a leader whose connection ends up elsewhere steps down"
    await lease.release()
    with pytest.raises(ForeignDatabase):
        await lease.acquire()
    await lease.close()


async def test_a_lease_taken_while_the_clock_was_ahead_holds_nobody_up(spine_url: str, owner: Any) -> None:
    before = Lease(spine_url, SCHEMA, "one")
    assert await before.acquire()
    await before.close()  # killed, and the clock is put right
    owner.execute(f"UPDATE {SCHEMA}.relay_lease SET expires_at = clock_timestamp() + interval '1 year'")
    after = Lease(spine_url, SCHEMA, "two")
    assert await after.acquire()
    assert not await before.renew()
    await before.close()
    await after.close()


async def test_an_operator_pauses_the_relay_for_a_term_and_lets_it_go_on(spine_url: str, owner: Any, pool: Any) -> None:
    broker = Broker()

    async def has_taken(count: int) -> bool:
        return len(broker.taken) == count

    async def nobody_leads() -> bool:
        return metrics.RELAY_LEADING.collect()[0].samples[0].value == 0

    async def is_published(least: int) -> bool:
        [(waiting,)] = owner.execute(f"SELECT count(*) FROM {SCHEMA}.pending").fetchall()
        return len(broker.taken) > least and waiting == 0

    async with running(spine_url, broker), pool.connection() as connection:
        await connection.set_autocommit(True)
        await append(pool, entry("a"))
        await until(lambda: has_taken(1))
        assert await pausing.pause(connection, SCHEMA, "ada", 600) is not None
        held = owner.execute(f"SELECT owner, epoch FROM {SCHEMA}.relay_lease").fetchone()
        await until(nobody_leads)
        await append(pool, entry("a"))
        assert owner.execute(f"SELECT owner, epoch FROM {SCHEMA}.relay_lease").fetchone() == held
        assert await has_taken(1)
        assert await pausing.resume(connection, SCHEMA)
        await until(lambda: has_taken(2))
        assert not await pausing.resume(connection, SCHEMA)
        assert await pausing.pause(connection, SCHEMA, "ada", 0.2) is not None  # forgotten: it ends by itself
        await append(pool, entry("a"))
        # A leader that has not looked at its lease yet publishes one more bulk, and whoever leads next does it again.
        await until(lambda: is_published(2))


async def test_a_long_snapshot_does_not_stop_the_flow(spine_url: str, owner: Any, pool: Any, postgres: Any) -> None:
    broker = Broker()
    with psycopg.connect(postgres.superuser_database_url) as dump:
        dump.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        dump.execute(f"SELECT count(*) FROM {SCHEMA}.pending").fetchone()
        async with running(spine_url, broker):
            for n in range(30):
                await append(pool, entry(str(n)))
            await until(lambda: _empty(pool))
    assert len(broker.taken) == 30


def test_the_runtime_role_cannot_rewrite_the_ledger(spine_url: str, owner: Any) -> None:
    with psycopg.connect(spine_url, autocommit=True) as connection:
        for statement in ("UPDATE spine.ledger SET version = 1", "DELETE FROM spine.ledger", "TRUNCATE spine.ledger"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


async def _empty(pool: Any) -> bool:
    return await _pending_is(pool, 0)


async def _pending_is(pool: Any, count: int) -> bool:
    async with pool.connection() as connection:
        row = await (await connection.execute(f"SELECT count(*) FROM {SCHEMA}.pending")).fetchone()
        return row[0] == count


async def _true(fact: bool) -> bool:
    return fact


async def _never() -> bool:
    await asyncio.get_running_loop().create_future()
    return True
