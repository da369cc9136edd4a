"""execute(): one transaction in one order, wholly or not at all, whatever goes wrong in between."""

from __future__ import annotations

import asyncio
import random
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from actors import Database, Person
from event_spine.partitions import make_partitions
from local_runtime.testing import Postgres
from service_kit.database import Pool
from todo_backend.application import execute, janitor
from todo_backend.application.change import Answer, Change, Command, Origin, Targets
from todo_backend.application.execute import Executor
from todo_backend.bootstrap import Backend
from todo_backend.errors import StoreUnavailable, TodoError

pytestmark = pytest.mark.integration


async def test_a_missing_partition_is_made_and_the_act_done_once(ada: Person, database: Database):
    partitions = "SELECT inhrelid::regclass AS name FROM pg_inherits WHERE inhparent = 'tasks.ledger'::regclass"
    for row in database.rows(partitions):
        database.rows(f"DROP TABLE {row['name']}")
    await ada.create("after midnight")
    assert database.rows("SELECT count(*) AS n FROM tasks.tasks") == [{"n": 1}]
    assert len(database.events("task.created")) == 1


async def test_many_writers_of_the_same_tasks_neither_deadlock_nor_lose(ada: Person, database: Database):
    tasks = [
        await ada.create(f"t{n}", due={"date": "2030-01-01"}, recurrence={"rrule": "FREQ=DAILY"}) for n in range(3)
    ]
    chance = random.Random(4)

    async def writer(number: int) -> int:
        done = 0
        for turn in range(6):
            task = chance.choice(tasks)
            verb = chance.choice(["patch", "complete", "reopen", "delete", "restore"])
            if verb == "patch":
                answer = await ada.call("PATCH", f"/tasks/{task['id']}", {"notes": f"{number} {turn}"})
            elif verb == "delete":
                answer = await ada.call("DELETE", f"/tasks/{task['id']}")
            else:
                answer = await ada.call("POST", f"/tasks/{task['id']}/{verb}")
            assert answer.status_code in (200, 409), answer.text
            done += answer.status_code == 200
        return done

    assert sum(await asyncio.gather(*(writer(n) for n in range(10)))) > 0
    for task in tasks:
        versions = [e["data"]["version"] for e in database.events() if e["subject"] == task["id"]]
        assert versions == list(range(1, len(versions) + 1)), "in publishing order, without a gap"
        assert (await ada.read(task))["version"] == len(versions)
    changes = [e["data"]["change"] for e in database.events()]
    assert changes == sorted(changes)


async def test_what_the_broker_would_not_take_is_refused_and_nothing_is_changed(ada: Person, database: Database):
    """The largest checklist and notes, told of before and after: 1.4 MB in one event."""

    def checklist(letter: str) -> list[dict[str, Any]]:
        return [{"title": letter * 500} for _ in range(200)]

    task = await ada.create(subtasks=checklist("\U0001f33a"), notes="\U0001f33a" * 20_000)
    changed = {"subtasks": checklist("\U0001f33b"), "notes": "\U0001f33b" * 20_000}
    refused = await ada.call("PATCH", f"/tasks/{task['id']}", changed, idempotency_key="once")
    assert (refused.status_code, refused.json()["code"]) == (422, "task_too_large")
    assert await ada.read(task) == task
    assert database.rows("SELECT max(length(record)) < 900000 AS fits, count(*) AS n FROM tasks.ledger") == [
        {"fits": True, "n": 2}
    ]
    assert database.rows("SELECT value FROM tasks.change_counters") == [{"value": 2}]
    shorter = await ada.call("PATCH", f"/tasks/{task['id']}", {"subtasks": []}, idempotency_key="once")
    assert shorter.status_code == 200, "the key of a refusal is free again"
    assert (await ada.act("complete", task))["task"]["status"] == "done"


async def test_what_a_use_case_refuses_leaves_nothing_behind(ada: Person, backend: Backend, database: Database):
    before = database.rows("SELECT value FROM tasks.change_counters")

    class Refused(TodoError):
        """No."""

    def refuse(*_: Any) -> Change:
        raise Refused

    command = Command(_origin(ada), Targets(), refuse, lambda _: Answer(200))
    with pytest.raises(Refused):
        await backend.services.executor.execute(command)
    assert database.rows("SELECT value FROM tasks.change_counters") == before
    assert database.rows("SELECT count(*) AS n FROM tasks.idempotency_keys") == [{"n": 0}]


