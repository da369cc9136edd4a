"""What became of a series, what comes next, and what was done on each day; at the size of years."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from actors import Database, Person, RecurringTaskService
from local_runtime.testing import Postgres

pytestmark = pytest.mark.integration
NOW = dt.datetime.now(dt.UTC)
TODAY = NOW.astimezone(ZoneInfo("Europe/Berlin")).date()
"""Where ada is."""
DAILY = {"rrule": "FREQ=DAILY"}


async def _get(person: Person, path: str, status: int = 200) -> dict[str, Any]:
    answer = await person.call("GET", path)
    assert answer.status_code == status, answer.text
    return answer.json()


async def _history(ada: Person, recurring: RecurringTaskService, *acts: str) -> dict[str, Any]:
    """Let ada do a daily series, oldest first; return its open occurrence. All ends before today."""
    first = TODAY - dt.timedelta(days=len(acts))
    task = await ada.create(due={"date": str(first)}, recurrence={**DAILY, "missed": "each"})
    for number, act in enumerate(acts):
        day = first + dt.timedelta(days=number)
        at = f"{day + dt.timedelta(days=act == 'late')}T12:00:00Z"
        verb, body = ("skip", None) if act == "skip" else ("complete", {"completed_at": at})
        closed = (await ada.act(verb, task, body))["task"]
        made = await recurring.advance(ada, closed, str(day + dt.timedelta(days=1)))
        task = await ada.read({"id": made.json()["task_id"]})
    return task


async def test_a_series_shows_its_past_in_pages_and_its_streak(ada: Person, recurring: RecurringTaskService):
    task = await _history(ada, recurring, "skip", "done", "late", "done")
    path = f"/series/{task['series_id']}"
    newest = await _get(ada, f"{path}/past?limit=3")
    assert [item["mark"] for item in newest["items"]] == ["done", "late", "done"]
    assert newest["items"][0]["occurrence_key"] == str(TODAY - dt.timedelta(days=1))
    oldest = await _get(ada, f"{path}/past?limit=3&cursor={newest['next_cursor']}")
    assert ([item["mark"] for item in oldest["items"]], oldest["next_cursor"]) == (["skipped"], None)
    assert await _get(ada, f"{path}/streak") == {
        "current": 3, "longest": 3, "done": 2, "late": 1, "skipped": 1, "missed": 0,
    }  # fmt: skip
    for cursor in ("x", "WzFd", "bnVsbA"):
        assert (await _get(ada, f"{path}/past?cursor={cursor}", 422))["code"] == "cursor_invalid"


async def test_days_are_those_of_the_person_and_all_tasks_count(ada: Person, recurring: RecurringTaskService):
    task = await _history(ada, recurring, "skip", "late", "done")
    plain = await ada.create("Once")
    day = TODAY - dt.timedelta(days=1)
    await ada.act("complete", plain, {"completed_at": f"{day}T10:00:00Z"})
    away = f"?from={TODAY - dt.timedelta(days=5)}&to={TODAY}"
    quiet = {"done": 0, "late": 0, "skipped": 0, "missed": 0}
    of_series = await _get(ada, f"/series/{task['series_id']}/days{away}")
    assert of_series["days"] == [
        {**quiet, "date": str(TODAY - dt.timedelta(days=3)), "skipped": 1},
        {**quiet, "date": str(day), "done": 1, "late": 1},
    ]
    assert (await _get(ada, f"/days{away}"))["days"][-1] == {**quiet, "date": str(day), "done": 2, "late": 1}


async def test_a_day_begins_where_the_person_is(api: httpx.AsyncClient):
    tom = await Person.sign_up(api, "tom@example.com", "Pacific/Auckland")
    await tom.act("complete", await tom.create("Once"), {"completed_at": "2025-06-30T12:00:00Z"})
    found = await _get(tom, "/days?from=2025-06-30&to=2025-07-01")
    assert (found["time_zone"], [day["date"] for day in found["days"]]) == ("Pacific/Auckland", ["2025-07-01"])


async def test_what_cannot_be_asked_is_refused_with_a_code(ada: Person):
    none = "019a9c3e-0000-7000-8000-000000000000"
    for path in ("past", "streak", "next", "days?from=2025-01-01&to=2025-01-02"):
        assert (await _get(ada, f"/series/{none}/{path}", 404))["code"] == "series_not_found"
    assert (await _get(ada, "/days?from=2025-01-02&to=2025-01-01", 422))["code"] == "time_range_empty"
    assert (await _get(ada, "/days?from=2024-01-01&to=2024-12-31"))["days"] == []
    assert (await _get(ada, "/days?from=2024-01-01&to=2025-01-01", 422))["code"] == "date_range_too_long"


async def test_closing_answers_with_the_next_date(ada: Person, recurring: RecurringTaskService):
    due = {"date": "2030-01-31", "time": "17:00", "time_zone": "Europe/Berlin"}
    task = await ada.create(due=due, recurrence={"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2"})
    done = await ada.act("complete", task)
    assert done["next"] == {
        "date": "2030-02-28", "time": "17:00:00", "time_zone": "Europe/Berlin", "at": "2030-02-28T16:00:00Z",
    }  # fmt: skip
    assert (await ada.act("complete", task))["next"] == done["next"], "twice is one completion"
    following = {key: done["next"][key] for key in ("date", "time", "time_zone")}
    following["occurrence_key"] = "2030-02-28T17:00:00"
    made = await recurring.advance(ada, done["task"], "2030-02-28", next=following)
    last = await ada.read({"id": made.json()["task_id"]})
    assert (await ada.act("skip", last))["next"] is None, "that was the last one"
    assert (await ada.act("complete", await ada.create("Once")))["next"] is None


async def test_the_next_dates_of_a_series(ada: Person, recurring: RecurringTaskService):
    async def dates(task: dict[str, Any], count: int = 3) -> list[str]:
        found = await _get(ada, f"/series/{task['series_id']}/next?count={count}")
        return [one["date"] for one in found["occurrences"]]

    weekly = await ada.create(due={"date": "2030-01-01"}, recurrence={"rrule": "FREQ=WEEKLY;COUNT=3"})
    assert await dates(weekly, 5) == ["2030-01-01", "2030-01-08", "2030-01-15"]
    await ada.act("postpone", weekly, {"date": "2030-01-03"})
    assert await dates(weekly) == ["2030-01-03", "2030-01-08", "2030-01-15"]
    await ada.act("complete", weekly)
    assert await dates(weekly) == ["2030-01-08", "2030-01-15"]
    late = await ada.create(due={"date": str(TODAY - dt.timedelta(days=3))}, recurrence=DAILY)
    assert (await dates(late))[0] == str(TODAY - dt.timedelta(days=3))
    assert (await dates(late))[1] == str(TODAY + dt.timedelta(days=1))
    after = await ada.create(due={"date": "2030-01-01"}, recurrence={"rrule": "FREQ=DAILY", "anchor": "completion"})
    assert await dates(after) == ["2030-01-01"]
    await ada.call("POST", f"/series/{weekly['series_id']}/end")
    assert await dates(weekly) == []


COPIES = """
INSERT INTO tasks.tasks (user_id, id, stream_key, title, notes, status, priority, tags, due_date, due_zone, due_at,
  subtasks, reminders, series_id, occurrence_key, occurrence_number, passed_over, position, version, change, created_at,
  updated_at, completed_at)
