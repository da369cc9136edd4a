"""Ending and beginning again: complete, skip, reopen, delete, restore, undo."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from todo_backend.application.shapes import task_answer
from todo_backend.doors.rest.fields import Instant
from todo_backend.doors.said import named
from todo_backend.doors.tools import shown
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.confirming import Confirmation, confirmation, confirmed
from todo_backend.doors.tools.naming import TaskName, meant
from todo_backend.doors.tools.reading import NameTask
from todo_backend.doors.tools.tool import Given, Shown, tool
from todo_backend.doors.tools.which import CLOSED

Successor = Annotated[
    Literal["withdraw", "keep"] | None,
    Field(description="only when asked by the refusal: what becomes of a next occurrence that was changed since"),
]


class CompleteTask(Given):
    """Which task was done."""

    task: TaskName
    completed_at: Annotated[Instant | None, Field(description="when it was done, if not now")] = None


@tool("Complete a task", "act", "POST /api/{user_id}/tasks/{task_id}/complete", repeatable=True)
async def complete_task(acting: Acting, given: CompleteTask) -> shown.Done:
    """Mark a task as done; twice is one completion. Of a repeating task the next one comes by itself: `next` is its
    date.
    """
    task, _ = await meant(acting, given.task)
    output = await acting.acts.complete(task.id, given.completed_at)
    return shown.done(f"Done: {named(task.title)}.", output, acting)


@tool("Skip a task", "act", "POST /api/{user_id}/tasks/{task_id}/skip", repeatable=True)
async def skip_task(acting: Acting, given: NameTask) -> shown.Done:
    """Close a task without doing it; of a repeating task only this occurrence, and `next` is the date of the next."""
    task, _ = await meant(acting, given.task)
    output = await acting.acts.skip(task.id)
    return shown.done(f"Skipped: {named(task.title)}.", output, acting)


class ReopenTask(Given):
    """Which task is open again."""

    task: TaskName
    successor: Successor = None


@tool("Reopen a task", "act", "POST /api/{user_id}/tasks/{task_id}/reopen", repeatable=True)
async def reopen_task(acting: Acting, given: ReopenTask) -> shown.Done:
    """Open a closed task again. A next occurrence that nobody has touched is withdrawn."""
    task, _ = await meant(acting, given.task, CLOSED)
    output = await acting.acts.reopen(task.id, given.successor)
    return shown.done(f"Open again: {shown.in_words(output['task'], acting)}.", output, acting)


class DeleteTask(Given):
    """Which task is to be deleted."""

    task: TaskName
    only_this: Annotated[bool, Field(description="of a repeating task: only skip this one, the series goes on")] = False
    confirm: Confirmation | None = None


class Deletion(Shown):
    """What would be deleted (`confirm`: nothing was changed yet), or what was (`done`)."""

    state: Literal["confirm", "done"]
    said: str
    task: shown.TaskShown
    confirm: str | None = Field(description="for the second call, when the person has agreed to exactly this")
    undo: UUID | None = Field(description="for the tool undo: once, within 24 hours")


@tool("Delete a task", "deletion", "DELETE /api/{user_id}/tasks/{task_id}")
async def delete_task(acting: Acting, given: DeleteTask) -> Deletion:
    """Delete a task, in two calls. The first, without `confirm`, changes nothing: it shows which task it is and what
    goes with it. Show that to the person; when they agree, call again with the same fields and the `confirm` that came
    back. Of a repeating task the series ends with it, unless only_this.
    """
    act = f"delete_task only_this={given.only_this}"
    if given.confirm is not None:
        target = confirmed(acting, act, given.confirm, given.task)
        output = await acting.acts.delete(target.id, target.version, given.only_this)
        gone = output["task"]["deleted_at"] is not None
        words = f"{'Deleted' if gone else 'Skipped'}: {named(output['task']['title'])}. The tool undo brings it back."
        return Deletion(
            state="done", said=words, task=shown.whole(output["task"], acting), confirm=None, undo=output["undo"]
        )
    task, series = await meant(acting, given.task)
    shape = task_answer(task, series)
    repeats = series is not None and series.status != "ended" and task.status == "open"
    words = f"This would {'skip' if repeats and given.only_this else 'delete'} {shown.in_words(shape, acting)}."
    if repeats:
        words += " Its series goes on." if given.only_this else " Its series ends with it."
    token = confirmation(acting, act, task.id, task.version)
    return Deletion(
        state="confirm",
        said=f"{words} Nothing was changed yet.",
        task=shown.whole(shape, acting),
        confirm=token,
        undo=None,
    )


class RestoreTask(Given):
    """Which deleted task is to be back."""

    task: Annotated[UUID, Field(description="its id")]


@tool("Restore a task", "act", "POST /api/{user_id}/tasks/{task_id}/restore")
async def restore_task(acting: Acting, given: RestoreTask) -> shown.Done:
    """Take a deletion back; the series that it had ended goes on."""
    output = await acting.acts.restore(given.task)
    return shown.done(f"Restored {shown.in_words(output['task'], acting)}.", output, acting)


class Undo(Given):
    """Which act to take back."""

    handle: Annotated[UUID, Field(description="`undo` of what an act answered")]
    successor: Successor = None


class Undone(Shown):
    """What is as it was, and what is not there any more: what the act had added, or what had followed from it."""

    said: str
    tasks: list[shown.TaskShown]
    gone: list[shown.TaskShown]
    lists: list[shown.ListShown]


@tool("Undo", "act", "POST /api/{user_id}/undo/{handle}")
async def undo(acting: Acting, given: Undo) -> Undone:
    """Take an act back, once, within 24 hours, where nothing that it changed has been changed since."""
    output = await acting.acts.undo(given.handle, given.successor)
    return Undone(
        said="Taken back.",
        tasks=[shown.whole(task, acting) for task in output["tasks"]],
        gone=[shown.whole(task, acting) for task in output["gone"]],
        lists=[shown.list_shown(one) for one in output["lists"]],
    )
