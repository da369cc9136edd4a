"""The internal door: every answer of advance, and no second successor whatever the order of calls."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from actors import Database, Person, RecurringTaskService
from dapr_edge.service_tokens import HEADER
from event_contracts.task import SeriesData, TaskData

pytestmark = pytest.mark.integration
DAILY = {"rrule": "FREQ=DAILY"}


async def _completed(person: Person, **fields: Any) -> dict[str, Any]:
    fields = {"due": {"date": "2030-01-01"}, "recurrence": DAILY, **fields}
    return (await person.act("complete", await person.create("Water", **fields)))["task"]


async def test_the_next_one_is_made_with_everything_shifted(
    ada: Person, recurring: RecurringTaskService, database: Database
):
    first = await _completed(
        ada,
        notes="n",
        tags=["a"],
        priority="low",
        start_date="2029-12-30",
        subtasks=[{"title": "leaf", "done": True}],
        reminders=[{"minutes_before": 10}, {"at": "2030-01-01T08:00:00Z"}],
    )
    [completed] = database.events("task.completed")
    answer = await recurring.advance(ada, first, "2030-01-03", passed_over=1, causation_id=completed["id"])
    assert answer.status_code == 200
    made = answer.json()
    assert made["outcome"] == "made"
    second = await ada.read({"id": made["task_id"]})
    assert second["due"] == {"date": "2030-01-03", "time": None, "time_zone": "Europe/Berlin"}
    assert (second["start_date"], second["status"], second["version"]) == ("2030-01-01", "open", 1)
    assert [s["done"] for s in second["subtasks"]] == [False]
    assert second["reminders"][1]["at"] == "2030-01-03T08:00:00Z"
    assert (second["occurrence_key"], second["occurrence_number"]) == ("2030-01-03", 3)
    assert {k: second[k] for k in ("title", "notes", "tags", "priority", "predecessor_id")} == {
        "title": "Water",
        "notes": "n",
        "tags": ["a"],
        "priority": "low",
        "predecessor_id": first["id"],
    }
    event = database.events("task.created")[-1]["data"]
    assert event["event_type"] == "recurring_task_created"
    assert event["actor"] == {"kind": "service", "id": "recurring-task-service", "door": "internal"}
    assert event["causation_id"] == completed["id"]
    assert event["task_data"]["stream_key"] == first["id"]
    series = event["task_data"]["series"]
    assert (series["version"], series["occurrences"], series["passed_over"]) == (1, 2, 1)
    assert not database.events("series.updated")
    counter = database.rows("SELECT value FROM tasks.change_counters")[0]["value"]
    assert database.rows("SELECT change FROM tasks.series")[0]["change"] == counter == event["change"]


async def test_asking_again_and_at_once_is_answered_already(
    ada: Person, recurring: RecurringTaskService, database: Database
):
    first = await _completed(ada)
    answers = await asyncio.gather(*(recurring.advance(ada, first, "2030-01-02") for _ in range(8)))
    outcomes = [a.json()["outcome"] for a in answers]
    assert sorted(outcomes) == ["already"] * 7 + ["made"]
    assert len({a.json()["task_id"] for a in answers}) == 1
    assert len(database.events("task.created")) == 2


async def test_no_next_date_ends_the_series(ada: Person, recurring: RecurringTaskService, database: Database):
    first = await _completed(ada)
    for _ in range(2):
        assert (await recurring.advance(ada, first, None)).json() == {"outcome": "ended"}
    [event] = database.events("series.ended")
    assert (event["data"]["reason"], event["data"]["version"]) == ("count", 2)
    assert (await recurring.advance(ada, first, "2030-01-02")).json() == {"outcome": "ended"}


async def test_what_has_moved_on_comes_back_fresh(ada: Person, recurring: RecurringTaskService):
    first = await _completed(ada)
    for stale in ({"predecessor_version": 1}, {"predecessor_version": 3}, {"series_version": 2}):
        answer = await recurring.advance(ada, first, "2030-01-02", **stale)
        assert (answer.status_code, answer.json()["code"]) == (409, "superseded")
        assert SeriesData.model_validate(answer.json()["series"]).version == 1
        assert TaskData.model_validate(answer.json()["predecessor"]).version == 2
    await ada.act("reopen", first)
    reopened = await recurring.advance(ada, {**first, "version": 3}, "2030-01-02")
    assert (reopened.status_code, reopened.json()["predecessor"]["status"]) == (409, "open")


async def test_what_is_not_there_is_gone_and_nonsense_is_invalid(
    ada: Person, bob: Person, recurring: RecurringTaskService
):
    first = await _completed(ada)
    for changed in ({"series_id": str(uuid4())}, {"id": str(uuid4())}):
        answer = await recurring.advance(ada, {**first, **changed}, "2030-01-02")
        assert (answer.status_code, answer.json()["code"]) == (404, "gone")
    assert (await recurring.advance(bob, first, "2030-01-02")).status_code == 404, "another user's series"
    for date, changes in (("2030-01-01", {}), ("2029-12-31", {}), (None, {"end_reason": None})):
        answer = await recurring.advance(ada, first, date, **changes)
        assert (answer.status_code, answer.json()["code"]) == (422, "advance_invalid")
    assert (await recurring.advance(ada, first, "soon")).status_code == 422


async def test_a_deleted_series_makes_no_more(ada: Person, recurring: RecurringTaskService):
    task = await ada.create(due={"date": "2030-01-01"}, recurrence=DAILY)
    await ada.call("DELETE", f"/tasks/{task['id']}")
    assert (await recurring.advance(ada, task, "2030-01-02", series_version=2)).json() == {"outcome": "ended"}


async def test_a_completed_occurrence_may_be_deleted_and_the_series_goes_on(
    ada: Person, recurring: RecurringTaskService
):
    first = await _completed(ada)
    deleted = (await ada.call("DELETE", f"/tasks/{first['id']}")).json()["task"]
    assert (await recurring.advance(ada, deleted, "2030-01-02")).json()["outcome"] == "made"


async def test_on_schedule_the_open_one_is_missed_when_the_next_opens(
    ada: Person, recurring: RecurringTaskService, database: Database
):
    rule = {**DAILY, "trigger": "on_schedule"}
    task = await ada.create(due={"date": "2024-01-01"}, recurrence=rule)
    early = await recurring.advance(ada, task, "2999-01-01")
    assert early.status_code == 409
    assert (await recurring.advance(ada, task, "2024-01-02")).json()["outcome"] == "made"
    assert (await ada.read(task))["status"] == "missed"
    missed, created = database.events("task.missed", "task.created")[-2:]
    assert (missed["type"], created["type"]) == ("todo.task.missed.v1", "todo.task.created.v1")


async def test_on_schedule_with_each_keeps_ten_open(ada: Person, recurring: RecurringTaskService):
    task = await ada.create(
        due={"date": "2024-01-01"}, recurrence={**DAILY, "trigger": "on_schedule", "missed": "each"}
    )
    outcomes = []
    for day in range(2, 13):
        answer = (await recurring.advance(ada, task, f"2024-01-{day:02}")).json()
        outcomes.append(answer["outcome"])
        task = await ada.read({"id": answer["task_id"]}) if answer["outcome"] == "made" else task
    assert outcomes == ["made"] * 9 + ["already"] * 2
    assert len(await ada.listed("?status=open")) == 10


async def test_the_door_asks_for_the_right_service_token(
    ada: Person, bob: Person, recurring: RecurringTaskService, inner: httpx.AsyncClient
):
    path = f"/internal/users/{ada.id}/series/{uuid4()}/advance"
    tokens = recurring.tokens
    for token, status in (
        ("", 401),
        (ada.session["access_token"], 401),
        (tokens.mint("audit-service", ada.id), 401),
        (tokens.mint("todo-backend", None), 403),
        (tokens.mint("todo-backend", bob.id), 403),
    ):
        answer = await inner.post(path, json={}, headers={HEADER: token})
        assert answer.status_code == status, answer.text


async def test_what_services_ask_leaves_people_their_connections(
    ada: Person, bob: Person, recurring: RecurringTaskService, database: Database
):
    """As many as recurring-task-service has in flight, all held up: there are fewer connections than that."""
    done = [await _completed(ada) for _ in range(16)]
    async with await psycopg.AsyncConnection.connect(database.url) as holder:
        await holder.execute("SELECT 1 FROM tasks.series WHERE user_id = %s FOR UPDATE", (ada.id,))
        asked = [asyncio.create_task(recurring.advance(ada, task, "2030-01-02")) for task in done]
        async with asyncio.timeout(3):
            while database.rows("SELECT count(*) FROM pg_locks WHERE NOT granted")[0]["count"] < 6:
                await asyncio.sleep(0)
        began = time.monotonic()
        assert await bob.listed() == []
        await bob.create("not held up")
        assert time.monotonic() - began < 2
    answers = [(await task).json() for task in asked]
    assert [answer["outcome"] for answer in answers] == ["made"] * 16
