"""Tasks over REST, on the real backend and PostgreSQL: each act, its event, and what is refused."""

from __future__ import annotations

import asyncio

import pytest
from actors import Database, Person, RecurringTaskService
from event_contracts import data_model
from event_contracts.task import SeriesData, TaskData

pytestmark = pytest.mark.integration
DAILY = {"rrule": "FREQ=DAILY"}
DUE = {"date": "2030-01-01"}


async def test_a_task_comes_back_as_it_was_said(ada: Person):
    task = await ada.create(
        "Pay rent",
        notes="**by hand**",
        priority="high",
        tags=["home", "money", "home"],
        due={"date": "2030-03-31", "time": "02:30"},
        start_date="2030-03-28",
        subtasks=[{"title": "find the form"}],
        reminders=[{"minutes_before": 15}, {"at": "2030-03-30T08:00:00+02:00"}],
    )
    assert task == await ada.read(task)
    assert task["tags"] == ["home", "money"]
    assert task["due"] == {"date": "2030-03-31", "time": "02:30:00", "time_zone": "Europe/Berlin"}
    assert task["due_at"] == "2030-03-31T01:30:00Z", "02:30 does not exist that night: it moves by the gap"
    assert task["reminders"][0] | {"id": ""} == {"id": "", "minutes_before": 15, "relative_to": "due"}
    assert task["reminders"][1]["at"] == "2030-03-30T06:00:00Z"
    assert (task["status"], task["version"], task["recurrence"]) == ("open", 1, None)


async def test_created_answers_where_and_which_version(ada: Person):
    answer = await ada.call("POST", "/tasks", {"title": "x"})
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"{ada.path}/tasks/{answer.json()['id']}"


async def test_every_event_is_whole_and_of_its_contract(ada: Person, database: Database):
    task = await ada.create("Stretch", due=DUE, recurrence=DAILY, subtasks=[{"title": "legs"}])
    await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "Stretch well"}, x_correlation_id="0" * 32)
    await ada.act("complete", task)
    await ada.act("reopen", task)
    await ada.call("DELETE", f"/tasks/{task['id']}")
    await ada.act("restore", task)
    events = database.events()
    assert [e["type"] for e in events] == [
        "todo.user.created.v1",
        "todo.series.created.v1",
        "todo.task.created.v1",
        "todo.task.updated.v1",
        "todo.task.completed.v1",
        "todo.task.reopened.v1",
        "todo.series.ended.v1",
        "todo.task.deleted.v1",
        "todo.series.resumed.v1",
        "todo.task.restored.v1",
    ]
    for event in events:
        model = data_model(event["type"])
        assert model is not None
        data = model.model_validate(event["data"])
        assert set(event["data"]) <= set(model.model_fields)
        assert str(data.user_id) == ada.id
        assert data.user_time_zone == "Europe/Berlin"
        assert (data.actor.kind, data.actor.id, data.actor.door) == ("user", ada.id, "rest")
        assert event["traceparent"].startswith("00-") if "traceparent" in event else True
    shown = [e["data"]["task_data"] for e in events if "task_data" in e["data"]]
    assert set(shown[0]) == set(TaskData.model_fields)
    assert set(shown[0]["series"]) == set(SeriesData.model_fields)
    assert [s["version"] for s in shown] == [1, 2, 3, 4, 5, 6]
    assert events[3]["data"]["changes"] == {"title": {"before": "Stretch", "after": "Stretch well"}}
    assert events[3]["data"]["correlation_id"] == "00000000-0000-0000-0000-000000000000"
    assert (events[6]["data"]["reason"], events[6]["data"]["causation_id"]) == ("deleted", events[7]["id"])
    at = [e["data"]["occurred_at"] for e in events if e["type"].startswith("todo.task.")]
    assert at == sorted(set(at)), "strictly rising"
    assert [e["data"]["change"] for e in events] == [1, 2, 2, 3, 4, 5, 6, 6, 7, 7]


