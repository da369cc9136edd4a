"""Lists: names for tasks that belong together."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from todo_backend.doors.rest.list_requests import Name
from todo_backend.doors.said import named
from todo_backend.doors.tools import shown
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.confirming import Confirmation, confirmation, confirmed
from todo_backend.doors.tools.naming import ListName, meant_list
from todo_backend.doors.tools.tool import Given, Shown, tool
from todo_backend.lists.use_cases.change import ChangeList

LISTS = "/api/{user_id}/lists"
ONE = f"{LISTS}/{{list_id}}"


class ListLists(Given):
    """Which lists."""

    deleted: Annotated[bool, Field(description="instead those that were deleted")] = False


class Lists(Shown):
    """Lists in their order."""

    lists: list[shown.ListShown]


@tool("List lists", "question", f"GET {LISTS}", f"GET {ONE}")
async def list_lists(acting: Acting, given: ListLists) -> Lists:
    """Read all lists; list_tasks with `list_name` reads the tasks of one."""
    return Lists(lists=[shown.list_shown(one) for one in await acting.acts.lists(deleted=given.deleted)])


class MakeList(Given):
    """A new list."""

    name: Name


@tool("Make a list", "act", f"POST {LISTS}")
async def make_list(acting: Acting, given: MakeList) -> shown.ListDone:
    """Make a list. Its name must be free."""
    return shown.list_done(f"Made the list {named(given.name)}.", await acting.acts.make_list(given.name))


class RenameList(Given):
    """Which list, and its new name."""

    list_name: ListName
    name: Name


@tool("Rename a list", "act", f"PATCH {ONE}", repeatable=True)
async def rename_list(acting: Acting, given: RenameList) -> shown.ListDone:
    """Give a list another name."""
    one = await meant_list(acting, given.list_name)
    output = await acting.acts.change_list(ChangeList(one.id, given.name))
    return shown.list_done(f"The list {named(one.name)} is {named(given.name)} now.", output)


class DeleteList(Given):
    """Which list is to be deleted."""

    list_name: ListName
    confirm: Confirmation | None = None


class ListDeletion(Shown):
    """What would be deleted (`confirm`: nothing was changed yet), or what was (`done`)."""

    state: Literal["confirm", "done"]
    said: str
    list: shown.ListShown
    confirm: str | None = Field(description="for the second call, when the person has agreed to exactly this")
    undo: UUID | None = Field(description="for the tool undo: once, within 24 hours")


@tool("Delete a list", "deletion", f"DELETE {ONE}")
async def delete_list(acting: Acting, given: DeleteList) -> ListDeletion:
    """Delete a list, in two calls: the first shows which list it is and changes nothing; when the person agrees, call
    again with the `confirm` that came back. Its tasks stay, in no list.
    """
    if given.confirm is not None:
        target = confirmed(acting, "delete_list", given.confirm, given.list_name)
        output = await acting.acts.delete_list(target.id, target.version)
        words = f"Deleted the list {named(output['list']['name'])}; its tasks stay. The tool undo brings it back."
        return ListDeletion(
            state="done", said=words, list=shown.list_shown(output["list"]), confirm=None, undo=output["undo"]
        )
    one = await meant_list(acting, given.list_name)
    words = f"This would delete the list {named(one.name)}; its tasks stay, in no list. Nothing was changed yet."
    token = confirmation(acting, "delete_list", one.id, one.version)
    return ListDeletion(state="confirm", said=words, list=shown.list_shown(one), confirm=token, undo=None)


class RestoreList(Given):
    """Which deleted list is to be back."""

    list_name: ListName


@tool("Restore a list", "act", f"POST {ONE}/restore")
async def restore_list(acting: Acting, given: RestoreList) -> shown.ListDone:
    """Take the deletion of a list back, with all tasks that still name it."""
    one = await meant_list(acting, given.list_name, deleted=True)
    return shown.list_done(f"Restored the list {named(one.name)}.", await acting.acts.restore_list(one.id))
