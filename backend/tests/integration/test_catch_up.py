"""Skipping all that was missed, and postponing to the next date of the rule; each with its undo."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from actors import Database, Person, RecurringTaskService

pytestmark = pytest.mark.integration
TODAY = dt.datetime.now(dt.UTC).date()


def _day(days: int) -> str:
    return (TODAY + dt.timedelta(days=days)).isoformat()


async def _daily(
    person: Person, days: int, rule: str = "FREQ=DAILY", start_date: str | None = None, **how: Any
) -> dict[str, Any]:
    due = {"date": _day(days), "time_zone": "UTC"}
    recurrence, checklist = {"rrule": rule, **how}, [{"title": "Fill the can", "done": True}]
    return await person.create(due=due, recurrence=recurrence, subtasks=checklist, start_date=start_date)


@pytest.fixture
async def zoe(api: Any) -> Person:
    return await Person.sign_up(api, "zoe@example.com", "UTC")


async def test_a_backlog_is_skipped_at_once_and_the_next_is_to_come(zoe: Person, database: Database) -> None:
    task = await _daily(zoe, -30, missed="each")
    answer = (await zoe.call("POST", f"/series/{task['series_id']}/skip-missed")).json()
    assert (await zoe.read(task))["status"] == "skipped"
    made = answer["task"]
    assert (made["due"]["date"], made["occurrence_number"], made["predecessor_id"]) == (_day(1), 32, task["id"])
    assert not made["subtasks"][0]["done"]
    assert answer["series"]["passed_over"] == 30
    kinds = [event["type"] for event in database.events()][-2:]
    assert kinds == ["todo.task.skipped.v1", "todo.task.created.v1"]

    assert (await zoe.call("POST", f"/series/{task['series_id']}/skip-missed")).json()["undo"] is None, "twice is once"
    assert (await zoe.call("POST", f"/undo/{answer['undo']}")).status_code == 200
    assert [(t["id"], t["status"]) for t in await zoe.listed()] == [(task["id"], "open")]


async def test_what_the_service_asks_meanwhile_finds_it_made(zoe: Person, recurring: RecurringTaskService) -> None:
    task = await _daily(zoe, -3, missed="each")
    made = (await zoe.call("POST", f"/series/{task['series_id']}/skip-missed")).json()["task"]
    answer = await recurring.advance(zoe, await zoe.read(task), _day(-2))
    assert answer.json() == {"outcome": "already", "task_id": made["id"]}


async def test_a_backlog_without_a_date_to_come_ends_its_series(zoe: Person) -> None:
    task = await _daily(zoe, -9, "FREQ=DAILY;COUNT=5", missed="each")
    series = (await zoe.call("POST", f"/series/{task['series_id']}/skip-missed")).json()["series"]
    assert (series["status"], series["end_reason"]) == ("ended", "count")


async def test_every_open_one_of_a_backlog_is_skipped(zoe: Person, recurring: RecurringTaskService) -> None:
    task = await _daily(zoe, -3, missed="each", trigger="on_schedule")
    second = (await recurring.advance(zoe, task, _day(-2))).json()["task_id"]
    answer = (await zoe.call("POST", f"/series/{task['series_id']}/skip-missed")).json()
    assert {t["id"]: t["status"] for t in await zoe.listed()} == {
        task["id"]: "skipped", second: "skipped", answer["task"]["id"]: "open",
    }  # fmt: skip
    assert answer["task"]["due"]["date"] == _day(1)


@pytest.fixture
async def ahead(zoe: Person, recurring: RecurringTaskService) -> dict[str, Any]:
    """One of yesterday that is still open, while those of today and tomorrow are done already."""
    task = await _daily(zoe, -1, missed="each", trigger="on_schedule", start_date=_day(-2))
    today = (await recurring.advance(zoe, task, _day(0))).json()["task_id"]
    tomorrow = (await recurring.advance(zoe, await zoe.read({"id": today}), _day(1))).json()["task_id"]
    for done in (tomorrow, today):
        await zoe.act("complete", {"id": done})
    return task


async def _keys(person: Person) -> list[str]:
    return sorted(t["occurrence_key"] for t in await person.listed())


async def test_what_was_done_ahead_is_not_made_again(zoe: Person, ahead: dict[str, Any]) -> None:
    answer = await zoe.call("POST", f"/series/{ahead['series_id']}/skip-missed")
    assert answer.status_code == 200, answer.text
    assert (await zoe.read(ahead))["status"] == "skipped"
    assert await _keys(zoe) == [_day(n) for n in (-1, 0, 1, 2)]


async def test_nothing_is_postponed_to_a_date_that_was_done_ahead(zoe: Person, ahead: dict[str, Any]) -> None:
    moved = await zoe.act("postpone", ahead, {"to": "next_date"})
    assert moved["task"]["occurrence_key"] == _day(2)


async def test_no_edit_moves_one_onto_a_date_that_was_done_ahead(zoe: Person, ahead: dict[str, Any]) -> None:
    rule = f"FREQ=WEEKLY;BYDAY={TODAY:%a}"[:-1].upper()
    answer = await zoe.call("PATCH", f"/series/{ahead['series_id']}", {"scope": "all", "rrule": rule})
    assert answer.status_code == 200, answer.text
    assert await _keys(zoe) == [_day(n) for n in (-1, 0, 1)]


async def test_what_is_paused_or_not_overdue_is_left_alone(zoe: Person) -> None:
    task = await _daily(zoe, 3)
    path = f"/series/{task['series_id']}"
    assert (await zoe.call("POST", f"{path}/skip-missed")).json()["undo"] is None
    await zoe.call("POST", f"{path}/pause")
    answer = await zoe.call("POST", f"{path}/skip-missed")
    assert (answer.status_code, answer.json()["code"]) == (409, "series_paused")


async def test_postponed_to_the_next_date_it_takes_that_place(zoe: Person, recurring: RecurringTaskService) -> None:
    task = await _daily(zoe, 2, "FREQ=DAILY;INTERVAL=7", missed="each")
    moved = await zoe.act("postpone", task, {"to": "next_date"})
    shown = moved["task"]
    assert (shown["due"]["date"], shown["occurrence_key"], shown["occurrence_number"]) == (_day(9), _day(9), 2)
    assert shown["subtasks"][0]["done"], "it is the same task"
    done = await zoe.act("complete", shown)
    answer = await recurring.advance(zoe, done["task"], _day(9))
    assert answer.json()["code"] == "advance_invalid", "that date has had its task"

    assert (await zoe.call("POST", f"/undo/{done['undo']}")).status_code == 200
    assert (await zoe.call("POST", f"/undo/{moved['undo']}")).status_code == 200
    assert (await zoe.read(task))["occurrence_key"] == _day(2)


async def test_an_overdue_one_is_postponed_past_all_that_is_over(zoe: Person) -> None:
    task = await _daily(zoe, -20, "FREQ=DAILY;INTERVAL=3")
    shown = (await zoe.act("postpone", task, {"to": "next_date"}))["task"]
    assert (shown["due"]["date"], shown["occurrence_number"]) == (_day(1), 8)


@pytest.mark.parametrize(
    ("rule", "body", "expected"),
    [
        ("FREQ=DAILY;COUNT=1", {"to": "next_date"}, (409, "no_next_date")),
        (None, {"to": "next_date"}, (422, "task_does_not_repeat")),
        ("FREQ=DAILY", {}, (422, "invalid")),
        ("FREQ=DAILY", {"to": "next_date", "date": "2030-01-01"}, (422, "invalid")),
    ],
)
async def test_what_cannot_be_postponed_so_is_refused(
    zoe: Person, rule: str | None, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    task = await _daily(zoe, 1, rule) if rule else await zoe.create()
    answer = await zoe.call("POST", f"/tasks/{task['id']}/postpone", body)
    assert (answer.status_code, answer.json()["code"]) == expected