async def test_a_first_date_that_the_rule_does_not_match_moves_to_one_that_it_does(ada: Person):
    task = await ada.create(due={"date": "2030-01-01"}, recurrence={"rrule": "FREQ=WEEKLY;BYDAY=FR"})
    assert (task["due"]["date"], task["occurrence_key"]) == ("2030-01-04", "2030-01-04")
    series = (await ada.call("GET", f"/series/{task['series_id']}")).json()
    assert series["start"]["date"] == "2030-01-01"
    assert (series["status"], series["version"]) == ("active", 1)


async def test_completing_twice_at_once_is_one_completion(ada: Person, database: Database):
    task = await ada.create(due=DUE, recurrence=DAILY)
    answers = await asyncio.gather(*(ada.act("complete", task) for _ in range(8)))
    assert {a["task"]["version"] for a in answers} == {2}
    assert [a["undo"] is not None for a in answers].count(True) == 1
    assert len(database.events("task.completed")) == 1


async def test_a_completion_may_lie_in_the_past_but_not_in_the_future(ada: Person):
    task = await ada.create()
    late = await ada.call("POST", f"/tasks/{task['id']}/complete", {"completed_at": "2030-01-01T00:00:00Z"})
    assert (late.status_code, late.json()["code"]) == (422, "completed_at_in_future")
    done = await ada.act("complete", task, {"completed_at": "2024-05-01T12:00:00+02:00"})
    assert done["task"]["completed_at"] == "2024-05-01T10:00:00Z"


async def test_a_patch_that_changes_nothing_makes_no_event(ada: Person, database: Database):
    task = await ada.create("Same", tags=["a"])
    answer = await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "Same", "tags": ["a"]})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert not database.events("task.updated")


async def test_a_patch_with_null_clears(ada: Person):
    task = await ada.create(due=DUE, start_date="2029-12-30")
    changed = (await ada.call("PATCH", f"/tasks/{task['id']}", {"due": None, "start_date": None})).json()
    assert (changed["due"], changed["due_at"], changed["start_date"]) == (None, None, None)


async def test_a_plain_task_begins_to_repeat(ada: Person, database: Database):
    task = await ada.create(due=DUE)
    changed = (await ada.call("PATCH", f"/tasks/{task['id']}", {"recurrence": DAILY})).json()
    assert changed["recurrence"]["rrule"] == "FREQ=DAILY"
    assert changed["occurrence_number"] == 1
    assert len(database.events("series.created")) == 1
    again = await ada.call("PATCH", f"/tasks/{task['id']}", {"recurrence": None})
    assert again.json()["code"] == "recurrence_of_series"


async def test_a_stale_etag_changes_nothing(ada: Person, database: Database):
    task = await ada.create("First")
    await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "Second"}, if_match='"1"')
    for method, path, body in (
        ("PATCH", "", {"title": "Third"}),
        ("POST", "/complete", None),
        ("DELETE", "", None),
    ):
        stale = await ada.call(method, f"/tasks/{task['id']}{path}", body, if_match='"1"')
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_etag")
    nonsense = await ada.call("DELETE", f"/tasks/{task['id']}", if_match='"abc"')
    assert nonsense.status_code == 412
    assert (await ada.read(task))["version"] == 2
    assert len(database.events("task.updated", "task.completed", "task.deleted")) == 1


async def test_an_idempotency_key_answers_the_same_and_acts_once(ada: Person, database: Database):
    answers = await asyncio.gather(
        *(ada.call("POST", "/tasks", {"title": "Once"}, idempotency_key="k-1") for _ in range(6))
    )
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert len({a.headers["location"] for a in answers}) == 1
    assert len(database.events("task.created")) == 1
    other = await ada.call("POST", "/tasks", {"title": "Other"}, idempotency_key="k-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_a_refused_act_leaves_its_key_free(ada: Person):
    task = await ada.create()
    path = f"/tasks/{task['id']}/complete"
    refused = await ada.call("POST", path, {"completed_at": "2999-01-01T00:00:00Z"}, idempotency_key="k-2")
    assert refused.status_code == 422
    assert (await ada.call("POST", path, {}, idempotency_key="k-2")).status_code == 200


async def test_the_same_key_of_two_people_is_two_keys(ada: Person, bob: Person):
    for person in (ada, bob):
        assert (await person.call("POST", "/tasks", {"title": "x"}, idempotency_key="same")).status_code == 201


async def test_deleting_twice_restoring_and_listing(ada: Person, database: Database):
    task = await ada.create()
    for _ in range(2):
        assert (await ada.call("DELETE", f"/tasks/{task['id']}")).json()["task"]["deleted_at"]
    assert await ada.listed() == []
    patch = await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "y"})
    assert (patch.status_code, patch.json()["code"]) == (409, "task_deleted")
    assert (await ada.act("restore", task))["task"]["deleted_at"] is None
    assert [t["id"] for t in await ada.listed()] == [task["id"]]
    again = await ada.call("POST", f"/tasks/{task['id']}/restore")
    assert again.json()["code"] == "task_not_deleted"
    assert len(database.events("task.deleted")) == 1


