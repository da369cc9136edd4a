"""Edits of a series: of all, of what follows, of one; each with its undo."""

from __future__ import annotations

import datetime as dt

import pytest
from actors import Database, Person, RecurringTaskService
from series_acts import edit, monthly, series_of, undo

pytestmark = pytest.mark.integration
DAILY = {"rrule": "FREQ=DAILY"}
TODAY = dt.datetime.now(dt.UTC).date()


async def test_changing_all_moves_the_open_one_to_the_new_rules_date(ada: Person, database: Database):
    task = await monthly(ada, start_date="2030-01-29", reminders=[{"at": "2030-01-30T08:00:00Z"}])
    changed = await edit(ada, task, rrule="FREQ=WEEKLY;BYDAY=FR", time="18:30", anchor="completion", missed="each")
    assert changed["series"]["version"] == 2
    moved = changed["task"]
    assert (moved["due"], moved["occurrence_key"]) == (
        {"date": "2030-02-01", "time": "18:30:00", "time_zone": "Europe/Berlin"}, "2030-02-01T18:30:00",
    )  # fmt: skip
    assert (moved["start_date"], moved["reminders"][0]["at"]) == ("2030-01-30", "2030-01-31T09:30:00Z")
    series, updated = database.events()[-2:]
    assert [e["type"] for e in (series, updated)] == ["todo.series.updated.v1", "todo.task.updated.v1"]
    assert (updated["data"]["causation_id"], updated["data"]["reason"]) == (series["id"], "series_changed")
    assert set(series["data"]["changes"]) == {"recurrence", "start"}
    assert database.rows("SELECT missed, trigger FROM tasks.tasks") == [{"missed": "each", "trigger": "on_completion"}]
    assert (await edit(ada, task, missed="each"))["undo"] is None
    await undo(ada, changed["undo"])
    back, before = await ada.read(task), dict(task)
    for shape in (back, before):
        del shape["version"], shape["updated_at"]
    assert back == before
    assert (await series_of(ada, task))["recurrence"] == task["recurrence"]
    assert database.rows("SELECT missed FROM tasks.tasks") == [{"missed": "next"}]


async def test_changing_all_leaves_a_postponed_one_where_it_is(ada: Person):
    task = await monthly(ada)
    await ada.act("postpone", task, {"date": "2030-02-02"})
    changed = await edit(ada, task, rrule="FREQ=WEEKLY;BYDAY=FR")
    assert (changed["task"]["due"]["date"], changed["task"]["occurrence_key"]) == ("2030-02-02", "2030-01-31T17:00:00")


async def test_a_policy_is_told_without_an_event_of_the_task(ada: Person, database: Database):
    task = await monthly(ada)
    await edit(ada, task, trigger="on_schedule")
    assert (await ada.read(task))["version"] == 1
    assert database.rows("SELECT trigger FROM tasks.tasks") == [{"trigger": "on_schedule"}]
    assert database.rows("SELECT count(DISTINCT change) AS n FROM (SELECT change FROM tasks.tasks UNION"
                         " SELECT change FROM tasks.series) AS c") == [{"n": 1}]  # fmt: skip


async def test_wrong_edits_are_refused_and_nothing_changes(ada: Person):
    task = await monthly(ada)
    for body, code in (
        ({"rrule": "FREQ=SOMETIMES"}, "rule_frequency_unsupported"),
        ({"rrule": "FREQ=DAILY;UNTIL=20200101"}, "rule_without_occurrence"),
        ({"exdates": ["soon"]}, "wall_time_malformed"),
        ({"trigger": "on_schedule", "anchor": "completion"}, "anchor_needs_on_completion"),
        ({"scope": "this", "rrule": "FREQ=DAILY", "date": "2030-01-01"}, "invalid"),
        ({"scope": "this"}, "invalid"),
        ({"scope": "all", "date": "2030-01-01"}, "invalid"),
        ({"time_zone": None}, "invalid"),
        ({"colour": "red"}, "unknown_field"),
    ):
        assert (await edit(ada, task, 422, **body))["code"] == code
    assert (await series_of(ada, task))["version"] == 1


async def test_following_begins_a_series_of_its_own(ada: Person, recurring: RecurringTaskService, database: Database):
    first = await ada.create(due={"date": "2030-01-01"}, recurrence={"rrule": "FREQ=DAILY;COUNT=5"})
    done = (await ada.act("complete", first))["task"]
    made = (await recurring.advance(ada, done, "2030-01-02")).json()["task_id"]
    split = await edit(ada, first, scope="following", time="08:00")
    new, task = split["series"], split["task"]
    assert (task["id"], task["series_id"], task["occurrence_number"]) == (made, new["id"], 1)
    assert (task["occurrence_key"], task["predecessor_id"]) == ("2030-01-02T08:00:00", None)
    assert (new["split_from"], new["status"], new["version"]) == (first["series_id"], "active", 1)
    assert (new["start"]["date"], new["recurrence"]["rrule"]) == ("2030-01-02", "FREQ=DAILY;COUNT=4")
    old = await series_of(ada, first)
    assert (old["status"], old["end_reason"]) == ("ended", "split")
    ended, created, updated = database.events()[-3:]
    assert [e["type"].removeprefix("todo.") for e in (ended, created, updated)] == [
        "series.ended.v1", "series.created.v1", "task.updated.v1",
    ]  # fmt: skip
    assert (
        len({r["stream_key"] for r in database.rows("SELECT stream_key FROM tasks.ledger WHERE topic = 'task-events'")})
        == 1
    )
    assert (await recurring.advance(ada, done, "2030-01-02")).json() == {"outcome": "ended"}
    next_day = {"occurrence_key": "2030-01-03T08:00:00", "date": "2030-01-03", "time": "08:00", "time_zone": None}
    finished = (await ada.act("complete", task))["task"]
    assert (await recurring.advance(ada, finished, None, next=next_day)).json()["outcome"] == "made"
    assert (await undo(ada, split["undo"], 409))["code"] == "undo_conflict"


