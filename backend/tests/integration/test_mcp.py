"""The MCP door: the real application and database, and somebody else's client of either generation."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from actors import Database, Person
from mcp import MCPError
from strangers import GENERATIONS, done, holdings, refused, stranger, token_of
from todo_backend.bootstrap import Backend
from todo_backend.doors.tools import registry
from todo_backend.doors.tools.registry import TOOLS

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("nothing_left_to_tell")]
generations = pytest.mark.parametrize("mode", GENERATIONS.values(), ids=GENERATIONS)


@generations
async def test_a_stranger_lists_what_there_is(backend: Backend, ada: Person, mode: str) -> None:
    async with stranger(backend.open_app, token_of(ada), mode) as client:
        listed = (await client.list_tools()).tools
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        prompts = (await client.list_prompts()).prompts

    assert [tool.name for tool in listed] == [tool.name for tool in TOOLS]
    assert all(tool.output_schema and tool.description and tool.annotations for tool in listed)
    hints = {tool.name: tool.annotations for tool in listed}
    assert hints["delete_task"].destructive_hint
    assert not hints["complete_task"].destructive_hint
    assert hints["list_tasks"].read_only_hint
    assert hints["complete_task"].idempotent_hint
    assert not hints["add_task"].idempotent_hint
    assert [resource.uri for resource in resources] == ["todo://today", "todo://lists"]
    assert {template.name for template in templates} == {"list", "task", "task-history"}
    assert {prompt.name for prompt in prompts} == {"plan_my_day", "weekly_review"}


@generations
async def test_acts_are_done_by_the_use_cases_of_rest(
    backend: Backend, ada: Person, database: Database, mode: str
) -> None:
    correlation = str(uuid4())
    async with stranger(backend.open_app, token_of(ada), mode, x_correlation_id=correlation) as client:
        added = await done(client, "add_task", line="pay rent every month on the 1st at 17:00 !high")
        ended = await done(client, "complete_task", task="pay rent")

    assert added["task"]["priority"] == "high"
    assert "every month" in added["said"]
    assert added["task"]["due"]["time_zone"] == "Europe/Berlin"
    assert ended["next"] is not None
    task = await ada.read({"id": added["task"]["id"]})
    assert (task["status"], task["version"]) == ("done", 2)
    events = database.events("task.created", "series.created", "task.completed")
    assert [e["data"]["correlation_id"] for e in events] == [correlation] * 3
    actors = [e["data"]["actor"] for e in events]
    assert {(a["kind"], a["door"]) for a in actors} == {("mcp", "mcp")}
    if mode == "auto":
        assert {a["id"] for a in actors} == {"a-stranger"}


@generations
async def test_undo_works_over_any_door(backend: Backend, ada: Person, mode: str) -> None:
    task = await ada.create("Buy milk")
    async with stranger(backend.open_app, token_of(ada), mode) as client:
        ended = await done(client, "complete_task", task="buy milk")
        moved = await done(client, "undo", handle=ended["undo"])
        changed = await done(client, "change_task", task=task["id"], title="Buy oat milk")

    assert moved["tasks"][0]["status"] == "open"
    answer = await ada.call("POST", f"/undo/{changed['undo']}", {})
    assert answer.status_code == 200
    assert (await ada.read(task))["title"] == "Buy milk"


# What the field got wrong, each by its name.


@generations
async def test_honest_duplicates_are_kept_and_repeated_calls_are_one(backend: Backend, ada: Person, mode: str) -> None:
    async with stranger(backend.open_app, token_of(ada), mode) as client:
        for _ in range(2):
            await done(client, "add_task", title="Buy milk")
        first = await done(client, "add_task", "key-1", title="Buy bread")
        again = await done(client, "add_task", "key-1", title="Buy bread")
        other = await refused(client, "add_task", "key-1", title="Buy butter")

    titles = [task["title"] for task in await ada.listed()]
    assert sorted(titles) == ["Buy bread", "Buy milk", "Buy milk"]
    assert again["task"]["id"] == first["task"]["id"]
    assert other["code"] == "idempotency_key_reused"


# Deleting.


@generations
async def test_resources_and_prompts_hold_the_persons_own(
    backend: Backend, ada: Person, bob: Person, mode: str
) -> None:
    task = await ada.create("Pay rent", due={"date": "2020-01-31"})
    theirs = await bob.create("Bob's secret", due={"date": "2020-01-31"})
    async with stranger(backend.open_app, token_of(ada), mode) as client:
        listed = await done(client, "make_list", name="Household")
        today = (await client.read_resource("todo://today")).contents[0].text
        one = (await client.read_resource(f"todo://tasks/{task['id']}")).contents[0].text
        of_list = (await client.read_resource(f"todo://lists/{listed['list']['id']}")).contents[0].text
        named = {resource.name for resource in (await client.list_resources()).resources}
        for prompt in ("plan_my_day", "weekly_review"):
            said, data = (await client.get_prompt(prompt)).messages
            assert "data" in said.content.text
            assert "Pay rent" in data.content.resource.text
        with pytest.raises(MCPError):
            await client.read_resource(f"todo://tasks/{theirs['id']}")

    assert "Pay rent" in today
    assert "secret" not in today
    assert task["id"] in one
    assert of_list == '{"tasks":[],"next_cursor":null}'
    assert "Household" in named


async def test_a_call_that_takes_too_long_is_broken_off_and_holds_nothing(
    backend: Backend, ada: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await ada.create("Pay rent")
    before = holdings(database)
    monkeypatch.setattr(registry, "DEADLINE_SECONDS", 0.3)
    with psycopg.connect(database.url) as other:
        other.execute("SELECT 1 FROM tasks.tasks WHERE id = %s FOR UPDATE", (task["id"],))
        async with stranger(backend.open_app, token_of(ada)) as client:
            said = await refused(client, "complete_task", task=task["id"])
            assert (said["code"], holdings(database)) == ("timeout", before)
    monkeypatch.undo()
    async with stranger(backend.open_app, token_of(ada)) as client:
        await done(client, "complete_task", task=task["id"])
