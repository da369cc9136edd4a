"""Changing tasks: their fields, their date, their list, their reminders."""

from __future__ import annotations

# ruff: noqa: RUF012 - Pydantic copies the defaults of fields
import datetime as dt
from typing import Annotated, Any, Literal

from event_contracts.preferences import WallTime
from pydantic import Field, ValidationError, model_validator

from todo_backend.doors.rest.fields import Instant, TimeZone, WallDate
from todo_backend.doors.rest.requests import Notes, Priority, SubtaskBody, Tag, TaskPatch, Title
from todo_backend.doors.said import named, reminded
from todo_backend.doors.tools import shown
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.adding import MinutesBefore
from todo_backend.doors.tools.naming import ListName, TaskName, meant, meant_list
from todo_backend.doors.tools.reading import NameTask
from todo_backend.doors.tools.refused import Refused, of_validation
from todo_backend.doors.tools.tool import Given, tool
from todo_backend.tasks.domain import REMINDERS_LIMIT, SUBTASKS_LIMIT, TAGS_LIMIT
from todo_backend.tasks.use_cases.drafts import ReminderDraft, reminder_draft
from todo_backend.tasks.use_cases.postpone import PostponeTask

PATCH = "PATCH /api/{user_id}/tasks/{task_id}"
POSTPONE = "POST /api/{user_id}/tasks/{task_id}/postpone"
Version = Annotated[int, Field(ge=1, description="refuse if the task has another version by now")]


class ChangeTask(Given):
    """What to change; what is absent stays."""

    task: TaskName
    title: Title | None = None
    notes: Notes | None = None
    priority: Priority | None = None
    tags: Annotated[list[Tag], Field(max_length=TAGS_LIMIT, description="all of them")] | None = None
    start_date: WallDate | None = None
    subtasks: Annotated[list[SubtaskBody], Field(max_length=SUBTASKS_LIMIT, description="all of them")] | None = None
    clear: Annotated[list[Literal["due", "start_date", "reminders"]], Field(max_length=3)] = []
    version: Version | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ChangeTask:
        if not (self.model_fields_set - {"task", "version"}):
            raise ValueError("say what to change")
        return self


@tool("Change a task", "act", PATCH, repeatable=True)
async def change_task(acting: Acting, given: ChangeTask) -> shown.Done:
    """Change the title, notes, priority, tags, start or checklist of a task. Its date is changed by move_task, its list
    by move_to_list, its reminders by remind_task, its rule by repeat_task and change_series, its status by
    complete_task, skip_task and reopen_task.
    """
    task, _ = await meant(acting, given.task)
    body: dict[str, Any] = given.model_dump(mode="json", exclude_none=True, exclude={"task", "clear", "version"})
    body |= {name: [] if name == "reminders" else None for name in given.clear}
    try:
        fields = TaskPatch.model_validate(body).domain_fields()
    except ValidationError as error:
        raise of_validation(error) from error
    output = await acting.acts.change(task.id, fields, given.version)
    return shown.done(f"Changed {named(output['task']['title'])}.", output, acting)


class MoveTask(Given):
    """Another date: a day, or days later than it is due now."""

    task: TaskName
    date: WallDate | None = None
    time: Annotated[WallTime, Field(description="HH:MM; without one it keeps its time")] | None = None
    whole_day: bool = False
    days_later: Annotated[int, Field(ge=1, le=3660)] | None = None
    time_zone: TimeZone | None = None

    @model_validator(mode="after")
    def _one_place(self) -> MoveTask:
        if self.date is not None and self.days_later is not None:
            raise ValueError("give either date or days_later")
        if self.date is None and self.days_later is None and self.time is None and not self.whole_day:
            raise ValueError("say where to: date, time, whole_day or days_later")
        if self.time is not None and self.whole_day:
            raise ValueError("give either time or whole_day")
        return self


@tool("Move a task to another date", "act", POSTPONE)
async def move_task(acting: Acting, given: MoveTask) -> shown.Done:
    """Give a task another date or time, its start and reminders with it. Of a repeating task only this occurrence
    moves; change_series moves all.
    """
    task, series = await meant(acting, given.task)
    base = task.due.date if task.due else acting.moment.today
    date = given.date or base + dt.timedelta(days=given.days_later or 0)
    with_time = given.time is not None or given.whole_day
    output = await acting.acts.postpone(PostponeTask(task.id, date, given.time, with_time, given.time_zone))
    only = "" if series is None else ", this time only"
    return shown.done(f"Moved {shown.in_words(output['task'], acting)}{only}.", output, acting)


@tool("Move a task to its rule's next date", "act", POSTPONE)
async def postpone_to_next_date(acting: Acting, given: NameTask) -> shown.Done:
    """Let the open occurrence of a repeating task take the place of the next date of its rule."""
    task, _ = await meant(acting, given.task)
    output = await acting.acts.to_next_date(task.id)
    return shown.done(f"Moved {shown.in_words(output['task'], acting)}.", output, acting)


class MoveToList(Given):
    """Which task, and where to."""

    task: TaskName
    list_name: Annotated[ListName | None, Field(description="the name or the id of a list; null: into no list")]


@tool("Move a task to a list", "act", PATCH, repeatable=True)
async def move_to_list(acting: Acting, given: MoveToList) -> shown.Done:
    """Put a task into a list, or into none. What follows it in its series is born there."""
    task, _ = await meant(acting, given.task)
    into = None if given.list_name is None else await meant_list(acting, given.list_name)
    output = await acting.acts.move_to_list(task.id, into and into.id)
    place = "no list" if into is None else f"the list {named(into.name)}"
    return shown.done(f"Moved {named(task.title)} to {place}.", output, acting)


class RemindTask(Given):
    """When to remind."""

    task: TaskName
    minutes_before: Annotated[MinutesBefore | None, Field(description="before its due")] = None
    at: Annotated[Instant | None, Field(description="an instant with an offset")] = None

    @model_validator(mode="after")
    def _one_kind(self) -> RemindTask:
        if (self.minutes_before is None) == (self.at is None):
            raise ValueError("give either minutes_before or at")
        return self


@tool("Remind of a task", "act", PATCH)
async def remind_task(acting: Acting, given: RemindTask) -> shown.Done:
    """Add a reminder to a task; those that it has stay. change_task with clear takes all of them away."""
    task, _ = await meant(acting, given.task)
    if task.due is None and given.at is None:
        raise Refused("reminder_needs_due", "The task has no due date: give an instant instead. Nothing was changed.")
    if len(task.reminders) >= REMINDERS_LIMIT:
        raise Refused("invalid", f"A task has at most {REMINDERS_LIMIT} reminders; nothing was changed.")
    new = ReminderDraft(given.minutes_before, None if given.at else "due", given.at)
    kept = [reminder_draft(one) for one in task.reminders]
    output = await acting.acts.change(task.id, {"reminders": (*kept, new)})
    words = f"{shown.in_words(output['task'], acting)}.{reminded(output['task'], acting.moment)}"
    return shown.done(words, output, acting)
