"""Undo over REST: field by field, once, for its user, and never over what was changed since."""

from __future__ import annotations

from typing import Any

import pytest
from actors import Database, Person, RecurringTaskService

pytestmark = pytest.mark.integration
DAILY = {"rrule": "FREQ=DAILY"}
DUE = {"date": "2030-01-01"}


@pytest.mark.parametrize(
    ("act", "seen"),
    [
        ({"title": "After"}, "title"),
        ({"tags": ["b"], "due": {"date": "2031-01-01", "time": "10:00"}}, "due"),
        ({"subtasks": [{"title": "x", "done": True}], "reminders": [{"minutes_before": 5}]}, "subtasks"),
    ],
)
async def test_undo_of_a_patch_brings_every_field_back(ada: Person, act: dict[str, Any], seen: str):
    before = await ada.create("Before", tags=["a"], due=DUE)
    patched = await ada.call("PATCH", f"/tasks/{before['id']}", act)
    handle = patched.headers["undo-handle"]
    assert (await ada.call("POST", f"/undo/{handle}")).status_code == 200
    after = await ada.read(before)
    ignored = {"version": 0, "updated_at": ""}
    assert after | ignored == before | ignored
    assert after["version"] == 3
    twice = await ada.call("POST", f"/undo/{handle}")
    assert (twice.status_code, twice.json()["code"]) == (409, "undone_already")


async def test_undo_is_refused_where_the_value_has_moved_on(ada: Person):
    task = await ada.create("One")
    handle = (await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "Two"})).headers["undo-handle"]
    await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "Three"})
    answer = await ada.call("POST", f"/undo/{handle}")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "undo_conflict", "title")
    notes = (await ada.call("PATCH", f"/tasks/{task['id']}", {"notes": "n"})).headers["undo-handle"]
    await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "Four"})
    assert (await ada.call("POST", f"/undo/{notes}")).status_code == 200, "another field may change meanwhile"
    assert (await ada.read(task))["title"] == "Four"


async def test_undo_of_complete_delete_create_and_reopen(ada: Person, recurring: RecurringTaskService):
    task = await ada.create(due=DUE, recurrence=DAILY)
    done = await ada.act("complete", task)
    second = (await recurring.advance(ada, done["task"], "2030-01-02")).json()["task_id"]
    assert (await ada.call("POST", f"/undo/{done['undo']}")).status_code == 200
    assert [(t["id"], t["status"]) for t in await ada.listed()] == [(task["id"], "open")]
    done = await ada.act("complete", await ada.read(task))
    second = (await recurring.advance(ada, done["task"], "2030-01-02")).json()["task_id"]
    reopened = await ada.act("reopen", task)
    assert (await ada.call("POST", f"/undo/{reopened['undo']}")).status_code == 200
    assert {t["id"]: t["status"] for t in await ada.listed()} == {task["id"]: "done", second: "open"}
    deleted = (await ada.call("DELETE", f"/tasks/{second}")).json()
    assert (await ada.call("POST", f"/undo/{deleted['undo']}")).status_code == 200
    assert (await ada.call("GET", f"/series/{task['series_id']}")).json()["status"] == "active"
    created = await ada.call("POST", "/tasks", {"title": "Oops"})
    assert (await ada.call("POST", f"/undo/{created.headers['undo-handle']}")).status_code == 200
    assert "Oops" not in [t["title"] for t in await ada.listed()]


async def test_an_undo_handle_is_its_users_alone_and_expires(ada: Person, bob: Person, database: Database):
    task = await ada.create("One")
    handle = (await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "Two"})).headers["undo-handle"]
    assert (await bob.call("POST", f"/undo/{handle}")).json()["code"] == "undo_not_found"
    database.rows("UPDATE tasks.acts SET expires_at = now() - interval '1 second'")
    assert (await ada.call("POST", f"/undo/{handle}")).json()["code"] == "undo_not_found"


async def test_undo_opens_no_task_that_was_deleted_meanwhile(ada: Person):
    task = await ada.create(due=DUE, recurrence=DAILY)
    done = await ada.act("complete", task)
    await ada.call("DELETE", f"/tasks/{task['id']}")
    answer = await ada.call("POST", f"/undo/{done['undo']}")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "undo_conflict", "deleted_at")
    assert (await ada.read(task))["status"] == "done", "open and deleted, its series would wait for it for ever"


async def test_undo_brings_nothing_back_that_was_withdrawn(ada: Person, recurring: RecurringTaskService):
    task = await ada.create(due=DUE, recurrence=DAILY)
    done = await ada.act("complete", task)
    second = (await recurring.advance(ada, done["task"], "2030-01-02")).json()["task_id"]
    deleted = (await ada.call("DELETE", f"/tasks/{second}")).json()
    await ada.act("reopen", task, {"successor": "withdraw"})
    answer = await ada.call("POST", f"/undo/{deleted['undo']}")
    assert (answer.status_code, answer.json()["field"]) == (409, "withdrawn_at")


async def test_undo_lets_no_series_go_on_whose_last_task_lies_deleted(ada: Person):
    task = await ada.create(due=DUE, recurrence=DAILY)
    ended = (await ada.call("POST", f"/series/{task['series_id']}/end")).json()
    await ada.call("DELETE", f"/tasks/{task['id']}")
    answer = await ada.call("POST", f"/undo/{ended['undo']}")
    assert (answer.status_code, answer.json()["code"], answer.json()["task_id"]) == (409, "undo_conflict", task["id"])
    await ada.act("restore", task)
    assert (await ada.call("POST", f"/undo/{ended['undo']}")).status_code == 200
    assert (await ada.call("GET", f"/series/{task['series_id']}")).json()["status"] == "active"


async def test_a_deletion_that_undo_made_again_still_knows_that_its_series_was_paused(ada: Person):
    task = await ada.create(due=DUE, recurrence=DAILY)
    await ada.call("POST", f"/series/{task['series_id']}/pause")
    await ada.call("DELETE", f"/tasks/{task['id']}")
    restored = await ada.act("restore", task)
    assert (await ada.call("POST", f"/undo/{restored['undo']}")).status_code == 200
    await ada.act("restore", task)
    assert (await ada.call("GET", f"/series/{task['series_id']}")).json()["status"] == "paused"


async def test_an_act_from_before_there_were_holidays_can_be_undone(ada: Person, database: Database):
    task = await ada.create(due=DUE, recurrence=DAILY)
    edited = (await ada.call("PATCH", f"/series/{task['series_id']}", {"rrule": "FREQ=WEEKLY"})).json()
    database.rows("UPDATE tasks.acts SET writes = replace(writes::text, %s, '')::jsonb", ', "on_holiday": "ignore"')
    [act] = database.rows("SELECT writes::text AS told FROM tasks.acts WHERE id = %s", edited["undo"])
    assert "FREQ=WEEKLY" in act["told"]
    assert "on_holiday" not in act["told"]
    assert (await ada.call("POST", f"/undo/{edited['undo']}")).status_code == 200
    series = (await ada.call("GET", f"/series/{task['series_id']}")).json()
    assert series["recurrence"] == {**DAILY, "anchor": "schedule", "missed": "next", "trigger": "on_completion",
                                    "exdates": [], "rdates": [], "on_holiday": "ignore"}  # fmt: skip
