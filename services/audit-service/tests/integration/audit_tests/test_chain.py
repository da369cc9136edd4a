"""What led to an event and what followed from it: a person's own events only, and an end to everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from audit_service.bootstrap import Process
from audit_service.storage.chain import CAUSED, read_chain
from event_contracts.identifiers import uuid7

from .conftest import records, task_event
from .test_search import below, indexes

pytestmark = pytest.mark.integration
Token = Callable[[UUID | None], dict[str, str]]


async def recorded(process: Process, user: UUID, causes: Sequence[int | None]) -> list[UUID]:
    """Record one event per cause, which is the place of another one, and return their ids."""
    ids = [uuid7() for _ in causes]
    bodies = [
        task_event(user, uuid7(), 1, event_id=event_id, more={"causation_id": None if n is None else str(ids[n])})
        for event_id, n in zip(ids, causes, strict=True)
    ]
    await process.consumer.handle(records(*bodies))
    return ids


async def read(process: Process, user: UUID, event_id: UUID, **bounds: int) -> Any:
    async with process.pool.connection() as connection:
        return await read_chain(connection, user, event_id, **bounds)


async def test_a_chain_is_what_led_here_and_what_followed(
    process: Process, inner: httpx.AsyncClient, backend_token: Token
) -> None:
    user = uuid7()
    # 0 led to 1, that to 2 and 3, 2 to 4 and 5; 6 has nothing to do with them.
    ids = [str(event_id) for event_id in await recorded(process, user, [None, 0, 1, 1, 2, 2, None])]
    answer = await inner.get(f"/internal/users/{user}/history/{ids[2]}/chain", headers=backend_token(user))
    assert answer.status_code == 200, answer.text
    chain = answer.json()
    assert chain["event"]["event_id"] == ids[2]
    assert [item["event_id"] for item in chain["led_here"]] == [ids[0], ids[1]]
    assert [item["event_id"] for item in chain["followed"]] == [ids[4], ids[5]]
    assert (chain["truncated"], chain["event"]["title"]) == (False, "title 1")
    whole = await read(process, user, UUID(ids[0]))
    assert [str(row.event_id) for row in whole.followed] == ids[1:6]


async def test_another_users_events_are_not_there_not_even_as_cause_or_consequence(
    process: Process, inner: httpx.AsyncClient, backend_token: Token
) -> None:
    user, stranger = uuid7(), uuid7()
    [theirs] = await recorded(process, stranger, [None])
    mine = uuid7()
    await process.consumer.handle(
        records(task_event(user, uuid7(), 1, event_id=mine, more={"causation_id": str(theirs)}), first_offset=1)
    )
    for asker, event_id in ((user, theirs), (stranger, mine), (user, uuid7())):
        path = f"/internal/users/{asker}/history/{event_id}/chain"
        answer = await inner.get(path, headers=backend_token(asker))
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
        assert (await inner.get(path, headers=backend_token(uuid7()))).status_code == 403
    assert (await read(process, user, mine)).led_here == []
    assert (await read(process, stranger, theirs)).followed == []


async def test_long_chains_wide_ones_and_circles_come_to_an_end(process: Process) -> None:
    user = uuid7()
    line = await recorded(process, user, [None, *range(9)])
    back = await read(process, user, line[9], steps=4)
    assert ([row.event_id for row in back.led_here], back.truncated) == (line[5:9], True)
    exact = await read(process, user, line[4], steps=5)
    assert ([row.event_id for row in exact.followed], exact.truncated) == (line[5:], False)
    on = await read(process, user, line[0], steps=4)
    assert ([row.event_id for row in on.followed], on.truncated) == (line[1:5], True)

    fan = await recorded(process, user, [None, *[0] * 9])
    wide = await read(process, user, fan[0], most=5)
    assert ([row.event_id for row in wide.followed], wide.truncated) == (fan[1:6], True)
    assert (await read(process, user, fan[0], most=9)).truncated is False

    circle = await recorded(process, user, [2, 0, 1])
    round_about = await read(process, user, circle[0])
    assert {row.event_id for row in (*round_about.led_here, *round_about.followed)} == set(circle[1:])
    assert round_about.truncated is False


async def test_what_followed_is_found_by_an_index(process: Process, owner: psycopg.Connection) -> None:
    user = uuid7()
    await recorded(process, user, [None, *range(3000)])
    owner.execute("ANALYZE audit.entries")
    parameters = {"user_id": user, "causes": [uuid7()], "limit": 201}
    async with process.pool.connection() as connection:
        row = await (await connection.execute(f"EXPLAIN (FORMAT JSON) {CAUSED}".encode(), parameters)).fetchone()
    assert row is not None
    nodes = [node for node in below(row[0][0]["Plan"]) if node.get("Relation Name", "").startswith("entries_p")]
    names = indexes(owner)
    assert {names[node["Index Name"]] for node in nodes if "Index Name" in node} == {"entries_of_cause"}
    assert not [node for node in nodes if node["Node Type"] == "Seq Scan" and node["Plan Rows"] > 1]
