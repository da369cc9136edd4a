"""What an operator is told of a ledger's relays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from event_contracts.identifiers import instant_of
from event_spine.lease import Lease, LeaseTerms
from event_spine.partitions import make_partitions
from event_spine.relay_state import read_relay_state
from prometheus_client import REGISTRY

from .conftest import SCHEMA, append, entry

pytestmark = pytest.mark.integration


async def test_nobody_leads_an_empty_ledger(pool: Any, owner: Any) -> None:
    async with pool.connection() as connection:
        state = await read_relay_state(connection, SCHEMA)

    assert (state.leader, state.epoch, state.pending, state.oldest_at, state.held_count) == (None, None, 0, None, 0)
    assert state.refused_database is None


async def test_leader_backlog_and_held_keys_are_counted(pool: Any, owner: Any, spine_url: str) -> None:
    first, second = entry("a"), entry("b")
    await append(pool, first, second)
    owner.execute(
        f"INSERT INTO {SCHEMA}.held (topic, stream_key, event_id, reason, operator_only, attempts, not_before)"
        " VALUES ('task-events', 'a', %s, 'too large', true, 1, now()),"
        " ('task-events', 'b', %s, 'busy', false, 3, now())",
        (first.event_id, second.event_id),
    )
    lease = Lease(spine_url, SCHEMA, "relay-of-the-test", LeaseTerms(60))
    assert await lease.acquire()
    async with pool.connection() as connection:
        state = await read_relay_state(connection, SCHEMA)
        await lease.release()
        released = await read_relay_state(connection, SCHEMA)
    await lease.close()

    assert (state.leader, state.epoch, state.pending) == ("relay-of-the-test", 1, 2)
    assert state.oldest_at == instant_of(first.event_id)
    assert (state.held_count, state.held_for_operator) == (2, 1)
    assert released.leader is None


async def test_a_database_from_elsewhere_is_told(pool: Any, owner: Any, spine_url: str) -> None:
    lease = Lease(spine_url, SCHEMA, "relay-of-the-test")
    assert await lease.acquire()
    await lease.close()
    owner.execute(f"UPDATE {SCHEMA}.relay_lease SET timeline_id = 77")
    async with pool.connection() as connection:
        state = await read_relay_state(connection, SCHEMA)

    assert state.refused_database is not None
    assert "/77, this is" in state.refused_database


async def test_until_when_the_ledger_has_partitions_is_told_and_measured(pool: Any, owner: Any) -> None:
    """Nobody made any for ten days: four are left of the fourteen."""
    today = datetime.now(UTC).date()
    for days in range(5, 15):
        owner.execute(f"DROP TABLE {SCHEMA}.ledger_p{today + timedelta(days=days):%Y%m%d}")
    async with pool.connection() as connection:
        poor = await read_relay_state(connection, SCHEMA)
        assert await make_partitions(connection, SCHEMA) == 10
        rich = await read_relay_state(connection, SCHEMA)

    assert [state.ledger_until and (state.ledger_until.date() - today).days for state in (poor, rich)] == [5, 15]
    told = REGISTRY.get_sample_value("event_partitions_until_timestamp_seconds", {"table": f"{SCHEMA}.ledger"})
    assert told == rich.ledger_until.timestamp()


async def test_until_when_there_are_partitions_is_measured_where_none_can_be_made(pool: Any, owner: Any) -> None:
    """As in a process that starts while the making fails: its alert must not wait for a success."""
    today = datetime.now(UTC).date()
    for days in range(5, 15):
        owner.execute(f"DROP TABLE {SCHEMA}.ledger_p{today + timedelta(days=days):%Y%m%d}")
    owner.execute(f"ALTER FUNCTION {SCHEMA}.make_partitions_of(text, int, int) RENAME TO away")
    try:
        with pytest.raises(psycopg.errors.UndefinedFunction):
            async with pool.connection() as connection:
                await make_partitions(connection, SCHEMA)
        told = REGISTRY.get_sample_value("event_partitions_until_timestamp_seconds", {"table": f"{SCHEMA}.ledger"})
        assert told == datetime.combine(today + timedelta(days=5), datetime.min.time(), UTC).timestamp()
    finally:
        owner.execute(f"ALTER FUNCTION {SCHEMA}.away RENAME TO make_partitions_of")
        owner.execute(f"SELECT {SCHEMA}.make_partitions()")
