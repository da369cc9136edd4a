"""The sweep: what is due is sent, once, whoever sweeps and whoever dies; the tick asks for the sidecar's token."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from event_contracts.identifiers import uuid7
from event_spine.loop import sweep
from local_runtime.testing import Postgres
from notification_service.bootstrap import Process, build
from notification_service.settings import Settings
from notification_service.storage import due_queue
from notification_service.storage.schema import SCHEMA
from notification_service.sweeps import deliver
from prometheus_client import REGISTRY

from .conftest import Backend
from .person import APP_TOKEN
from .story import Owner, Story, ago, attempts, messages, queued, records, sent_events

pytestmark = pytest.mark.integration


async def until(fact: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not fact():
            await asyncio.sleep(0.01)


def runs_of(loop: str) -> float:
    """How often a loop of this process has run."""
    return REGISTRY.get_sample_value("event_loop_runs_total", {"loop": loop, "outcome": "done"}) or 0.0


async def test_nothing_due_is_an_empty_sweep(process: Process, owner: Owner) -> None:
    assert await process.deliverer.step() is None
    story = Story(due=ago(-3600))
    await process.consumer.handle(records(story.act("created")))
    seconds = await process.deliverer.step()
    assert seconds is not None
    assert 3590 < seconds <= 3600
    assert (queued(owner), attempts(owner)) == (1, [])


async def test_what_is_due_is_told_of_with_its_event(process: Process, owner: Owner, backend: Backend) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    await process.deliverer.drain()
    assert messages(owner) == [("Pay rent", False, True)]
    [sent] = sent_events(owner)
    data = sent["data"]
    assert (sent["type"], sent["source"]) == ("todo.reminder.sent.v1", "notification-service")
    assert data["key"].startswith(f"{story.reminder}/")
    assert data["key"].endswith("/in_app")
    assert (data["user_id"], data["task_id"]) == (str(story.user), str(story.task))
    assert data["remind_at"] <= data["fired_at"] <= data["occurred_at"], "never early"
    assert (data["notification_number"], data["late"], data["confirmed"]) == (1, False, True)
    assert [(q["task_id"], q["version"]) for q in backend.asked] == [(str(story.task), 1)]
    keys = owner.execute("SELECT topic, stream_key FROM notifications.ledger").fetchall()
    assert keys == [("reminders", str(story.user))]


async def test_three_sweepers_at_once_send_each_once(owner: Owner, settings: Settings) -> None:
    stories = [Story(due=ago(2 + n / 100)) for n in range(150)]
    replicas = [build(settings) for _ in range(3)]
    for replica in replicas:
        await replica.pool.open()
    await replicas[0].consumer.handle(records(*(story.act("created") for story in stories)))
    for _ in range(3):
        await asyncio.gather(*(replica.deliverer.drain() for replica in replicas))
    for replica in replicas:
        await replica.pool.close()
    assert len(messages(owner)) == 150
    keys = [sent["data"]["key"] for sent in sent_events(owner)]
    assert len(keys) == len(set(keys)) == 150


async def test_the_loop_fires_at_the_instant_and_is_woken_by_what_comes_sooner(process: Process, owner: Owner) -> None:
    far = Story(due=ago(-3600))
    await process.consumer.handle(records(far.act("created")))
    stop, looked = asyncio.Event(), runs_of("reminders")
    running = asyncio.create_task(process.loop.run(stop))
    await until(lambda: runs_of("reminders") > looked)  # it would rest for a second now
    near = Story(due=ago(-0.1))
    await process.consumer.handle(records(near.act("created")))
    await until(lambda: messages(owner))
    stop.set()
    await running
    row = owner.execute("SELECT extract(epoch FROM sent_at - remind_at)::float8 FROM notifications.messages").fetchone()
    assert row is not None
    assert 0 <= row[0] < 0.5
    assert queued(owner) == 1


async def test_the_more_was_claimed_the_longer_the_next_claim_gathers(
    process: Process, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "GATHER_SECONDS", 100.0)
    monkeypatch.setattr(deliver, "LONGEST_GATHER_SECONDS", 250.0)
    await process.consumer.handle(records(*(Story(due=ago(2)).act("created") for _ in range(2))))
    assert 190 < (await process.deliverer.step() or 0) <= 200
    await process.consumer.handle(records(Story(due=ago(1)).act("created")))
    assert 0 < (await process.deliverer.step() or 0) <= 200
    await process.deliverer.finish()
    assert (len(attempts(owner)), queued(owner)) == (2, 1), "it is left to the next claim"
    await process.deliverer.drain()
    assert len(messages(owner)) == 3, "a tick waits for nothing"


async def test_after_a_claim_of_one_the_next_gathers_as_well(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "SHORTEST_GATHER_SECONDS", 100.0)
    monkeypatch.setattr(deliver, "LONGEST_GATHER_SECONDS", 250.0)
    await process.consumer.handle(records(Story(due=ago(2)).act("created")))
    assert 90 < (await process.deliverer.step() or 0) <= 100
    await process.deliverer.finish()


async def test_an_attempt_whose_holder_died_is_taken_back(process: Process, owner: Owner) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    await process.deliverer.drain()
    # As if the process had died between claim and mark: claimed, and nothing written.
    owner.execute("DELETE FROM notifications.messages")
    owner.execute(
        "UPDATE notifications.attempts SET state = 'queued', claim = gen_random_uuid(), settled_at = NULL,"
        " not_before = clock_timestamp() + interval '1 hour'"
    )
    await process.deliverer.drain()
    assert messages(owner) == [], "the lease runs"
    owner.execute("UPDATE notifications.attempts SET not_before = clock_timestamp()")
    await process.deliverer.drain()
    assert messages(owner) == [("Pay rent", False, True)]
    assert owner.execute("SELECT tries FROM notifications.attempts").fetchone() == (2,)


async def test_one_that_slept_through_its_lease_tells_nobody(
    process: Process, owner: Owner, backend: Backend, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    backend.gate.clear()
    sleeper = asyncio.create_task(process.deliverer.drain())
    await asyncio.wait_for(backend.called.wait(), 5)
    owner.execute("UPDATE notifications.attempts SET not_before = clock_timestamp()")  # its lease ends
    other = build(settings)
    await other.pool.open()
    waking = asyncio.create_task(other.deliverer.drain())
    await until(lambda: len(backend.asked) == 2)
    backend.gate.set()
    await asyncio.gather(sleeper, waking)
    await other.pool.close()
    assert messages(owner) == [("Pay rent", False, True)]
    assert len(sent_events(owner)) == 1
    assert not [entry for entry in caplog.records if entry.levelname == "ERROR"], "the fence, not a constraint, held"


async def test_a_row_of_the_queue_for_what_was_sent_is_taken_and_nothing_more(process: Process, owner: Owner) -> None:
    """A plan that was written while the sweep had the reminder in hand leaves such a row."""
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    [planned] = owner.execute("SELECT * FROM notifications.due_queue").fetchall()
    await process.deliverer.drain()
    owner.execute("INSERT INTO notifications.due_queue VALUES (%s, %s, %s, %s, %s)", planned)
    await process.deliverer.drain()
    assert (queued(owner), attempts(owner), len(sent_events(owner))) == (0, [("sent", None)], 1)


async def test_the_tick_sends_what_is_due(process: Process, owner: Owner) -> None:
    await process.consumer.handle(records(Story().act("created"), Story().act("created")))
    transport = httpx.ASGITransport(process.inner)
    async with httpx.AsyncClient(transport=transport, base_url="http://inner") as stranger:
        assert (await stranger.post("/reminder-check")).status_code == 401
    assert queued(owner) == 2
    headers = {"dapr-api-token": APP_TOKEN}
    async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as sidecar:
        assert (await sidecar.options("/reminder-check")).status_code == 200
        assert (await sidecar.post("/reminder-check")).status_code == 200
    assert (queued(owner), len(messages(owner))) == (0, 2)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(process.open), base_url="http://open") as client:
        assert (await client.post("/reminder-check")).status_code == 404
        assert (await client.get("/health/ready")).json()["checks"]["database"] == "ok"


async def test_with_the_loops_off_nothing_is_sent_between_ticks(owner: Owner, settings: Settings) -> None:
    process = build(settings.model_copy(update={"loops_enabled": False}))
    before = {name: runs_of(name) for name in ("reminders", "partitions", "prune")}
    async with process.inner.router.lifespan_context(process.inner):
        await process.consumer.handle(records(Story(due=ago(1)).act("created")))
        await until(lambda: all(runs_of(name) > before[name] for name in ("partitions", "prune")))
        for _ in range(20):  # a loop that runs would have had its turn between these
            await sweep(process.pool, due_queue.look)
        assert (runs_of("reminders"), messages(owner)) == (before["reminders"], []), "the others ran, this one did not"
        await process.deliverer.drain()
        assert len(messages(owner)) == 1


async def test_what_cannot_be_written_is_given_up_alone_and_says_so(process: Process, owner: Owner) -> None:
    good, bad = Story(), Story()
    await process.consumer.handle(records(good.act("created"), bad.act("created", title="Bad")))
    owner.execute("ALTER TABLE notifications.messages ADD CONSTRAINT no_bad CHECK (title <> 'Bad')")
    try:
        for _ in range(5):
            await process.deliverer.drain()
            owner.execute("UPDATE notifications.attempts SET not_before = clock_timestamp() WHERE state = 'queued'")
    finally:
        owner.execute("ALTER TABLE notifications.messages DROP CONSTRAINT no_bad")
    assert messages(owner) == [("Pay rent", False, True)]
    assert sorted(state for state, _ in attempts(owner)) == ["dead", "sent"]
    failed = sent_events(owner)[-1]
    assert (failed["type"], failed["data"]["task_id"]) == ("todo.reminder.failed.v1", str(bad.task))
    assert "no_bad" in failed["data"]["reason"]


def test_the_runtime_role_makes_no_tables_and_does_not_rewrite_the_ledger(migrated: Postgres) -> None:
    with psycopg.connect(migrated.app_url(SCHEMA), autocommit=True) as connection:
        for statement in (
            "UPDATE notifications.ledger SET topic = 'x'",
            "DELETE FROM notifications.ledger",
            "CREATE TABLE notifications.mine (id int)",
            "TRUNCATE notifications.task_heads",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


async def test_the_sweep_reads_only_what_is_due(process: Process, owner: Owner) -> None:
    owner.execute(
        "INSERT INTO notifications.due_queue SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1,"
        " clock_timestamp() + interval '1 day' + n * interval '1 second' FROM generate_series(1, 20000) AS n"
    )
    owner.execute("VACUUM ANALYZE notifications.due_queue")
    selecting = due_queue.TAKE.partition("due AS (")[2].partition("), taken")[0]
    plan: Any = owner.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {selecting}", {"limit": 500}).fetchone()
    top = plan[0][0]["Plan"]
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < 10
    assert await process.deliverer.step() == pytest.approx(86_401, abs=60)


def test_a_key_is_one_instant(owner: Owner) -> None:
    """Two rows of one instant cannot be: whatever planned it twice, it is attempted once."""
    values = (uuid7(), uuid7(), uuid7(), dt.datetime.now(dt.UTC))
    insert = (
        "INSERT INTO notifications.attempts (user_id, task_id, reminder_id, revision, fire_at, channel, state,"
        " not_before) VALUES (%s, %s, %s, {}, %s, 'in_app', 'queued', now())"
    )
    owner.execute(insert.format(1), values)
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(insert.format(2), values)