SELECT user_id, gen_random_uuid(), stream_key, title, notes, 'done', priority, tags, due_date - n, due_zone,
  due_at - n * interval '1 day', subtasks, reminders, %(series)s, (due_date - n)::text, 20000 - n, 0, 0, 1, change,
  created_at, updated_at, due_at - n * interval '1 day' - interval '1 hour'
FROM tasks.tasks, generate_series(1, 10000) AS n WHERE id = %(task)s"""


async def test_ten_thousand_occurrences_are_read_by_index(ada: Person, migrated: Postgres, database: Database):
    task = await ada.create(due={"date": str(TODAY)}, recurrence=DAILY)
    with psycopg.connect(migrated.owner_url("tasks"), autocommit=True) as owner:
        owner.execute(COPIES, {"task": task["id"], "series": task["series_id"]})
        owner.execute("ANALYZE tasks.tasks")
    path = f"/series/{task['series_id']}"
    assert (await _get(ada, f"{path}/streak"))["current"] == 10_000
    page = await _get(ada, f"{path}/past?limit=200")
    further = await _get(ada, f"{path}/past?limit=200&cursor={page['next_cursor']}")
    assert page["items"][-1]["occurrence_number"] - 1 == further["items"][0]["occurrence_number"]
    year = await _get(ada, f"/days?from={TODAY - dt.timedelta(days=365)}&to={TODAY}")
    assert len(year["days"]) == 365
    from todo_backend.series import past_reading

    given = {"user_id": ada.id, "series_id": task["series_id"], "limit": 51, "number": 15_000, "id": task["id"]}
    after = "AND (occurrence_number, id) < (%(number)s, %(id)s)"
    begins = [NOW - dt.timedelta(days=n) for n in range(30, -1, -1)]
    days = {"begins": begins[:-1], "first": begins[0], "past": begins[-1], "from": begins[0].date(), "to": TODAY}
    statements = {
        "tasks_occurrences": (f"{past_reading._PAGE} {after} {past_reading._ORDER} LIMIT 51", given),
        "tasks_done": (past_reading._DAYS.format(series=""), {**given, **days}),
    }
    with psycopg.connect(migrated.owner_url("tasks")) as owner:
        for index, (statement, parameters) in statements.items():
            found = owner.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).fetchone()
            plan = json.dumps(found)
            assert index in plan, plan
            assert "Seq Scan" not in plan
            assert "Sort Key" not in plan or index != "tasks_occurrences", plan
