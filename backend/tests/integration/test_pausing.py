"""A series is paused, goes on, ends: by hand, by itself, and taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from actors import Database, Person, RecurringTaskService
from dapr_edge.service_tokens import HEADER
from series_acts import act_on, edit, series_of, undo

pytestmark = pytest.mark.integration
DAILY = {"rrule": "FREQ=DAILY"}
TODAY = dt.datetime.now(dt.UTC).date()


async def test_nothing_follows_while_a_series_is_paused(
    ada: Person, recurring: RecurringTaskService, database: Database
):
    task = await ada.create(due={"date": "2030-01-01"}, recurrence=DAILY)
    paused = await act_on(ada, "pause", task)
    assert (paused["series"]["status"], paused["series"]["version"], paused["task"]["id"]) == ("paused", 2, task["id"])
    assert (await act_on(ada, "pause", task))["undo"] is None, "twice is one pause"
    done = (await ada.act("complete", task))["task"]
    refused = await recurring.advance(ada, done, "2030-01-02", series_version=2)
    assert (refused.status_code, refused.json()["series"]["status"]) == (409, "paused")
    resumed = (await act_on(ada, "resume", task))["series"]
    assert (resumed["status"], resumed["version"], resumed["resume_on"]) == ("active", 3, None)
    assert resumed["resumed_at"] is not None
    assert (await recurring.advance(ada, done, "2030-01-02", series_version=3)).json()["outcome"] == "made"
    events = database.events("series.paused", "series.resumed")
    assert [(e["data"]["version"], e["data"]["title"]) for e in events] == [(2, task["title"]), (3, "")]
    assert events[0]["data"]["changes"]["status"] == {"before": "active", "after": "paused"}


async def test_paused_series_are_listed_with_their_newest_occurrence(ada: Person, bob: Person):
    tasks = [await ada.create(f"t{n}", due={"date": "2030-01-01"}, recurrence=DAILY) for n in range(4)]
    for task in tasks[:3]:
        await act_on(ada, "pause", task)
    await ada.act("complete", tasks[1])
    seen: list[tuple[str, str]] = []
    cursor = ""
    for _ in range(2):
        page = (await ada.call("GET", f"/series?status=paused&limit=2{cursor}")).json()
        seen += [(one["task"]["title"], one["task"]["status"]) for one in page["items"]]
        assert {one["series"]["status"] for one in page["items"]} == {"paused"}
        cursor = f"&cursor={page['next_cursor']}"
    assert (seen, page["next_cursor"]) == ([("t0", "open"), ("t1", "done"), ("t2", "open")], None)
    assert (await bob.call("GET", "/series?status=paused")).json()["items"] == []
    assert (await ada.call("GET", "/series")).status_code == 422


async def test_pause_resume_and_end_are_undone(ada: Person, database: Database):
    task = await ada.create(due={"date": "2030-01-01"}, recurrence=DAILY)
    later = str(TODAY + dt.timedelta(days=9))
    for verb, body, before, after in (
        ("pause", {"resume_on": later}, "active", "paused"),
        ("resume", None, "paused", "active"),
        ("end", None, "active", "ended"),
    ):
        if verb == "resume":
            await act_on(ada, "pause", task, {"resume_on": later})
        done = await act_on(ada, verb, task, body)
        assert done["series"]["status"] == after
        undone = await undo(ada, done["undo"])
        assert [s["status"] for s in undone["series"]] == [before]
        found = await series_of(ada, task)
        assert (found["status"], found["end_reason"]) == (before, None)
        assert found["resume_on"] == (later if before == "paused" else None)
        if verb == "resume":
            await act_on(ada, "resume", task)
    assert [e["type"].split(".")[2] for e in database.events() if ".series." in e["type"]] == [
        "created", "paused", "resumed", "paused", "resumed", "paused", "resumed", "ended", "resumed",
    ]  # fmt: skip


async def test_what_has_ended_is_neither_paused_nor_changed(ada: Person):
    task = await ada.create(due={"date": "2030-01-01"}, recurrence=DAILY)
    ended = (await act_on(ada, "end", task))["series"]
    assert (ended["status"], ended["end_reason"]) == ("ended", "by_hand")
    assert (await act_on(ada, "end", task))["undo"] is None
    assert (await ada.read(task))["status"] == "open", "the last one stays"
    for verb in ("pause", "resume"):
        assert (await act_on(ada, verb, task, status=409))["code"] == "series_ended"
    for scope in ("all", "following"):
        assert (await edit(ada, task, 409, scope=scope, missed="each"))["code"] == "series_ended"
    assert (await edit(ada, task, 409, scope="this", date="2030-02-01"))["code"] == "series_ended"


async def test_a_stale_version_changes_nothing(ada: Person):
    task = await ada.create(due={"date": "2030-01-01"}, recurrence=DAILY)
    for method, path, body in (("POST", "/pause", {}), ("POST", "/end", {}), ("PATCH", "", {"missed": "each"})):
        answer = await ada.call(method, f"/series/{task['series_id']}{path}", body, if_match='"2"')
        assert (answer.status_code, answer.json()["code"]) == (412, "stale_etag")
    assert (await series_of(ada, task))["version"] == 1


async def test_a_paused_series_goes_on_by_itself_on_its_day(
    ada: Person, recurring: RecurringTaskService, database: Database
):
    task = await ada.create(due={"date": "2030-01-01"}, recurrence=DAILY)
    assert (await act_on(ada, "pause", task, {"resume_on": str(TODAY)}, 422))["code"] == "resume_on_passed"
    await act_on(ada, "pause", task, {"resume_on": str(TODAY + dt.timedelta(days=3))})

    async def ask(version: int) -> Any:
        path = f"/internal/users/{ada.id}/series/{task['series_id']}/resume"
        token = recurring.tokens.mint("todo-backend", ada.id)
        return await recurring.inner.post(path, json={"series_version": version}, headers={HEADER: token})

    early = await ask(2)
    assert (early.status_code, early.json()["series"]["version"]) == (409, 2)
    database.rows("UPDATE tasks.series SET resume_on = %s", TODAY - dt.timedelta(days=1))
    assert (await ask(1)).status_code == 409
    assert (await ask(2)).json() == {"outcome": "resumed"}
    assert (await ask(2)).json() == {"outcome": "already"}
    [event] = database.events("series.resumed")
    assert (event["data"]["actor"]["id"], event["data"]["reason"]) == ("recurring-task-service", "resume_on")
    stranger = await recurring.inner.post(f"/internal/users/{ada.id}/series/{task['series_id']}/resume", json={})
    assert stranger.status_code == 401
