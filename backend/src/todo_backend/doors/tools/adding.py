"""Adding a task: from a line as people write it, from fields, or from both."""

from __future__ import annotations

# ruff: noqa: RUF012 - Pydantic copies the defaults of fields
import datetime as dt
from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID

from event_contracts.identifiers import uuid7
from event_contracts.preferences import WallTime
from pydantic import Field, ValidationError, model_validator
from task_language import LINE_LIMIT, parse

from todo_backend.doors.rest.fields import CleanText, Instant, Rrule, TimeZone, WallDate
from todo_backend.doors.rest.requests import REMINDER_MINUTES, NewTask, Notes, OnHoliday, Priority, Tag, Title
from todo_backend.doors.tools import shown
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.naming import ListName, meant_list
from todo_backend.doors.tools.refused import Refused, of_validation
from todo_backend.doors.tools.tool import Given, tool
from todo_backend.tasks.domain import REMINDERS_LIMIT, SUBTASKS_LIMIT, TAGS_LIMIT
from todo_backend.tasks.lines import command_of
from todo_backend.tasks.use_cases.create import CreateTask

MinutesBefore = Annotated[int, Field(ge=0, le=REMINDER_MINUTES)]
Anchor = Annotated[
    Literal["schedule", "completion"], Field(description="whether the next date counts from the rule or from the doing")
]


class AddTask(Given):
    """A new task; what is given beside `line` counts more than what the line says."""

    line: Annotated[
        CleanText,
        Field(
            max_length=LINE_LIMIT,
            description="the task as one would write it, in English: title, date, rule, reminder, #tag, !priority, "
            "+list; read in the person's own zone",
            examples=["pay rent on the last day of every month at 17:00 remind me 30 minutes before"],
        ),
    ] = ""
    title: Title | None = None
    notes: Notes = ""
    list_name: ListName | None = None
    priority: Priority = "none"
    tags: Annotated[list[Tag], Field(max_length=TAGS_LIMIT)] = []
    due_date: WallDate | None = None
    due_time: Annotated[WallTime, Field(description="HH:MM; without one the whole day")] | None = None
    time_zone: TimeZone | None = None
    start_date: WallDate | None = None
    rrule: Annotated[Rrule, Field(description="RFC 5545; needs due_date")] | None = None
    anchor: Anchor = "schedule"
    on_holiday: OnHoliday = "ignore"
    subtasks: Annotated[list[Title], Field(max_length=SUBTASKS_LIMIT)] = []
    remind_minutes_before: Annotated[list[MinutesBefore], Field(max_length=REMINDERS_LIMIT)] = []
    remind_at: Annotated[list[Instant], Field(max_length=REMINDERS_LIMIT)] = []

    @model_validator(mode="after")
    def _names_it(self) -> AddTask:
        if not self.line.strip() and self.title is None:
            raise ValueError("give either a line or a title")
        if self.due_date is None and (self.due_time or self.rrule) and not self.line:
            raise ValueError("due_time and rrule need due_date")
        return self


@tool(
    "Add a task",
    "act",
    "POST /api/{user_id}/tasks",
    "POST /api/{user_id}/quick-add/parse",
)
async def add_task(acting: Acting, given: AddTask) -> shown.Done:
    """Add one task. Two tasks of the same title are two tasks: call it once for each. The answer says when it is due
    and how it repeats, as it was understood: read that back to the person.
    """
    list_id = None if given.list_name is None else (await meant_list(acting, given.list_name)).id
    fields = _command(given, list_id)
    if given.line.strip():
        draft = parse(given.line, acting.moment)
        if not draft.title and given.title is None:
            raise Refused("invalid", "The line has no title besides its dates.", errors=[{"field": "line"}])
        if list_id is None and draft.list_name is not None:
            list_id = (await acting.acts.list_named(draft.list_name)).id
        of_line = command_of(draft, fields.id, list_id)
        command = replace(of_line, **{name: getattr(fields, name) for name in _said(given)})
    else:
        command = fields
    output = await acting.acts.create(command)
    return shown.done(f"Added {shown.in_words(output['task'], acting)}.", output, acting)


def _command(given: AddTask, list_id: UUID | None) -> CreateTask:
    body: dict[str, Any] = {"title": given.title or "untitled", "notes": given.notes, "priority": given.priority}
    body |= {"tags": given.tags, "list_id": list_id, "subtasks": [{"title": title} for title in given.subtasks]}
    if given.due_date is not None:
        body["due"] = {
            "date": given.due_date.isoformat(),
            "time": _wall(given.due_time),
            "time_zone": given.time_zone,
        }
    if given.start_date is not None:
        body["start_date"] = given.start_date.isoformat()
    if given.rrule is not None:
        body["recurrence"] = {"rrule": given.rrule, "anchor": given.anchor, "on_holiday": given.on_holiday}
    body["reminders"] = [{"minutes_before": minutes} for minutes in given.remind_minutes_before]
    body["reminders"] += [{"at": at.isoformat()} for at in given.remind_at]
    try:
        return NewTask.model_validate(body).command(uuid7())
    except ValidationError as error:
        raise of_validation(error) from error


def _said(given: AddTask) -> set[str]:
    """Return the fields of a task that were given beside a line."""
    of = {
        "title": "title",
        "notes": "notes",
        "list_name": "list_id",
        "priority": "priority",
        "tags": "tags",
        "due_date": "due",
        "start_date": "start_date",
        "rrule": "recurrence",
        "subtasks": "subtasks",
        "remind_minutes_before": "reminders",
        "remind_at": "reminders",
    }
    return {of[name] for name in given.model_fields_set if name in of and getattr(given, name)}


def _wall(time: dt.time | None) -> str | None:
    return None if time is None else time.isoformat()
