"""What is wanted follows from the heads alone, whatever the order, number and company of the events."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from event_contracts import CATALOG
from event_spine.errors import Transient
from local_runtime.testing import Postgres
from recurring_task_service.bootstrap import Process
from recurring_task_service.projections import HANDLERS
from recurring_task_service.sweeps.prune import prune

from .story import Story, records

pytestmark = pytest.mark.integration
Owner = psycopg.Connection[Any]
TABLES = ("task_heads", "series_heads", "user_heads", "wanted", "dead_letters")


def domain(owner: Owner) -> dict[str, list[Any]]:
    return {table: owner.execute(f"SELECT * FROM recurring.{table} ORDER BY 1, 2").fetchall() for table in TABLES}


def wanted(owner: Owner) -> list[Any]:
    return owner.execute(
        "SELECT predecessor_id::text, predecessor_version, series_version FROM recurring.wanted"
    ).fetchall()


Acts = Callable[[Story], list[bytes]]
CASES: dict[str, tuple[Acts, int | None]] = {
    "open: nothing is wanted": (lambda s: [s.occurrence()], None),
    "completed: its next one is": (lambda s: [s.occurrence(), s.complete()], 1),
    "skipped: its next one is": (lambda s: [s.occurrence(), s.act(1, "skipped", status="skipped")], 1),
    "missed: its next one is": (lambda s: [s.occurrence(), s.act(1, "missed", status="missed")], 1),
    "completed and edited after: still": (lambda s: [s.occurrence(), s.complete(), s.act(1, "updated", title="x")], 1),
    "the next one is there: nothing": (lambda s: [s.occurrence(), s.complete(), s.occurrence(2)], None),
    "the next one is completed, too": (lambda s: [s.occurrence(), s.complete(), s.occurrence(2), s.complete(2)], 2),
    "the completion is taken back": (lambda s: [s.occurrence(), s.complete(), s.reopen()], None),
    "taken back with its successor": (lambda s: [
        s.occurrence(), s.complete(), s.occurrence(2), s.reopen(),
        s.act(2, "deleted", deleted_at=s.now.isoformat(), withdrawn_at=s.now.isoformat())], None),
    "taken back and completed again": (lambda s: [
        s.occurrence(), s.complete(), s.occurrence(2), s.reopen(),
        s.act(2, "deleted", deleted_at=s.now.isoformat(), withdrawn_at=s.now.isoformat()), s.complete()], 1),
    "deleted while open: the series ends": (lambda s: [
        s.occurrence(), s.act(1, "deleted", deleted_at=s.now.isoformat()), s.series_act("ended", "ended")], None),
    "deleted after it was done: it goes on": (lambda s: [
        s.occurrence(), s.complete(), s.act(1, "deleted", deleted_at=s.now.isoformat())], 1),
    "paused": (lambda s: [s.occurrence(), s.complete(), s.series_act("paused", "paused")], None),
    "paused and resumed": (lambda s: [
        s.occurrence(), s.complete(), s.series_act("paused", "paused"), s.series_act("resumed", "active")], 1),
    "ended": (lambda s: [s.occurrence(), s.complete(), s.series_act("ended", "ended")], None),
    "the account is deleted": (lambda s: [s.occurrence(), s.complete(), s.user_act(2, deleted=True)], None),
    "nothing is newer than a deletion": (lambda s: [
        s.user_act(2, deleted=True), s.user_act(3), s.occurrence(), s.complete()], None),
    "deleted before the events come": (lambda s: [s.user_act(2, deleted=True), s.occurrence(), s.complete()], None),
    "paused until a day: its going on is": (lambda s: [
        s.occurrence(), s.series_act("paused", "paused", resume_on="2026-06-01")], 1),
    "by schedule: beside the open one": (lambda s: [_by_schedule(s).occurrence()], 1),
    "by schedule: after the closed one": (lambda s: [_by_schedule(s).occurrence(), s.complete()], 1),
    "by schedule: not beside another open one": (lambda s: [
        _by_schedule(s).occurrence(), s.occurrence(2), s.complete(2)], None),
    "by schedule, each: beside nine": (lambda s: [_by_schedule(s, "each").occurrence(n) for n in range(1, 10)], 9),
    "by schedule, each: not beside ten": (lambda s: [
        _by_schedule(s, "each").occurrence(n) for n in range(1, 11)], None),
    "by schedule, each: one of ten done": (lambda s: [
        *[_by_schedule(s, "each").occurrence(n) for n in range(1, 11)], s.complete(4)], 10),
    "it repeats no more": (lambda s: [s.occurrence(), s.complete(), s.act(1, "updated", series_id=None)], None),
    "it never repeated": (lambda s: [s.occurrence(series_id=None), s.complete()], None),
}  # fmt: skip


@pytest.mark.parametrize("one_by_one", [True, False])
@pytest.mark.parametrize("case", CASES)
async def test_what_is_wanted(process: Process, owner: Owner, case: str, one_by_one: bool) -> None:
    story, (acts, predecessor) = Story(), CASES[case]
    bodies = acts(story)
    if one_by_one:
        for place, body in enumerate(bodies):
            await process.consumer.handle(records(body, first_offset=place))
    else:
        await process.consumer.handle(records(*bodies))
    task = story.tasks[predecessor] if predecessor else None
    assert wanted(owner) == ([(task["id"], task["version"], story.series_version)] if task else [])
    before = domain(owner)
    await process.consumer.handle(records(*bodies, *bodies))
    assert domain(owner) == before


async def test_everything_twice_shuffled_between_keys_from_the_start_changes_nothing(
    process: Process, owner: Owner
) -> None:
    chosen = random.Random(7)
    streams = [acts(Story()) for acts, _ in CASES.values()] + [_busy(Story()) for _ in range(10)]
    await _deliver(process, _interleave(streams, chosen), 23)
    before = domain(owner)
    assert before["wanted"]
    await _deliver(process, _interleave([stream + stream for stream in streams], chosen), 31)
    await _deliver(process, _interleave([stream + stream for stream in streams], chosen), 1)
    assert domain(owner) == before


async def test_another_order_between_keys_gives_the_same_heads(process: Process, owner: Owner) -> None:
    streams = [_busy(Story()) for _ in range(6)]
    results = []
    for seed in (1, 2):
        owner.execute("TRUNCATE recurring.task_heads, recurring.series_heads, recurring.user_heads, recurring.wanted")
        await _deliver(process, _interleave(streams, random.Random(seed)), 5 + seed)
        state = domain(owner)
        state["wanted"] = sorted(wanted(owner))
        results.append(state)
    assert results[0] == results[1]


async def test_the_instant_of_skipping_stays_through_later_edits(process: Process, owner: Owner) -> None:
    for together in (True, False):
        story = Story()
        bodies = [story.occurrence(), story.act(1, "skipped", status="skipped")]
        skipped_at = story.now
        bodies += [story.act(1, "updated", title="a"), story.act(1, "updated", title="b")]
        for batch in [bodies] if together else [[body] for body in bodies]:
            await process.consumer.handle(records(*batch))
        row = owner.execute("SELECT closed_at FROM recurring.task_heads WHERE user_id = %s", (story.user,)).fetchone()
        assert row == (skipped_at,)


async def test_an_older_series_inside_a_task_changes_nothing(process: Process, owner: Owner) -> None:
    story = Story()
    first, done = story.occurrence(), story.complete()
    await process.consumer.handle(records(first, story.series_act("paused", "paused"), done))
    assert owner.execute("SELECT version, status FROM recurring.series_heads").fetchall() == [(2, "paused")]
    assert wanted(owner) == []


async def test_what_is_long_past_is_forgotten_but_the_newest_of_a_series(process: Process, owner: Owner) -> None:
    now = dt.datetime.now(dt.UTC)
    old, young = Story(now=now - dt.timedelta(days=60)), Story(now=now - dt.timedelta(days=2))
    for story in (old, young):
        await process.consumer.handle(
            records(story.occurrence(), story.complete(), story.occurrence(2), story.complete(2))
        )
    before = wanted(owner)
    await prune(process.pool)
    left = owner.execute("SELECT user_id, occurrence_number FROM recurring.task_heads ORDER BY 1, 2").fetchall()
    assert left == sorted([(old.user, 2), (young.user, 1), (young.user, 2)])
    assert wanted(owner) == before


async def test_poison_becomes_a_dead_letter_and_neighbours_go_on(process: Process, owner: Owner) -> None:
    story = Story()
    shapeless = story.occurrence().replace(b'"task_data"', b'"task_date"')
    nul = Story(rrule="FREQ=\0DAILY").occurrence()
    await process.consumer.handle(records(b"{", shapeless, nul, Story().occurrence()))
    reasons = owner.execute('SELECT reason FROM recurring.dead_letters ORDER BY "offset"').fetchall()
    assert [reason for (reason,) in reasons] == ["not_json", "invalid_data", "handler_failed"]
    assert owner.execute("SELECT count(*) FROM recurring.task_heads").fetchone() == (1,)


async def test_a_store_that_is_away_is_transient(process: Process, owner: Owner, migrated: Postgres) -> None:
    process.pool.timeout = 0.5
    with psycopg.connect(migrated.superuser_database_url, autocommit=True) as server:
        server.execute("ALTER ROLE recurring_app CONNECTION LIMIT 0")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'recurring_app'")
        try:
            with pytest.raises(Transient):
                await process.consumer.handle(records(Story().occurrence()))
        finally:
            server.execute("ALTER ROLE recurring_app CONNECTION LIMIT -1")
    assert domain(owner) == {table: [] for table in TABLES}


def test_every_event_of_tasks_series_and_users_has_its_handler() -> None:
    assert set(HANDLERS) == {name for name in CATALOG if name.split(".")[1] in ("task", "series", "user")}


def _by_schedule(story: Story, missed: str = "next") -> Story:
    story.recurrence = {"trigger": "on_schedule", "missed": missed}
    return story


def _busy(story: Story) -> list[bytes]:
    """Return a long story: ten occurrences, some of them taken back, edited, skipped, paused between."""
    bodies = [story.user_act(1), story.occurrence(1)]
    for number in range(1, 10):
        bodies += [story.act(number, "updated", title=f"t{number}"), story.complete(number)]
        if number % 3 == 0:
            bodies += [story.reopen(number), story.act(number, "skipped", status="skipped")]
        if number % 4 == 0:
            bodies += [story.series_act("paused", "paused"), story.series_act("resumed", "active")]
        if number < 9 or int(story.user) % 2:
            bodies.append(story.occurrence(number + 1))
    return bodies


def _interleave(streams: list[list[bytes]], chosen: random.Random) -> list[bytes]:
    """Return all events, shuffled between streams, each stream in its own order."""
    waiting = [list(stream) for stream in streams]
    mixed: list[bytes] = []
    while any(waiting):
        mixed.append(chosen.choice([stream for stream in waiting if stream]).pop(0))
    return mixed


async def _deliver(process: Process, bodies: list[bytes], batch: int) -> None:
    for start in range(0, len(bodies), batch):
        await process.consumer.handle(records(*bodies[start : start + batch], first_offset=start))
