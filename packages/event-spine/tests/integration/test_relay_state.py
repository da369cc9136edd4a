"""What an operator is told of a ledger's relays."""

from __future__ import annotations

from typing import Any

import pytest
from event_contracts.identifiers import instant_of
from event_spine.lease import Lease, LeaseTerms
from event_spine.relay_state import read_relay_state

from .conftest import SCHEMA, append, entry

pytestmark = pytest.mark.integration


async def test_nobody_leads_an_empty_ledger(pool: Any, owner: Any) -> None:
    async with pool.connection() as connection:
        state = await read_relay_state(connection, SCHEMA)

    assert (state.leader, state.epoch, state.pending, state.oldest_at, state.held) == (None, None, 0, None, ())


async def test_leader_backlog_and_held_keys_are_told(pool: Any, owner: Any, spine_url: str) -> None:
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
    assert [(one.stream_key, one.reason, one.attempts) for one in state.held] == [
        ("a", "too large", 1),
        ("b", "busy", 3),
    ]
    assert released.leader is None