async def test_scope_this_skips_one_occurrence(ada: Person):
    task = await ada.create(due=DUE, recurrence=DAILY)
    answer = (await ada.call("DELETE", f"/tasks/{task['id']}?scope=this")).json()
    assert (answer["task"]["status"], answer["task"]["deleted_at"]) == ("skipped", None)
    series = (await ada.call("GET", f"/series/{task['series_id']}")).json()
    assert series["status"] == "active"


async def test_reopening_withdraws_an_untouched_successor(
    ada: Person, recurring: RecurringTaskService, database: Database
):
    first = (await ada.act("complete", await ada.create(due=DUE, recurrence=DAILY)))["task"]
    second = (await recurring.advance(ada, first, "2030-01-02")).json()["task_id"]
    await ada.act("reopen", first)
    assert [t["id"] for t in await ada.listed()] == [first["id"]]
    deleted, reopened = database.events("task.deleted", "task.reopened")
    assert (deleted["subject"], deleted["data"]["reason"]) == (second, "withdrawn")
    assert deleted["data"]["causation_id"] == reopened["id"]
    assert deleted["data"]["task_data"]["withdrawn_at"]
    restore = await ada.call("POST", f"/tasks/{second}/restore")
    assert restore.json()["code"] == "task_withdrawn"
    again = (await ada.act("complete", first))["task"]
    third = (await recurring.advance(ada, again, "2030-01-02")).json()
    assert third["outcome"] == "made"
    assert third["task_id"] != second


async def test_a_touched_successor_is_kept_or_withdrawn_by_word(ada: Person, recurring: RecurringTaskService):
    for choice, left in (("keep", 2), ("withdraw", 1)):
        first = (await ada.act("complete", await ada.create(choice, due=DUE, recurrence=DAILY)))["task"]
        second = (await recurring.advance(ada, first, "2030-01-02")).json()["task_id"]
        await ada.call("PATCH", f"/tasks/{second}", {"notes": "mine"})
        refused = await ada.call("POST", f"/tasks/{first['id']}/reopen", {})
        assert (refused.status_code, refused.json()["code"]) == (409, "successor_touched")
        await ada.act("reopen", first, {"successor": choice})
        found = [t for t in await ada.listed() if t["title"] == choice]
        assert len(found) == left
        assert {t["status"] for t in found} == {"open"}
        kept = await ada.read(first)
        assert (kept["series_id"] is None) == (choice == "keep")


async def test_a_preview_says_dates_and_words_and_stores_nothing(ada: Person, database: Database):
    start = {"date": "2030-03-30", "time": "02:30", "time_zone": "Europe/Berlin"}
    answer = (await ada.call("POST", "/recurrence/preview", {"rrule": "FREQ=DAILY", "start": start, "count": 2})).json()
    assert [(o["date"], o["time"], o["at"]) for o in answer["occurrences"]] == [
        ("2030-03-30", "02:30:00", "2030-03-30T01:30:00Z"),
        ("2030-03-31", "03:30:00", "2030-03-31T01:30:00Z"),
    ]
    assert answer["text"] == "every day, at 02:30 Berlin time"
    refused = await ada.call("POST", "/recurrence/preview", {"rrule": "FREQ=NEVER", "start": start})
    assert (refused.status_code, refused.json()["code"]) == (422, "rule_frequency_unsupported")
    assert len(database.events()) == 1