async def test_a_split_is_undone(ada: Person, database: Database):
    task = await monthly(ada)
    split = await edit(ada, task, scope="following", rrule="FREQ=DAILY")
    await undo(ada, split["undo"])
    back = await ada.read(task)
    assert {k: back[k] for k in ("series_id", "occurrence_key", "due")} == {
        k: task[k] for k in ("series_id", "occurrence_key", "due")
    }
    assert [(await series_of(ada, t))["status"] for t in (task, split["task"])] == ["active", "ended"]


async def test_without_an_open_occurrence_there_is_nothing_to_split_or_postpone(ada: Person):
    task = await monthly(ada)
    await ada.act("complete", task)
    for body in ({"scope": "following", "missed": "each"}, {"scope": "this", "date": "2030-03-01"}):
        assert (await edit(ada, task, 409, **body))["code"] == "no_open_occurrence"
    assert (await edit(ada, task, missed="each"))["task"] is None


async def test_postponing_moves_one_and_keeps_its_place_on_the_grid(
    ada: Person, recurring: RecurringTaskService, database: Database
):
    task = await monthly(
        ada, start_date="2030-01-30", reminders=[{"minutes_before": 30}, {"at": "2030-01-31T08:00:00Z"}]
    )
    moved = await ada.act("postpone", task, {"date": "2030-02-02"})
    found = moved["task"]
    assert found["due"] == {"date": "2030-02-02", "time": "17:00:00", "time_zone": "Europe/Berlin"}
    assert (found["start_date"], found["occurrence_key"]) == ("2030-02-01", task["occurrence_key"])
    assert found["reminders"][1]["at"] == "2030-02-02T08:00:00Z"
    [event] = database.events("task.postponed")
    assert set(event["data"]["changes"]) == {"due", "due_at", "start_date", "reminders"}
    assert (await ada.act("postpone", task, {"date": "2030-02-02"}))["undo"] is None
    done = (await ada.act("complete", task))["task"]
    next_month = {"occurrence_key": "2030-02-28T17:00:00", "date": "2030-02-28", "time": "17:00", "time_zone": None}
    made = (await recurring.advance(ada, done, None, next=next_month)).json()["task_id"]
    second = await ada.read({"id": made})
    assert (second["start_date"], second["reminders"][1]["at"]) == ("2030-02-27", "2030-02-28T08:00:00Z")
    touched = await edit(ada, task, scope="this", date="2030-03-01", time=None)
    assert (touched["task"]["due"]["date"], touched["task"]["due"]["time"]) == ("2030-03-01", None)
    refused = await ada.call("POST", f"/tasks/{task['id']}/reopen")
    assert (refused.status_code, refused.json()["code"]) == (409, "successor_touched")
    await undo(ada, touched["undo"])
    assert (await ada.read({"id": made}))["due"] == second["due"]
    assert (await ada.call("POST", f"/tasks/{task['id']}/postpone", {"date": "2030-04-01"})).status_code == 409


async def test_what_opened_by_schedule_is_not_taken_back_with_a_completion(
    ada: Person, recurring: RecurringTaskService
):
    task = await ada.create(due={"date": "2024-01-01"}, recurrence={**DAILY, "trigger": "on_schedule"})
    made = (await recurring.advance(ada, task, "2024-01-02")).json()["task_id"]
    reopened = (await ada.act("reopen", task))["task"]
    assert (reopened["status"], reopened["series_id"]) == ("open", None)
    assert (await ada.read({"id": made}))["status"] == "open"


async def test_with_each_several_are_open_and_cannot_become_one(ada: Person, recurring: RecurringTaskService):
    rule = {**DAILY, "trigger": "on_schedule", "missed": "each"}
    task = await ada.create(due={"date": "2024-01-01"}, recurrence=rule)
    await recurring.advance(ada, task, "2024-01-02")
    for body in ({"missed": "next"}, {"trigger": "on_completion"}, {"scope": "following", "missed": "each"}):
        assert (await edit(ada, task, 409, **body))["code"] == "occurrence_conflict"
    await ada.act("complete", task)
    assert (await ada.act("reopen", task))["task"]["series_id"] == task["series_id"]
    assert len(await ada.listed("?status=open")) == 2


async def test_nothing_is_missed_before_it_is_due(ada: Person, recurring: RecurringTaskService):
    """A next one that opens far ahead of its due waits until the one before is due."""
    ahead = str(TODAY + dt.timedelta(days=3))
    task = await ada.create(
        due={"date": ahead}, start_date="2024-01-01", recurrence={**DAILY, "trigger": "on_schedule"}
    )
    answer = await recurring.advance(ada, task, str(TODAY + dt.timedelta(days=4)))
    assert (answer.status_code, answer.json()["code"]) == (409, "superseded")
    done = (await ada.act("complete", task))["task"]
    assert (await recurring.advance(ada, done, str(TODAY + dt.timedelta(days=4)))).json()["outcome"] == "made"
