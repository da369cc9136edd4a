"""Lists: made, named, deleted and restored, each with its undo and its event; tasks and series move between them."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from actors import Database, Person, RecurringTaskService
from todo_backend.lists import domain
from todo_backend.lists.use_cases import checks

pytestmark = pytest.mark.integration
DAILY = {"rrule": "FREQ=DAILY"}


async def make(person: Person, name: str, status: int = 201, **more: Any) -> dict[str, Any]:
    answer = await person.call("POST", "/lists", {"name": name, **more})
    assert answer.status_code == status, answer.text
    return answer.json()


async def names(person: Person, query: str = "") -> list[str]:
    return [one["name"] for one in (await person.call("GET", f"/lists{query}")).json()["items"]]


async def titles(person: Person, list_id: str) -> set[str]:
    return {task["title"] for task in await person.listed(f"?list_id={list_id}")}


async def undo(person: Person, handle: str, status: int = 200) -> dict[str, Any]:
    answer = await person.call("POST", f"/undo/{handle}", {})
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_list_is_made_renamed_moved_deleted_and_restored(ada: Person, database: Database):
    made = await ada.call("POST", "/lists", {"name": "  Flat "})
    flat = made.json()
    path = f"/lists/{flat['id']}"
    assert (flat["name"], made.headers["etag"]) == ("Flat", '"1"')
    assert made.headers["location"] == f"{ada.path}{path}"
    await make(ada, "Garden")
    assert await names(ada) == ["Flat", "Garden"], "new ones come last"

    renamed = await ada.call("PATCH", path, {"name": "Household", "position": 9e12})
    assert (renamed.json()["name"], renamed.headers["etag"]) == ("Household", '"2"')
    assert await names(ada) == ["Garden", "Household"]
    again = await ada.call("PATCH", path, {"name": "Household"})
    assert (again.headers["etag"], "undo-handle" in again.headers) == ('"2"', False), "nothing was changed"

    deleted = (await ada.call("DELETE", path)).json()
    assert deleted["list"]["deleted_at"]
    assert (await names(ada), await names(ada, "?deleted=true")) == (["Garden"], ["Household"])
    assert (await ada.call("DELETE", path)).json()["undo"] is None, "twice is one deletion"
    assert (await ada.call("PATCH", path, {"name": "x"})).json()["code"] == "list_deleted"
    assert (await ada.call("GET", path)).json()["deleted_at"], "a deleted one can be read"
    restored = (await ada.call("POST", f"{path}/restore")).json()
    assert (restored["list"]["deleted_at"], restored["list"]["version"]) == (None, 4)
    assert (await ada.call("POST", f"{path}/restore")).json()["code"] == "list_not_deleted"

    events = [e for e in database.events() if e["subject"] == flat["id"]]
    assert [e["data"]["event_type"] for e in events] == [
        "list_created",
        "list_updated",
        "list_deleted",
        "list_restored",
    ]
    assert [e["data"]["version"] for e in events] == [1, 2, 3, 4]
    assert events[1]["data"]["changes"]["name"] == {"before": "Flat", "after": "Household"}
    assert events[2]["data"]["list_data"]["name"] == "Household"
    [key] = {
        r["stream_key"]
        for r in database.rows("SELECT stream_key FROM tasks.ledger WHERE aggregate_id = %s", flat["id"])
    }
    assert key == flat["id"], "its events lie in one partition, in order"


async def test_deleting_a_list_loses_nothing_of_its_tasks(ada: Person, recurring: RecurringTaskService):
    flat = await make(ada, "Flat")
    once = await ada.create("Paint", list_id=flat["id"])
    rent = await ada.create("Rent", list_id=flat["id"], due={"date": "2030-01-01"}, recurrence=DAILY)
    await ada.create("Elsewhere")
    handle = (await ada.call("DELETE", f"/lists/{flat['id']}")).json()["undo"]

    assert (await ada.read(once))["version"] == 1, "its tasks are not touched"
    assert await titles(ada, "none") == {"Paint", "Rent", "Elsewhere"}
    done = (await ada.act("complete", rent))["task"]
    assert (await recurring.advance(ada, done, "2030-01-02")).json()["outcome"] == "made"
    refused = await ada.call("POST", "/tasks", {"title": "x", "list_id": flat["id"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "list_not_found")

    undone = await undo(ada, handle)
    assert [(one["name"], one["deleted_at"]) for one in undone["lists"]] == [("Flat", None)]
    assert await titles(ada, "none") == {"Elsewhere"}
    assert len(await ada.listed(f"?list_id={flat['id']}")) == 3, "what followed meanwhile is in it, too"


async def test_every_act_on_a_list_is_undone(ada: Person):
    made = await ada.call("POST", "/lists", {"name": "Flat"})
    path = f"/lists/{made.json()['id']}"
    renamed = await ada.call("PATCH", path, {"name": "House"})
    await undo(ada, made.headers["undo-handle"], 409)
    await undo(ada, renamed.headers["undo-handle"])
    assert await names(ada) == ["Flat"]
    other = await ada.call("POST", "/lists", {"name": "Garden"})
    await undo(ada, other.headers["undo-handle"])
    await undo(ada, other.headers["undo-handle"], 409)
    assert await names(ada) == ["Flat"]
    gone = (await ada.call("DELETE", path)).json()["undo"]
    await make(ada, "flat")
    assert (await undo(ada, gone, 409))["code"] == "list_name_taken", "another one has its name by now"
    assert await names(ada) == ["flat"]


@pytest.mark.parametrize("name", ["Flat", " fLAT", "FLAT"])
async def test_a_name_means_one_list(ada: Person, name: str):
    await make(ada, "Flat")
    garden = await make(ada, "Garden")
    assert (await make(ada, name, 409))["code"] == "list_name_taken"
    renamed = await ada.call("PATCH", f"/lists/{garden['id']}", {"name": name})
    assert (renamed.status_code, renamed.json()["code"]) == (409, "list_name_taken")
    assert (await ada.call("PATCH", f"/lists/{garden['id']}", {"name": "GARDEN"})).status_code == 200, "its own"


async def test_two_lists_of_one_name_are_not_made_at_once(ada: Person):
    made = await asyncio.gather(*(ada.call("POST", "/lists", {"name": "Flat"}) for _ in range(6)))
    assert sorted(answer.status_code for answer in made) == [201, 409, 409, 409, 409, 409]


async def test_there_is_room_for_so_many(ada: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "LISTS_LIMIT", 3)
    made = [await make(ada, f"List {n}") for n in range(3)]
    full = await make(ada, "One more", 409)
    assert full["code"] == "too_many_lists"
    handle = (await ada.call("DELETE", f"/lists/{made[0]['id']}")).json()["undo"]
    await make(ada, "One more")
    assert (await undo(ada, handle, 409))["code"] == "too_many_lists"
    assert (await ada.call("POST", f"/lists/{made[0]['id']}/restore")).json()["code"] == "too_many_lists"


async def test_it_is_repeated_once_and_changed_only_as_it_was_read(ada: Person):
    key = {"idempotency_key": "k1"}
    first = await ada.call("POST", "/lists", {"name": "Flat"}, **key)
    second = await ada.call("POST", "/lists", {"name": "Flat"}, **key)
    assert (first.content, first.headers["undo-handle"]) == (second.content, second.headers["undo-handle"])
    assert await names(ada) == ["Flat"]
    path = f"/lists/{first.json()['id']}"
    await ada.call("PATCH", path, {"name": "House"}, if_match='"1"')
    for stale in (
        await ada.call("PATCH", path, {"name": "Home"}, if_match='"1"'),
        await ada.call("DELETE", path, if_match='"1"'),
    ):
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_etag")
    assert await names(ada) == ["House"]


async def test_a_list_of_somebody_else_is_not_there(ada: Person, bob: Person):
    flat = await make(ada, "Flat")
    path = f"/lists/{flat['id']}"
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        answer = await bob.call(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "list_not_found")
        foreign = await bob.api.request(method, f"{ada.path}{path}", json=body, headers=bob.bearer)
        assert (foreign.status_code, foreign.json()["code"]) == (403, "forbidden")
    assert (await bob.call("POST", f"{path}/restore")).status_code == 404
    task = await bob.create()
    moved = await bob.call("PATCH", f"/tasks/{task['id']}", {"list_id": flat["id"]})
    assert (moved.status_code, moved.json()["code"]) == (422, "list_not_found")
    assert (await names(bob), await titles(ada, flat["id"])) == ([], set())


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": " "},
        {"name": "x" * 101},
        {"name": "a\x00b"},
        {"name": None},
        {"name": "x", "colour": "red"},
        {"name": "x", "position": 1e999},
    ],
)
async def test_a_list_has_a_name(ada: Person, body: dict[str, Any]):
    answer = await ada.call("POST", "/lists", body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    flat = await make(ada, "Flat")
    if body:
        assert (await ada.call("PATCH", f"/lists/{flat['id']}", body)).status_code == 422
    assert domain.NAME_LIMIT == 100


async def test_a_task_moves_and_what_follows_it_is_born_where_it_is(
    ada: Person, recurring: RecurringTaskService, database: Database
):
    flat, garden = await make(ada, "Flat"), await make(ada, "Garden")
    task = await ada.create("Water", list_id=flat["id"], due={"date": "2030-01-01"}, recurrence=DAILY)
    moved = await ada.call("PATCH", f"/tasks/{task['id']}", {"list_id": garden["id"]})
    assert moved.json()["list_id"] == garden["id"]
    [event] = database.events("task.updated")
    assert event["data"]["changes"] == {"list_id": {"before": flat["id"], "after": garden["id"]}}
    done = (await ada.act("complete", task))["task"]
    await recurring.advance(ada, done, "2030-01-02")
    assert len(await ada.listed(f"?list_id={garden['id']}&status=open")) == 1
    assert await titles(ada, flat["id"]) == set()
    nowhere = await ada.call("PATCH", f"/tasks/{task['id']}", {"list_id": None})
    assert nowhere.json()["list_id"] is None
    await undo(ada, nowhere.headers["undo-handle"])
    assert (await ada.read(task))["list_id"] == garden["id"]
    assert (await ada.call("PATCH", f"/tasks/{task['id']}", {"list_id": str(uuid4())})).status_code == 422


@pytest.mark.parametrize("scope", ["all", "following"])
async def test_a_series_moves_with_its_open_occurrence(ada: Person, recurring: RecurringTaskService, scope: str):
    flat, garden = await make(ada, "Flat"), await make(ada, "Garden")
    task = await ada.create("Water", list_id=flat["id"], due={"date": "2030-01-01"}, recurrence=DAILY)
    done = (await ada.act("complete", task))["task"]
    await recurring.advance(ada, done, "2030-01-02")
    path = f"/series/{task['series_id']}"
    answer = await ada.call("PATCH", path, {"scope": scope, "list_id": garden["id"]})
    moved = answer.json()
    assert (answer.status_code, moved["task"]["list_id"]) == (200, garden["id"])
    assert (moved["series"]["id"], moved["series"]["version"]) == (task["series_id"], 1), "it is the same series"
    assert (await ada.read(task))["list_id"] == flat["id"], "what is done stays where it was done"
    assert (await ada.call("PATCH", path, {"scope": scope, "list_id": garden["id"]})).json()["undo"] is None
    await undo(ada, moved["undo"])
    [back] = await ada.listed("?status=open")
    assert back["list_id"] == flat["id"]
    both = (await ada.call("PATCH", path, {"scope": scope, "rrule": "FREQ=WEEKLY", "list_id": None})).json()
    assert (both["task"]["list_id"], both["task"]["recurrence"]["rrule"]) == (None, "FREQ=WEEKLY")
    assert (both["series"]["id"] == task["series_id"]) is (scope == "all")


async def test_a_series_moves_only_where_something_is_open(ada: Person):
    flat = await make(ada, "Flat")
    task = await ada.create("Water", due={"date": "2030-01-01"}, recurrence=DAILY)
    path = f"/series/{task['series_id']}"
    assert (await ada.call("PATCH", path, {"list_id": str(uuid4())})).json()["code"] == "list_not_found"
    this = await ada.call("PATCH", path, {"scope": "this", "date": "2030-01-03", "list_id": flat["id"]})
    assert this.status_code == 422, "one occurrence is moved as a task"
    await ada.act("complete", task)
    assert (await ada.call("PATCH", path, {"list_id": flat["id"]})).json()["code"] == "no_open_occurrence"


async def test_a_list_is_not_deleted_under_a_task_that_comes_into_it(ada: Person):
    """Whoever is first: either the task names a list that was there, or it is refused; never half of it."""
    for n in range(8):
        flat = await make(ada, f"Flat {n}")
        made, _ = await asyncio.gather(
            ada.call("POST", "/tasks", {"title": f"t{n}", "list_id": flat["id"]}),
            ada.call("DELETE", f"/lists/{flat['id']}"),
        )
        assert made.status_code in (201, 422), made.text
        assert bool(await titles(ada, flat["id"])) is (made.status_code == 201)


async def test_a_line_names_its_list(ada: Person):
    flat = await make(ada, "Flat")
    shopping = await make(ada, "Shopping list")
    for line, wanted in (
        ("Pay rent tomorrow list:flat", flat),
        ("Pay rent +FLAT every month", flat),
        ("Add milk to my shopping list", shopping),
    ):
        read = (await ada.call("POST", "/quick-add/parse", {"text": line})).json()
        assert read["task"]["list_id"] == wanted["id"], line
        created = await ada.create(**read["task"])
        assert (await ada.read(created))["list_id"] == wanted["id"]
    assert await titles(ada, flat["id"]) == {"Pay rent"}
