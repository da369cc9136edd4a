"""Reading the queue while keys are held and new events keep coming: nothing of a key is overtaken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from event_spine import backlog as backlog_module
from event_spine.backlog import Backlog
from event_spine.errors import LeaseLost
from event_spine.lease import Lease, LeaseTerms
from event_spine.outgoing import Outgoing, Refusal
from prometheus_client import REGISTRY

from .conftest import SCHEMA, append, entry

pytestmark = pytest.mark.integration


@dataclass
class Reader:
    """A backlog with its lease and connection; `low` follows at once, `everywhere` makes the next read unbounded."""

    backlog: Backlog
    lease: Lease
    connection: psycopg.AsyncConnection[Any]

    async def read(self, *, everywhere: bool = False) -> list[UUID]:
        self.backlog._unbounded_due = 0.0 if everywhere else float("inf")
        return [e.event_id for e in await self.read_events()]

    async def read_events(self) -> list[Outgoing]:
        return await self.backlog.read(self.connection)

    async def refuse(self, *events: Outgoing, operator_only: bool = False) -> None:
        refusals = [Refusal(e.event_id, "no", operator_only) for e in events]
        await self.backlog.hold(self.connection, self.lease, events, refusals)

    async def acknowledge(self, *events: Outgoing) -> None:
        await self.backlog.acknowledge(self.connection, self.lease, events)


@pytest.fixture
async def reader(spine_url: str, owner: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Reader]:
    monkeypatch.setattr(backlog_module, "TRAILING_SECONDS", 0.0)
    lease = Lease(spine_url, SCHEMA, "one", LeaseTerms(60))
    assert await lease.acquire()
    async with await psycopg.AsyncConnection.connect(spine_url, autocommit=True) as connection:
        yield Reader(Backlog(SCHEMA, batch=2), lease, connection)
    await lease.close()


async def test_newer_events_of_a_held_key_wait_until_the_held_one_is_read(
    reader: Reader, owner: Any, pool: Any
) -> None:
    first, second = entry("bad", 1), entry("bad", 2)
    await append(pool, first, second, entry("good"))
    refused, *_ = await reader.read_events()
    await reader.refuse(refused)
    [good] = await reader.read_events()
    await reader.acknowledge(good)
    await append(pool, entry("bad", 3))
    owner.execute(f"UPDATE {SCHEMA}.held SET not_before = now()")

    assert await reader.read() == [], "the key is due, but what is older of it lies below the bound"
    assert await reader.read(everywhere=True) == [first.event_id, second.event_id]


async def test_what_waited_behind_a_freed_key_goes_before_what_is_new(
    reader: Reader, owner: Any, pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [entry("bad", n) for n in range(1, 5)]
    await append(pool, *entries, entry("good"))
    refused, *_ = await reader.read_events()
    await reader.refuse(refused)
    [good] = await reader.read_events()
    await reader.acknowledge(good)
    assert await reader.read() == []
    owner.execute(f"UPDATE {SCHEMA}.held SET not_before = now()")
    monkeypatch.setattr(backlog_module, "TRAILING_SECONDS", 60.0)
    reader.backlog._unbounded_due = 0.0
    await reader.acknowledge(*await reader.read_events())
    await append(pool, entry("bad", 5))

    assert await reader.read() == [e.event_id for e in entries[2:]]


async def test_a_relay_that_lost_its_lease_holds_nothing_back(reader: Reader, owner: Any, pool: Any) -> None:
    await append(pool, entry("a"), entry("b"))
    a, b = await reader.read_events()
    await reader.acknowledge(a)
    await reader.refuse(a, b, operator_only=True)
    assert owner.execute(f"SELECT stream_key FROM {SCHEMA}.held").fetchall() == [("b",)], "the other has left the queue"

    owner.execute(f"DELETE FROM {SCHEMA}.held")
    owner.execute(f"UPDATE {SCHEMA}.relay_lease SET epoch = epoch + 1")
    for act in (reader.refuse, reader.acknowledge):
        with pytest.raises(LeaseLost):
            await act(b)
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.held").fetchone() == (0,)
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.pending").fetchone() == (1,)


async def test_keys_that_wait_for_an_operator_are_told_for_as_long_as_they_do(
    reader: Reader, owner: Any, pool: Any
) -> None:
    await append(pool, entry("large"), entry("busy"))
    large, busy = await reader.read_events()
    await reader.refuse(large, operator_only=True)
    await reader.refuse(busy)
    for _ in range(2):
        await reader.read(everywhere=True)
        assert REGISTRY.get_sample_value("event_relay_held_for_operator") == 1
    owner.execute(f"DELETE FROM {SCHEMA}.held")
    await reader.read(everywhere=True)
    assert REGISTRY.get_sample_value("event_relay_held_for_operator") == 0
