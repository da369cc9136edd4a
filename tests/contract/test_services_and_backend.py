"""What the backend writes the services understand, what they ask it grants: on events of the real producer."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests import evidence, invariants
from tests.contract.wiring import World

pytestmark = pytest.mark.integration
ZONE = "Europe/Berlin"


class Person:
    """Somebody who uses the REST door; each call returns (status, body)."""

    def __init__(self, world: World, session: dict[str, Any]) -> None:
        self._world, self._session = world, session
        self.path = f"/api/{session['user']['id']}"

    @classmethod
    async def sign_up(cls, world: World, name: str = "ada") -> Person:
        body = {"email": f"{name}@example.com", "password": "correct horse battery", "name": name, "time_zone": ZONE}
        answer = await world.api.post("/api/auth/sign-up", json=body)
        assert answer.status_code == 201, answer.text
        return cls(world, answer.json())

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {self._session['access_token']}"}
        answer = await self._world.api.request(method, f"{self.path}{path}", json=body, headers=headers)
        return answer.status_code, answer.json() if answer.content else None

    async def lives_in(self, country: str) -> None:
        headers = {"authorization": f"Bearer {self._session['access_token']}"}
        answer = await self._world.api.patch("/api/me", json={"country": country}, headers=headers)
        assert answer.status_code == 200, answer.text

    async def create(self, rrule: str, **fields: Any) -> dict[str, Any]:
        today = dt.datetime.now(dt.UTC).date().isoformat()
        rule = {name: fields.pop(name) for name in ("anchor", "missed", "trigger") if name in fields}
        body = {"title": "Water", "due": {"date": today}, "recurrence": {"rrule": rrule, **rule}, **fields}
        status, task = await self.call("POST", "/tasks", body)
        assert status == 201, task
        return task

    async def tasks(self) -> list[dict[str, Any]]:
        return (await self.call("GET", "/tasks?limit=200"))[1]["items"]


async def test_a_completion_has_one_successor_on_its_day_however_often_it_is_heard_of(world: World) -> None:
    person = await Person.sign_up(world)
    for rrule, due, expected in (
        ("FREQ=DAILY", {"date": "2031-05-01"}, "2031-05-02"),
        ("FREQ=WEEKLY;INTERVAL=2", {"date": "2031-05-01", "time": "17:00:00"}, "2031-05-15"),
        ("FREQ=MONTHLY", {"date": "2031-01-31"}, "2031-03-31"),
        ("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=31", {"date": "2031-01-31"}, "2031-02-28"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", {"date": "2031-05-30"}, "2031-06-30"),
        ("FREQ=HOURLY;INTERVAL=6", {"date": "2031-05-01", "time": "21:00:00"}, "2031-05-02T03:00:00"),
    ):
        task = await person.create(rrule, due=due)
        for _ in range(2):
            assert (await person.call("POST", f"/tasks/{task['id']}/complete"))[0] == 200
        await world.settle()
        await world.replay(random.Random(1))
        await world.settle()
        found = [one for one in await person.tasks() if one["series_id"] == task["series_id"]]
        [successor] = [one for one in found if one["status"] == "open"]
        assert len(found) == 2
        date, _, time = expected.partition("T")
        assert (successor["due"]["date"], successor["due"]["time"]) == (date, time or due.get("time"))
        assert successor["predecessor_id"] == task["id"]
    assert world.dead_letters() == []


async def test_the_last_of_a_rule_ends_its_series(world: World) -> None:
    person = await Person.sign_up(world)
    task = await person.create("FREQ=DAILY;COUNT=1")
    await person.call("POST", f"/tasks/{task['id']}/complete")
    await world.settle()
    series = (await person.call("GET", f"/series/{task['series_id']}"))[1]
    assert (series["status"], series["end_reason"]) == ("ended", "count")
    assert world.superuser.execute("SELECT * FROM recurring.wanted").fetchall() == []


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_people_do_and_however_it_is_heard_each_active_series_has_one_open_task(
    world: World, seed: int
) -> None:
    chosen = random.Random(seed)
    person = await Person.sign_up(world)
    for missed in ("next", "each"):
        await person.create(chosen.choice(["FREQ=DAILY", "FREQ=MONTHLY", "FREQ=WEEKLY;BYDAY=MO,FR"]), missed=missed)
    await person.create("FREQ=DAILY;INTERVAL=3", anchor="completion")
    for missed in ("next", "each"):
        await person.create("FREQ=DAILY", trigger="on_schedule", missed=missed, due=_days_ago(chosen.randint(0, 14)))
    handles: list[str] = []
    for _ in range(100):
        task = chosen.choice(await person.tasks() or [await person.create("FREQ=DAILY")])
        act = chosen.choice(
            ["complete"] * 5 + ["reopen", "skip", "delete", "restore", "rename", "postpone", "edit", "undo"]
            + ["pause", "resume", "resume", "end"]
        )  # fmt: skip
        if act == "delete":
            await person.call("DELETE", f"/tasks/{task['id']}?scope={chosen.choice(['this', 'this', 'series'])}")
        elif act == "rename":
            await person.call("PATCH", f"/tasks/{task['id']}", {"title": f"Water {chosen.random()}"})
        elif act == "undo":
            await person.call("POST", f"/undo/{handles.pop()}") if handles else None
        elif act in ("pause", "resume", "end", "edit"):
            await _act_on_series(person, task, act, chosen, handles)
        else:
            body = {"date": _days_ago(chosen.randint(-9, 9))["date"]} if act == "postpone" else None
            status, answer = await person.call("POST", f"/tasks/{task['id']}/{act}", body)
            assert status in (200, 409), answer
            handles += [answer["undo"]] if status == 200 and answer["undo"] else []
        chance = chosen.random()
        if chance < 0.1:
            await world.deliver_part(chosen)
        elif chance < 0.5:
            await world.deliver(chosen)
        elif chance < 0.55:
            await world.replay(chosen)
        if chosen.random() < 0.4:
            await world.advancer.drain()
    await world.settle()
    assert world.dead_letters() == []
    _assert_one_open_per_active_series(world)
    for (series_id,) in world.superuser.execute("SELECT id FROM tasks.series WHERE status = 'paused'").fetchall():
        assert (await person.call("POST", f"/series/{series_id}/resume"))[0] == 200
    await world.settle()
    _assert_one_open_per_active_series(world)
    before = world.domain()
    await world.replay(chosen)
    assert world.domain() == before
    assert evidence.wanted_count(world.superuser) == 0


async def test_by_schedule_what_was_missed_is_a_count_or_waits_its_turn(world: World) -> None:
    person = await Person.sign_up(world)
    begun = _days_ago(14)
    skipped = await person.create("FREQ=DAILY", trigger="on_schedule", due=begun)
    each = await person.create("FREQ=DAILY", trigger="on_schedule", missed="each", due=begun)
    await world.settle()

    async def occurrences(of: dict[str, Any]) -> list[dict[str, Any]]:
        found = [one for one in await person.tasks() if one["series_id"] == of["series_id"]]
        return sorted(found, key=lambda one: one["occurrence_number"])

    first, newest = await occurrences(skipped)
    assert (first["status"], newest["status"], newest["occurrence_number"]) == ("missed", "open", 15)
    assert newest["due"]["date"] == _days_ago(0)["date"]
    assert (await person.call("GET", f"/series/{skipped['series_id']}"))[1]["passed_over"] == 13
    assert [one["status"] for one in await occurrences(each)] == ["open"] * 10
    await person.call("POST", f"/tasks/{each['id']}/complete")
    await world.settle()
    assert [one["status"] for one in await occurrences(each)] == ["done"] + ["open"] * 10
    before = world.domain()
    await world.replay(random.Random(2))
    assert world.domain() == before


async def test_what_a_pause_passed_over_is_counted_once(world: World) -> None:
    person = await Person.sign_up(world)
    for missed, number in (("next", 6), ("each", 2)):
        task = await person.create("FREQ=DAILY", missed=missed, due=_days_ago(5))
        path = f"/series/{task['series_id']}"
        await person.call("POST", f"{path}/pause")
        at = f"{_days_ago(4)['date']}T00:30:00Z"
        assert (await person.call("POST", f"/tasks/{task['id']}/complete", {"completed_at": at}))[0] == 200
        await world.settle()
        assert len([t for t in await person.tasks() if t["series_id"] == task["series_id"]]) == 1
        await person.call("POST", f"{path}/resume")
        await world.settle()
        [opened] = [t for t in await person.tasks() if t["predecessor_id"] == task["id"]]
        assert opened["occurrence_number"] == number
        assert (await person.call("GET", path))[1]["passed_over"] == number - 2


async def test_the_audit_has_every_event_of_the_ledger_once_with_its_digest(world: World) -> None:
    person = await Person.sign_up(world)
    task = await person.create("FREQ=DAILY")
    await person.call("POST", f"/tasks/{task['id']}/complete")
    await world.settle()
    audited = "SELECT event_id, digest, type, user_id, version FROM audit.entries ORDER BY 1"
    ledger = "SELECT event_id, digest, type, user_id, version FROM tasks.ledger ORDER BY 1"
    found = world.superuser.execute(audited).fetchall()
    assert found == world.superuser.execute(ledger).fetchall()
    assert len(found) >= 4
    caused = world.superuser.execute(
        "SELECT c.type, s.actor_id, s.door FROM audit.entries s JOIN audit.entries c ON c.event_id = s.causation_id"
        " WHERE s.event_type = 'recurring_task_created'"
    ).fetchall()
    assert caused == [("todo.task.completed.v1", "recurring-task-service", "internal")]


def _assert_one_open_per_active_series(world: World) -> None:
    assert invariants.i2_every_series_goes_on_once(world.superuser) == []


async def _act_on_series(
    person: Person, task: dict[str, Any], act: str, chosen: random.Random, handles: list[str]
) -> None:
    if task["series_id"] is None or (act == "end" and chosen.random() < 0.7):
        return
    path = f"/series/{task['series_id']}"
    if act == "edit":
        body: dict[str, Any] = {"scope": chosen.choice(["all", "following"])}
        body |= chosen.choice([{"rrule": "FREQ=WEEKLY"}, {"rrule": "FREQ=DAILY"}, {"missed": "each"},
                               {"missed": "next"}, {"time": "08:15"}, {"time": None}])  # fmt: skip
        status, answer = await person.call("PATCH", path, body)
    else:
        status, answer = await person.call("POST", f"{path}/{act}")
    assert status in (200, 409), answer
    handles += [answer["undo"]] if status == 200 and answer["undo"] else []


def _days_ago(days: int) -> dict[str, str]:
    return {"date": (dt.datetime.now(ZoneInfo(ZONE)).date() - dt.timedelta(days=days)).isoformat()}
