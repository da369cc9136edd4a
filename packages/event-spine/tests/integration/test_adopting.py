"""What adopting a database puts back into the queue, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from event_contracts.identifiers import first_id_of, instant_of
from event_spine import adopting
from event_spine.errors import ForeignDatabase
from event_spine.lease import Lease
from event_spine.ledger import LedgerEntry
from event_spine.relay_acts import Operator

from .conftest import SCHEMA, append, entry

pytestmark = pytest.mark.integration
ADA = Operator("ada", "restored the copy of last night")


@pytest.fixture
async def known(spine_url: str, owner: Any) -> tuple[str, str]:
    """A database on which a relay led. What an operator is shown: stored, found."""
    lease = Lease(spine_url, SCHEMA, "one")
    assert await lease.acquire()
    await lease.release()
    await lease.close()
    row = owner.execute("SELECT system_identifier, timeline_id FROM pg_control_system(), pg_control_checkpoint()")
    system, timeline = row.fetchone()
    return f"{system}/{timeline}", f"{system}/{timeline}"


@pytest.fixture
async def foreign(known: tuple[str, str], owner: Any) -> tuple[str, str]:
    """One that was restored: its lease names another cluster."""
    owner.execute(f"UPDATE {SCHEMA}.relay_lease SET system_identifier = '1'")
    return f"1/{known[1].split('/')[1]}", known[1]


async def test_nothing_is_sent_again_but_what_is_pending(pool: Any, owner: Any, foreign: tuple[str, str]) -> None:
    sent, waiting = entry("a", 1), entry("a", 2)
    await append(pool, sent, waiting)
    owner.execute(f"DELETE FROM {SCHEMA}.pending WHERE event_id = %s", (sent.event_id,))

    async with pool.connection() as connection:
        told = await adopting.preview(connection, SCHEMA, None)
    part = await adopting.adopt_part(pool, SCHEMA, foreign, None, ADA)

    assert (told.is_foreign, told.pending, told.resent) == (True, 1, ())
    assert part == adopting.Part("adopted", 0)
    assert _queue(owner) == [waiting.event_id]
    acts = owner.execute(
        f"SELECT act, done_by, told ->> 'why', told ->> 'found' FROM {SCHEMA}.operator_acts"
    ).fetchall()
    assert acts == [("adopt", "ada", ADA.why, foreign[1])]


async def test_what_was_written_since_an_instant_goes_out_again_in_each_keys_order(
    pool: Any, owner: Any, foreign: tuple[str, str]
) -> None:
    """Two processes made the ids; the clock of one is behind, so only the change numbers tell the order."""
    now = datetime.now(UTC)
    before = _at(now - timedelta(minutes=2), "k", 1)
    first, second, third = (_at(now + timedelta(seconds=s), "k", n) for s, n in ((5, 2), (1, 3), (6, 4)))
    other = _at(now + timedelta(seconds=2), "other", 9)
    await append(pool, before, first, second, other, third)
    owner.execute(f"DELETE FROM {SCHEMA}.pending WHERE event_id <> %s", (second.event_id,))

    bound = adopting.bound(now - timedelta(seconds=1), now)
    async with pool.connection() as connection:
        [told] = (await adopting.preview(connection, SCHEMA, bound)).resent
    part = await adopting.adopt_part(pool, SCHEMA, foreign, (bound, adopting.BEGINNING), ADA)

    assert (told.topic, told.count, told.first_at) == ("task-events", 4, instant_of(second.event_id))
    assert part.requeued == 4
    queued = _queue(owner)
    assert [e for e in queued if e != other.event_id] == [e.event_id for e in (first, second, third)]
    assert len(queued) == 4, "the one that was pending stands in the queue once"


async def test_a_long_resend_goes_in_parts_and_only_the_last_lets_the_relay_lead(
    pool: Any, owner: Any, foreign: tuple[str, str], spine_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adopting, "PART", 4)
    entries = [entry(str(n)) for n in range(10)]
    await append(pool, *entries)
    after, requeued, steps = adopting.BEGINNING, 0, list[str]()
    while not steps or steps[-1] == "more":
        part = await adopting.adopt_part(pool, SCHEMA, foreign, (adopting.BEGINNING, after), ADA, requeued)
        steps.append(part.outcome)
        requeued += part.requeued
        after = part.last or after
        identity = owner.execute(f"SELECT system_identifier FROM {SCHEMA}.relay_lease").fetchone()
        assert (identity == ("1",)) == (part.outcome == "more")

    assert steps == ["more", "more", "adopted"]
    assert sorted(_queue(owner)) == [e.event_id for e in entries]
    assert owner.execute(f"SELECT events FROM {SCHEMA}.operator_acts").fetchall() == [(10,)]
    lease = Lease(spine_url, SCHEMA, "two")
    assert await lease.acquire()
    await lease.close()


async def test_what_was_not_shown_is_not_adopted(pool: Any, owner: Any, foreign: tuple[str, str]) -> None:
    part = await adopting.adopt_part(pool, SCHEMA, (foreign[0], "2/1"), None, ADA)

    assert part.outcome == "changed"
    assert owner.execute(f"SELECT system_identifier FROM {SCHEMA}.relay_lease").fetchone() == ("1",)
    assert owner.execute(f"SELECT count(*) FROM {SCHEMA}.operator_acts").fetchone() == (0,)


async def test_a_new_broker_is_filled_from_a_database_that_is_known(
    pool: Any, owner: Any, known: tuple[str, str]
) -> None:
    first, second = entry("a", 1), entry("a", 2)
    await append(pool, first, second)
    owner.execute(f"DELETE FROM {SCHEMA}.pending")
    everything = (adopting.BEGINNING, adopting.BEGINNING)

    left_alone = await adopting.adopt_part(pool, SCHEMA, known, everything, ADA)
    part = await adopting.adopt_part(pool, SCHEMA, known, everything, ADA, new_broker=True)

    assert left_alone == adopting.Part("changed")
    assert (part.outcome, part.requeued) == ("adopted", 2)
    assert _queue(owner) == [first.event_id, second.event_id]
    acts = owner.execute(
        f"SELECT act, done_by, events, told ->> 'why', told ->> 'new_broker', told ->> 'stored', told ->> 'found'"
        f" FROM {SCHEMA}.operator_acts"
    ).fetchall()
    assert acts == [("adopt", "ada", 2, ADA.why, "true", *known)]


async def test_nobody_leads_between_the_parts_of_a_resend_into_a_new_broker(
    pool: Any, owner: Any, known: tuple[str, str], spine_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adopting, "PART", 4)
    await append(pool, *(entry(str(n)) for n in range(6)))
    leading, other = (Lease(spine_url, SCHEMA, name) for name in ("one", "two"))
    assert await leading.acquire()

    part = await adopting.adopt_part(
        pool, SCHEMA, known, (adopting.BEGINNING, adopting.BEGINNING), ADA, new_broker=True
    )
    assert part.outcome == "more"
    for lease in (leading, other):
        with pytest.raises(ForeignDatabase):
            await lease.acquire()
    async with pool.connection() as connection:
        told = await adopting.preview(connection, SCHEMA, adopting.BEGINNING)
    assert (told.is_foreign, told.is_unfinished) == (True, True)

    # Whoever began it went away: the next one begins anew, and what is queued already stands there once.
    after, requeued = adopting.BEGINNING, 0
    while part.outcome == "more":
        resend = (adopting.BEGINNING, after)
        part = await adopting.adopt_part(pool, SCHEMA, known, resend, ADA, requeued, new_broker=True)
        after, requeued = part.last or after, requeued + part.requeued
    assert (part.outcome, requeued, len(_queue(owner))) == ("adopted", 6, 6)
    assert await other.acquire()
    for lease in (leading, other):
        await lease.close()


async def test_with_a_new_broker_only_a_known_database_is_taken(
    pool: Any, owner: Any, foreign: tuple[str, str]
) -> None:
    everything = (adopting.BEGINNING, adopting.BEGINNING)
    for shown in (foreign, (foreign[1], foreign[1])):
        part = await adopting.adopt_part(pool, SCHEMA, shown, everything, ADA, new_broker=True)
        assert part.outcome == "changed"
    assert owner.execute(f"SELECT system_identifier FROM {SCHEMA}.relay_lease").fetchone() == ("1",)


def test_a_day_that_may_be_dropped_is_not_sent_again() -> None:
    now = datetime.now(UTC)
    oldest = first_id_of(now - timedelta(days=35))
    assert adopting.bound(None, now) == adopting.bound(now - timedelta(days=40), now) == oldest
    assert adopting.bound(now, now) == first_id_of(now)


def _at(instant: datetime, key: str, change: int) -> LedgerEntry:
    event_id = UUID(int=first_id_of(instant).int | (7 << 76) | (2 << 62) | (uuid4().int & (1 << 62) - 1))
    return replace(entry(key), event_id=event_id, change=change)


def _queue(owner: Any) -> list[UUID]:
    return [row[0] for row in owner.execute(f"SELECT event_id FROM {SCHEMA}.pending ORDER BY seq").fetchall()]
