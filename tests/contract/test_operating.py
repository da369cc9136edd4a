"""Replay, verify and rebuild through the real doors of the real services, on events of the real producer."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
from local_runtime.keys import Keys
from todo_ops.rebuilds import beside

from tests.contract.operating import WRONG, Operator, broken, missing, operator_of
from tests.contract.test_services_and_backend import Person
from tests.contract.wiring import World

pytestmark = pytest.mark.integration
NOW = ("--grace", "0", "--patience", "0")


@pytest.fixture
async def operator(
    world: World, keys: Keys, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Operator]:
    async with operator_of(world, keys, capsys, monkeypatch) as found:
        yield found


@pytest.fixture
async def story(world: World) -> dict[str, Any]:
    """Something of everything: a series that went on, a paused one, reminders told and to come, what was deleted."""
    person = await Person.sign_up(world)
    task = await person.create("FREQ=DAILY")
    await person.call("PATCH", f"/tasks/{task['id']}", {"notes": "renamed", "priority": "high"})
    await person.call("POST", f"/tasks/{task['id']}/complete")
    skipped = await person.create("FREQ=WEEKLY", anchor="completion")
    await person.call("POST", f"/tasks/{skipped['id']}/skip")
    paused = await person.create("FREQ=WEEKLY", reminders=[{"minutes_before": 10, "relative_to": "due"}])
    await person.call("POST", f"/series/{paused['series_id']}/pause", {})
    at = (dt.datetime.now(dt.UTC) + dt.timedelta(milliseconds=300)).isoformat()
    _, told = await person.call("POST", "/tasks", {"title": "Told of", "reminders": [{"at": at}]})
    _, coming = await person.call("POST", "/tasks", {"title": "To come", "reminders": [{"at": "2031-05-01T09:00:00Z"}]})
    _, gone = await person.call("POST", "/tasks", {"title": "Gone"})
    await person.call("DELETE", f"/tasks/{gone['id']}")
    await world.settle()
    await world.told(1)
    world.forget_pending()
    return {"person": person, "task": task, "coming": coming, "told": told, "skipped": skipped}


def _one(world: World, statement: str, *values: Any) -> Any:
    return world.superuser.execute(statement, values).fetchone()[0]


async def test_it_holds_and_each_broken_row_is_named(operator: Operator, story: dict[str, Any], world: World) -> None:
    whole = await operator.told("verify", *NOW)
    assert whole["holds"] is True
    assert all(one["looked_at"] for one in whole["checks"] if one["name"] != "seals"), "nothing seals here"
    assert "It holds." in await operator.say("verify", *NOW)

    task, coming = story["task"]["id"], story["coming"]["id"]
    store = world.superuser
    event = _one(world, "SELECT event_id FROM tasks.ledger WHERE aggregate_id = %s AND version = 2", task)
    sent = _one(world, "SELECT event_id FROM notifications.ledger WHERE type = 'todo.reminder.sent.v1'")
    zero = r"'\x00'::bytea"
    for check, table, where, column, value, named in (
        ("I1 task-events", "tasks.ledger", ("event_id", event), "version", "version + 1", event),
        ("I1 task-events", "tasks.ledger", ("event_id", event), "record", zero, event),
        ("I1 task-events", "audit.entries", ("event_id", event), "digest", zero, event),
        ("I1 task-events", "audit.payloads", ("event_id", event), "record", zero, event),
        ("I1 reminders", "notifications.ledger", ("event_id", sent), "digest", zero, sent),
        ("I4 versions", "audit.entries", ("event_id", event), "version", "version + 7", task),
        ("I4 tasks", "tasks.tasks", ("id", task), "notes", "'forged'", task),
        ("I2 series", "tasks.tasks", ("predecessor_id", task), "status", "'done'", story["task"]["series_id"]),
        ("heads of recurring", "recurring.task_heads", ("task_id", task), "status", "'open'", task),
        ("heads of recurring", "recurring.series_heads", ("series_id", story["task"]["series_id"]), "rrule",
         "'FREQ=YEARLY'", "rrule"),
        ("heads of notification", "notifications.task_heads", ("task_id", coming), "version", "999", coming),
        ("heads of notification", "notifications.user_heads", ("user_id", story["person"].path.rpartition("/")[2]),
         "time_zone", "'UTC'", "time_zone"),
        ("heads of notification", "notifications.due_queue", ("task_id", coming), "fire_at", "fire_at + '1 h'", "work"),
    ):  # fmt: skip
        with broken(store, table, where, column, value):
            told = await operator.told("verify", "--check", check, *NOW, expect=WRONG)
            assert str(named) in str([one["violation"] for one in told["checks"]]), (table, column, told)
    for check, table, where, named in (
        ("I1", "audit.entries", ("event_id", event), event),
        ("I1", "tasks.ledger", ("event_id", event), event),
        ("heads of recurring", "recurring.task_heads", ("task_id", task), task),
        ("heads of notification", "notifications.due_queue", ("task_id", coming), "work"),
    ):
        with missing(store, table, where):
            said = await operator.say("verify", "--check", check, *NOW, expect=WRONG)
            assert str(named) in said, (table, said)
    assert (await operator.told("verify", *NOW))["holds"] is True


async def test_lost_rows_come_back_by_a_replay_that_a_dry_run_has_foretold(
    operator: Operator, story: dict[str, Any], world: World
) -> None:
    before = world.domain()
    for consumer in ("recurring-task-service", "notification-service", "audit-service"):
        for topic in ("task-events", "account-events"):
            asked = ("replay", "--to", consumer, "--topic", topic)
            assert "would change nothing" in await operator.say(*asked, "--dry-run")
            assert (await operator.told(*asked))["refused"] == []
    assert world.domain() == before, "what was handled before changes nothing"

    world.superuser.execute("DELETE FROM recurring.task_heads")
    damaged = world.domain()
    asked = ("replay", "--to", "recurring-task-service", "--topic", "task-events", "--by", "ada")
    dry = await operator.told(*asked, "--dry-run", expect=WRONG)
    assert dry["tables"]["task_heads"]["inserted"] == len(before["recurring.task_heads"])
    assert story["task"]["id"] in {one["subject"] for one in dry["effects"]}
    assert "task_heads" in await operator.say(*asked, "--dry-run", expect=WRONG)
    assert world.domain() == damaged, "a dry run changes nothing"
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)).isoformat()
    assert (await operator.told(*asked, "--from", later))["events"] == 0

    done = await operator.told(*asked)

    assert (done["events"], done["refused"]) == (dry["events"], [])
    assert world.domain() == before
    acts = world.superuser.execute(
        "SELECT act, done_by, told ->> 'topic', events FROM recurring.operator_acts WHERE id = %s", (done["act_id"],)
    ).fetchall()
    assert acts == [("replay", "ada", "task-events", done["events"])]


DAMAGE = (
    "UPDATE recurring.task_heads SET status = 'open', version = version + 100",
    "DELETE FROM recurring.series_heads WHERE status = 'paused'",
    """
