"""What tools give: tasks and lists with the facts that a model needs, and dates and rules in words beside them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from todo_backend.application.shapes import Json, list_json, task_answer
from todo_backend.doors.rest.replies import Due, Recurrence, Reminder, Subtask
from todo_backend.doors.said import named, said_due, said_rule
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.tool import Shown
from todo_backend.lists.domain import TaskList
from todo_backend.tasks.reading import Found


class TaskLine(Shown):
    """A task in a list of tasks."""

    id: UUID
    title: str
    status: str
    priority: str
    tags: list[str]
    list_id: UUID | None
    due: Due | None
    when: str = Field(description="the due in words, in the person's zone; empty without one")
    repeats: str = Field(description="the rule in words; empty when it does not repeat")
    recurrence: Recurrence | None
    overdue: bool
    version: int
    series_id: UUID | None


class TaskShown(TaskLine):
    """A task with all that it says."""

    notes: str
    subtasks: list[Subtask]
    reminders: list[Reminder]
    start_date: str | None
    occurrence_number: int | None
    created_at: AwareDatetime
    completed_at: AwareDatetime | None
    deleted_at: AwareDatetime | None


class Done(Shown):
    """What an act did to a task. `undo` takes it back; null when nothing was changed."""

    said: str = Field(description="what was done, in words")
    task: TaskShown
    undo: UUID | None = Field(description="for the tool undo: once, within 24 hours")
    next: Due | None = Field(default=None, description="the next date of its series")


class ListShown(Shown):
    """A list of tasks."""

    id: UUID
    name: str
    version: int
    deleted_at: AwareDatetime | None


class ListDone(Shown):
    """What an act did to a list. `undo` takes it back; null when nothing was changed."""

    said: str
    list: ListShown
    undo: UUID | None = Field(description="for the tool undo: once, within 24 hours")


def line(found: Found, acting: Acting) -> TaskLine:
    """Return a task for a list of tasks."""
    return TaskLine.model_validate(_fields(task_answer(*found), acting))


def whole(task: Json, acting: Acting) -> TaskShown:
    """Return a task, given as it is answered, with all that it says."""
    return TaskShown.model_validate(_fields(task, acting))


def done(said: str, output: Json, acting: Acting) -> Done:
    """Return what an act answered; where it changed nothing, that is said."""
    words = said if output["undo"] is not None else f"{named(output['task']['title'])} was so already."
    following = output.get("next")
    return Done(
        said=words,
        task=whole(output["task"], acting),
        undo=output["undo"],
        next=Due.model_validate(following) if following else None,
    )


def list_shown(one: TaskList | Json) -> ListShown:
    """Return a list."""
    return ListShown.model_validate(list_json(one) if isinstance(one, TaskList) else one)


def list_done(said: str, output: Json) -> ListDone:
    """Return what an act did to a list."""
    words = said if output["undo"] is not None else f"The list {named(output['list']['name'])} was so already."
    return ListDone(said=words, list=list_shown(output["list"]), undo=output["undo"])


def in_words(task: Json, acting: Acting) -> str:
    """Return a task's title, with its due and its rule, for a sentence."""
    parts = (
        named(task["title"]),
        said_due(task["due"], acting.moment, near=False),
        said_rule(task, acting.account, acting.moment.language),
    )
    return ", ".join(part for part in parts if part)


def _fields(task: Json, acting: Acting) -> dict[str, Any]:
    due_at = task["due_at"] and dt.datetime.fromisoformat(task["due_at"])
    late = task["status"] == "open" and due_at is not None and due_at < acting.moment.now
    return {
        **task,
        "when": said_due(task["due"], acting.moment, near=False),
        "repeats": said_rule(task, acting.account, acting.moment.language),
        "overdue": late,
    }
