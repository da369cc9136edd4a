"""What a sweep claims: how much, whose, and what it reads for that."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from event_contracts.identifiers import uuid7
from event_spine.loop import sweep
from notification_service.bootstrap import Process
from notification_service.storage import due_queue
from notification_service.storage.attempts import CLAIM, claim

from .story import Owner, Story, ago, queued, records

pytestmark = pytest.mark.integration


async def test_less_than_a_batch_is_claimed_as_it_is_taken(process: Process, owner: Owner) -> None:
    await process.consumer.handle(records(*(Story(due=ago(n)).act("created") for n in range(1, 4))))
    identity = uuid7()
    taken = await sweep(process.pool, lambda connection: due_queue.take(connection, 4, identity, 10.0))
    assert (taken.count, queued(owner)) == (3, 0)
    rows = owner.execute(
        "SELECT attempt_id, claim, tries, not_before - queued_at FROM notifications.attempts ORDER BY attempt_id"
    ).fetchall()
    assert [row[0] for row in rows] == sorted(attempt.attempt_id for attempt in taken.claimed)
    assert {row[1:] for row in rows} == {(identity, 1, dt.timedelta(seconds=10))}


async def test_of_a_whole_batch_nothing_is_claimed_before_all_is_taken(process: Process, owner: Owner) -> None:
    await process.consumer.handle(records(*(Story(due=ago(n)).act("created") for n in range(1, 4))))
    taken = await sweep(process.pool, lambda connection: due_queue.take(connection, 3, uuid7(), 10.0))
    assert (taken.count, taken.claimed) == (3, [])
    assert owner.execute(
        "SELECT DISTINCT claim, tries, not_before - queued_at FROM notifications.attempts"
    ).fetchall() == [(None, 0, dt.timedelta())]


async def test_who_waits_longest_is_claimed_first_whatever_the_id(process: Process, owner: Owner) -> None:
    """Ordered by person alone, those with the last ids would wait for as long as there is a backlog."""
    last, first = UUID(int=2**128 - 1), UUID(int=1)
    waiting = [Story(user=last, due=ago(2)), *(Story(user=first, due=ago(1)) for _ in range(3))]
    await process.consumer.handle(records(*(story.act("created") for story in waiting)))
    for count in (1, 3):  # the oldest instant first
        await sweep(process.pool, lambda connection, count=count: due_queue.take(connection, count))
    claimed = await sweep(process.pool, lambda connection: claim(connection, uuid7(), 2, 10.0))
    assert [attempt.user_id for attempt in claimed] == [last, first]


def test_a_claim_reads_of_the_people_whose_turn_it_is_and_not_all_that_waits(owner: Owner) -> None:
    """In a backlog each claim would read it whole, so that the more waits the slower it goes."""
    owner.execute(
        "INSERT INTO notifications.attempts (user_id, task_id, reminder_id, revision, fire_at, channel, state,"
        " not_before) SELECT ('00000000-0000-7000-8000-0000000000' || lpad((n % 20)::text, 2, '0'))::uuid,"
        " gen_random_uuid(), gen_random_uuid(), 1, clock_timestamp() - n * interval '1 ms', 'in_app', 'queued',"
        " clock_timestamp() FROM generate_series(1, 20000) AS n"
    )
    owner.execute("VACUUM ANALYZE notifications.attempts")
    choosing = CLAIM.partition("\nUPDATE")[0] + " SELECT * FROM mine"
    plan: Any = owner.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {choosing}", {"limit": 100}).fetchone()
    assert plan[0][0]["Plan"]["Actual Rows"] == 100
    assert rows_read(plan[0][0]["Plan"]) < 3_000


def rows_read(plan: dict[str, Any]) -> float:
    """How many rows the scans of a plan handed up."""
    own = plan["Actual Rows"] * plan["Actual Loops"] if "Scan" in plan["Node Type"] else 0
    return own + sum(rows_read(part) for part in plan.get("Plans", []))