INSERT INTO recurring.task_heads
SELECT (jsonb_populate_record(h, jsonb_build_object('task_id', gen_random_uuid()))).* FROM recurring.task_heads h""",
    "UPDATE recurring.user_heads SET time_zone = 'UTC'",
    """
INSERT INTO recurring.wanted SELECT user_id, series_id, user_id, 1, 1 FROM recurring.series_heads
ON CONFLICT DO NOTHING""",
    "DELETE FROM notifications.task_heads WHERE title = 'Told of'",
    "UPDATE notifications.task_heads SET title = 'damaged', version = version + 100 WHERE title = 'To come'",
    "DELETE FROM notifications.series_heads",
    "DELETE FROM notifications.due_queue",
)


async def test_damaged_projections_are_rebuilt_while_people_go_on_and_nothing_is_double_or_lost(
    operator: Operator, story: dict[str, Any], world: World
) -> None:
    person = story["person"]
    _, late = await person.call("POST", "/tasks", {"title": "Meanwhile", "reminders": [{"at": "2031-06-01T09:00:00Z"}]})
    await world.settle()
    for statement in DAMAGE:
        world.superuser.execute(statement)
    world.superuser.execute("DELETE FROM recurring.task_heads WHERE task_id = %s", (story["skipped"]["id"],))
    going_on, stop = asyncio.Event(), asyncio.Event()

    async def people() -> int:
        """Go on working; all that they do is delivered as it comes, twice."""
        done = 0
        while not stop.is_set():
            chore = await person.create("FREQ=DAILY")
            await person.call("POST", f"/tasks/{chore['id']}/complete")
            await person.call("PATCH", f"/tasks/{late['id']}", {"notes": f"touched {done}"})
            await world.settle()
            done += 1
            going_on.set()
        return done

    working = asyncio.create_task(people())
    await going_on.wait()
    for app in ("recurring-task-service", "notification-service"):
        dry = await operator.told("rebuild", "--of", app, "--dry-run", expect=WRONG)
        assert sum(one["inserted"] + one["updated"] + one["deleted"] for one in dry["tables"]) >= 3
        assert "rows of heads replaced" in await operator.say("rebuild", "--of", app, "--by", "ada")
    stop.set()
    assert await working >= 1
    await world.settle()
    await world.deliverer.drain()
    world.forget_pending()

    whole = await operator.told("verify", *NOW)
    assert whole["holds"] is True, whole
    assert world.superuser.execute("SELECT title FROM notifications.messages").fetchall() == [("Told of",)]
    queue = "SELECT h.title FROM notifications.due_queue q JOIN notifications.task_heads h USING (user_id, task_id)"
    assert {row[0] for row in world.superuser.execute(queue)} == {"To come", "Meanwhile"}
    assert world.dead_letters() == []
    for schema in ("recurring", "notifications"):
        acts = f"SELECT done_by FROM {schema}.operator_acts WHERE act = 'rebuild'"
        assert world.superuser.execute(acts).fetchall() == [("ada",)]


@pytest.mark.parametrize("app", ["recurring-task-service", "notification-service"])
async def test_what_is_delivered_while_it_is_built_is_in_it(
    operator: Operator, story: dict[str, Any], world: World, app: str
) -> None:
    person, built = story["person"], beside(operator.services(), app, "ada")
    rebuilt = await asyncio.to_thread(built.__enter__)
    task = await person.create("FREQ=DAILY", reminders=[{"minutes_before": 10, "relative_to": "due"}])
    await person.call("POST", f"/tasks/{task['id']}/complete")
    await person.call("POST", f"/series/{task['series_id']}/pause", {})
    await person.call("PATCH", f"/tasks/{story['coming']['id']}", {"title": "Renamed meanwhile"})
    await Person.sign_up(world, "bob")
    await world.settle()
    before = world.domain()

    tables = await asyncio.to_thread(lambda: rebuilt.swap(dry_run=False))

    assert [(one["table"], one["first"]) for one in tables if one["first"]] == []
    assert world.domain() == before
    await asyncio.to_thread(built.__exit__, None, None, None)


async def test_two_rebuilds_at_once_are_refused_and_a_lapsed_one_is_not_taken_over(
    operator: Operator, story: dict[str, Any], world: World
) -> None:
    world.superuser.execute(
        "INSERT INTO recurring.rebuild (id, done_by, expires_at)"
        " VALUES (gen_random_uuid(), 'eve', clock_timestamp() + interval '1 minute')"
    )
    await operator.say("rebuild", "--of", "recurring-task-service", expect=WRONG)
    world.superuser.execute("UPDATE recurring.rebuild SET expires_at = clock_timestamp()")
    await operator.say("rebuild", "--of", "recurring-task-service")
    assert world.superuser.execute("SELECT count(*) FROM recurring.rebuild").fetchone() == (0,)
