"""Deleting over MCP: the target is shown first, and what confirms it is for that alone."""

from __future__ import annotations

import pytest
from actors import Database, Person
from strangers import GENERATIONS, done, holdings, refused, stranger, token_of
from todo_backend.bootstrap import Backend

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("nothing_left_to_tell")]
generations = pytest.mark.parametrize("mode", GENERATIONS.values(), ids=GENERATIONS)


@generations
async def test_deleting_shows_its_target_first_and_gives_an_undo(
    backend: Backend, ada: Person, database: Database, mode: str
) -> None:
    task = await ada.create("Pay rent", due={"date": "2030-01-31"}, recurrence={"rrule": "FREQ=MONTHLY"})
    before = holdings(database)
    async with stranger(backend.open_app, token_of(ada), mode) as client:
        asked = await done(client, "delete_task", task="pay rent")
        assert asked["state"] == "confirm"
        assert "Its series ends with it" in asked["said"]
        assert holdings(database) == before
    # Another connection, perhaps another replica: what was asked is in the confirmation.
    async with stranger(backend.open_app, token_of(ada), mode) as client:
        ended = await done(client, "delete_task", "k", task="pay rent", confirm=asked["confirm"])
        again = await done(client, "delete_task", "k", task="pay rent", confirm=asked["confirm"])
        assert ended["state"] == "done"
        assert again == ended
        assert (await ada.read(task))["deleted_at"] is not None
        await done(client, "undo", handle=ended["undo"])

    assert (await ada.read(task))["deleted_at"] is None


async def test_a_confirmation_is_for_what_was_shown_and_nothing_else(
    backend: Backend, ada: Person, bob: Person, database: Database
) -> None:
    task, other = await ada.create("Pay rent"), await ada.create("Pay the plumber")
    await bob.create("Pay rent")
    async with stranger(backend.open_app, token_of(ada)) as client:
        asked = await done(client, "delete_task", task=task["id"])
        before = holdings(database)
        forged = f"{other['id']}.1.{asked['confirm'].split('.')[2]}"
        for arguments in (
            {"task": other["id"], "confirm": asked["confirm"]},
            {"task": other["id"], "confirm": forged},
            {"task": task["id"], "confirm": asked["confirm"], "only_this": True},
            {"task": task["id"], "confirm": "yes"},
            {"task": task["id"], "confirm": "..."},
        ):
            assert (await refused(client, "delete_task", **arguments))["code"] == "confirmation_wrong"
        async with stranger(backend.open_app, token_of(bob)) as robber:
            said = await refused(robber, "delete_task", task=task["id"], confirm=asked["confirm"])
            assert said["code"] == "confirmation_wrong"
        assert holdings(database) == before
        await done(client, "change_task", task=task["id"], title="Pay rent and heating")
        stale = await refused(client, "delete_task", task=task["id"], confirm=asked["confirm"])

    assert stale["code"] == "stale_etag"
    assert (await ada.read(task))["deleted_at"] is None


async def test_a_list_is_deleted_in_two_calls_and_its_tasks_stay(backend: Backend, ada: Person) -> None:
    async with stranger(backend.open_app, token_of(ada)) as client:
        await done(client, "make_list", name="Household")
        await done(client, "add_task", title="Wash up", list_name="household")
        asked = await done(client, "delete_list", list_name="Household")
        assert len((await done(client, "list_lists"))["lists"]) == 1
        ended = await done(client, "delete_list", list_name="Household", confirm=asked["confirm"])
        assert (await done(client, "list_lists"))["lists"] == []
        await done(client, "restore_list", list_name="Household")
        assert len((await done(client, "list_tasks", list_name="Household"))["tasks"]) == 1

    assert ended["undo"] is not None


# Who may.
