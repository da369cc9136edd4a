"""Every tool once, as a stranger's client calls it: what it gives is as its schema says, the tasks are as it says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from actors import Person
from mcp import Client
from strangers import done, refused, stranger
from todo_backend.bootstrap import Backend
from todo_backend.doors.tools.registry import TOOLS

pytestmark = pytest.mark.integration
ELSEWHERE = {
    "history_of_task", "what_was_done", "why_it_happened", "list_notifications", "mark_notifications_read",
    "snooze_reminder", "get_preferences", "change_preferences", "reminders_of_task",
}  # fmt: skip
"""What asks another service: `tests/end_to_end/test_mcp.py` calls these."""


class Calls:
    """A client that remembers which tools it has called."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.called: set[str] = set()

    async def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        self.called.add(tool)
        return await done(self.client, tool, **arguments)


async def test_every_tool_does_what_it_says(backend: Backend, ada: Person) -> None:
    async with stranger(backend.open_app, ada.session["access_token"]) as client:
        call = Calls(client)
        await tasks_and_lists(call, ada)
        await series(call, ada)

    assert {tool.name for tool in TOOLS} - call.called - ELSEWHERE == set()


async def tasks_and_lists(call: Calls, ada: Person) -> None:
    today = (await call("get_profile"))["today"]
    await call("make_list", name="Household")
    await call("rename_list", list_name="household", name="Home")
    task = await call(
        "add_task",
        title="Wash up",
        list_name="Home",
        due_date=today,
        due_time="23:59",
        remind_minutes_before=[10],
        subtasks=["Plates", "Cups"],
        tags=["kitchen"],
    )
    named = task["task"]["id"]
    assert [s["title"] for s in task["task"]["subtasks"]] == ["Plates", "Cups"]
    of_line = await call("add_task", line="call Ada tomorrow at 9:00 !high #friends", notes="about the trip")
    assert (of_line["task"]["title"], of_line["task"]["priority"]) == ("call Ada", "high")
    assert (of_line["task"]["tags"], of_line["task"]["notes"]) == (["friends"], "about the trip")
    assert [t["id"] for t in (await call("list_tasks", view="today"))["tasks"]] == [named]
    assert len((await call("list_tasks", view="upcoming"))["tasks"]) == 2
    assert (await call("list_tasks", list_name="none"))["tasks"][0]["title"] == "call Ada"
    page = await call("list_tasks", limit=1)
    assert (await call("list_tasks", limit=1, cursor=page["next_cursor"]))["next_cursor"] is None
    assert (await call("search_tasks", words="wash"))["tasks"][0]["id"] == named
    assert (await call("get_task", task="wash up"))["list_id"] is not None

    assert (await call("remind_task", task="wash up", minutes_before=5))["task"]["reminders"][1]["minutes_before"] == 5
    changed = await call("change_task", task=named, title="Wash the dishes", priority="urgent", clear=["reminders"])
    assert (changed["task"]["priority"], changed["task"]["reminders"]) == ("urgent", [])
    again = await call("change_task", task=named, title="Wash the dishes")
    assert (again["undo"], "already" in again["said"]) == (None, True)
    for _ in range(2):
        moved = await call("move_task", task=named, days_later=2)
    in_four_days = dt.date.fromisoformat(today) + dt.timedelta(days=4)
    assert (moved["task"]["due"]["date"], moved["task"]["due"]["time"]) == (in_four_days.isoformat(), "23:59:00")
    assert (await call("move_task", task=named, date="2030-01-01", whole_day=True))["task"]["due"]["time"] is None
    assert (await call("move_to_list", task=named, list_name=None))["task"]["list_id"] is None
    assert (await call("skip_task", task=named))["task"]["status"] == "skipped"
    assert (await call("reopen_task", task=named))["task"]["status"] == "open"
    assert (await call("complete_task", task=named))["task"]["status"] == "done"
    asked = await call("delete_task", task=named)
    ended = await call("delete_task", task=named, confirm=asked["confirm"])
    assert (await call("restore_task", task=named))["task"]["deleted_at"] is None
    assert (await refused(call.client, "undo", handle=ended["undo"]))["code"] == "undo_conflict"
    asked = await call("delete_list", list_name="Home")
    await call("delete_list", list_name="Home", confirm=asked["confirm"])
    assert len((await call("list_lists", deleted=True))["lists"]) == 1
    restored = await call("restore_list", list_name="home")
    assert (await call("undo", handle=restored["undo"]))["lists"][0]["deleted_at"] is not None
    days = await call("count_by_day", first=today, last=today)
    assert [day["done"] + day["late"] for day in days["days"]] == [1]
    assert (await ada.read(task["task"]))["status"] == "done"


async def series(call: Calls, ada: Person) -> None:
    previewed = await call(
        "preview_recurrence", rrule="FREQ=WEEKLY", start={"date": "2030-01-07", "time_zone": "Europe/Berlin"}, count=2
    )
    assert [d["date"] for d in previewed["dates"]] == ["2030-01-07", "2030-01-14"]
    await call("add_task", title="Stretch", due_date="2030-01-07", due_time="08:00")
    repeats = await call("repeat_task", task="stretch", words="every monday")
    assert repeats["task"]["recurrence"]["rrule"] == "FREQ=WEEKLY;BYDAY=MO"
    assert "every" in repeats["task"]["repeats"]
    found = await call("get_series", task="stretch")
    assert (found["status"], found["next"][0]["date"], found["streak"]["done"]) == ("active", "2030-01-07", 0)
    later = await call("postpone_to_next_date", task="stretch")
    assert later["task"]["due"]["date"] == "2030-01-14"
    changed = await call("change_series", task=found["id"], change={"scope": "all", "time": "09:30"})
    assert changed["undo"] is not None
    this = await call("change_series", task="stretch", change={"scope": "this", "date": "2030-01-16"})
    assert this["task"]["due"]["date"] == "2030-01-16"
    split = await call("change_series", task="stretch", change={"scope": "following", "rrule": "FREQ=DAILY"})
    assert split["task"]["recurrence"]["rrule"] == "FREQ=DAILY"
    assert split["task"]["series_id"] != found["id"] == this["task"]["series_id"]
    assert (await call("pause_series", task="stretch", resume_on="2030-06-01"))["undo"] is not None
    assert [t["title"] for t in (await call("list_paused"))["paused"]] == ["Stretch"]
    assert (await call("resume_series", task="stretch"))["undo"] is not None
    yesterday = (dt.datetime.now(dt.UTC) - dt.timedelta(days=3)).date().isoformat()
    await call("add_task", title="Take vitamins", due_date=yesterday, rrule="FREQ=DAILY")
    assert (await call("skip_missed", task="take vitamins"))["undo"] is not None
    assert (await call("end_series", task="stretch"))["said"].endswith("repeats no more.")
    assert (await call("get_series", task="stretch"))["status"] == "ended"
    assert (await refused(call.client, "resume_series", task="stretch"))["code"] == "series_ended"
    assert (await refused(call.client, "repeat_task", task="call ada", words="now and then"))["code"] == (
        "recurrence_not_understood"
    )
    assert [t["title"] for t in await ada.listed("?status=open&has_recurrence=false")] == ["call Ada"]