async def test_a_failure_while_answering_rolls_everything_back(ada: Person, backend: Backend, database: Database):
    def broken(_: Any) -> Answer:
        raise RuntimeError("the answer cannot be made")

    task = await ada.create("Before")
    found = Targets(tasks=(UUID(task["id"]),))

    def decide(loaded: Any, context: Any) -> Change:
        from todo_backend.tasks.use_cases.complete import CompleteTask, complete_task

        return complete_task(CompleteTask(UUID(task["id"])), loaded, context)

    with pytest.raises(RuntimeError):
        await backend.services.executor.execute(Command(_origin(ada), found, decide, broken))
    assert (await ada.read(task))["status"] == "open"
    assert not database.events("task.completed")


async def test_conflicts_of_serialisation_are_tried_again_and_end(ada: Person, backend: Backend):
    calls = 0

    def conflict(*_: Any) -> Change:
        nonlocal calls
        calls += 1
        raise psycopg.errors.SerializationFailure

    with pytest.raises(StoreUnavailable):
        await backend.services.executor.execute(Command(_origin(ada), Targets(), conflict, lambda _: Answer(200)))
    assert calls == execute.ATTEMPTS


async def test_the_relay_and_live_pages_are_told_after_the_commit_only(empty: Postgres, pool: Pool, ada: Person):
    told: list[int | None] = []

    def after_commit(user_id: UUID, counter: int | None) -> None:
        with psycopg.connect(empty.app_url("tasks")) as other:
            seen = other.execute("SELECT value FROM tasks.change_counters WHERE user_id = %s", (user_id,)).fetchone()
        assert seen == (counter,), "what is told is visible to others"
        told.append(counter)

    from todo_backend.tasks.use_cases.create import CreateTask, create_task

    def decide(loaded: Any, context: Any) -> Change:
        return create_task(CreateTask(context.new_id(), "x"), loaded, context)

    command = Command(_origin(ada), Targets(), decide, lambda _: Answer(201))
    await Executor(pool, after_commit).execute(command)
    assert told == [2]


async def test_a_database_that_is_away_is_a_503(ada: Person, mortal: Backend):
    await mortal.services.pool.close()
    transport = httpx.ASGITransport(mortal.open_app)
    ada.api = httpx.AsyncClient(transport=transport, base_url="http://mortal")
    answer = await ada.call("GET", "/tasks")
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert answer.headers["retry-after"] == "1"
    assert (await ada.call("POST", "/tasks", {"title": "x"})).json()["code"] == "store_unavailable"


async def test_the_janitor_removes_what_has_expired_and_nothing_else(ada: Person, pool: Pool, database: Database):
    await ada.call("POST", "/tasks", {"title": "old"}, idempotency_key="old")
    database.rows("UPDATE tasks.idempotency_keys SET expires_at = now()")
    database.rows("UPDATE tasks.acts SET expires_at = now()")
    await ada.call("POST", "/tasks", {"title": "new"}, idempotency_key="new")
    done = await janitor.clean(pool)
    assert (done["idempotency_keys"], done["acts"], done["refresh_tokens"]) == (1, 1, 0)
    assert database.rows("SELECT key FROM tasks.idempotency_keys") == [{"key": "new"}]


async def test_an_expired_key_is_free_again(ada: Person, database: Database):
    await ada.call("POST", "/tasks", {"title": "one"}, idempotency_key="k")
    database.rows("UPDATE tasks.idempotency_keys SET expires_at = now() - interval '1 second'")
    other = await ada.call("POST", "/tasks", {"title": "two"}, idempotency_key="k")
    assert (other.status_code, other.json()["title"]) == (201, "two")


async def test_partitions_reach_two_weeks_ahead(pool: Pool, database: Database):
    async with pool.connection() as connection:
        await make_partitions(connection, "tasks")
    found = database.rows("SELECT count(*) AS n FROM pg_inherits WHERE inhparent = 'tasks.ledger'::regclass")
    assert found[0]["n"] >= 16


def _origin(person: Person) -> Origin:
    user_id = UUID(person.id)
    return Origin(user_id, "user", person.id, "rest", user_id)
