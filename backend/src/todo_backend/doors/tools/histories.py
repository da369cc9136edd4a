"""What was done: asked of audit-service, which records every act of every door."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from event_contracts.edges import READ_CHAIN, READ_HISTORY, SEARCH_HISTORY
from pydantic import AwareDatetime, Field, model_validator
from recurrence_rules import resolve

from todo_backend.application.shapes import instant
from todo_backend.doors.rest.fields import CleanText, Instant
from todo_backend.doors.rest.history import ask
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.naming import TaskName, meant
from todo_backend.doors.tools.reading import Limit
from todo_backend.doors.tools.tool import Given, Shown, tool
from todo_backend.doors.tools.which import CLOSED, OPEN

HISTORY = "/api/{user_id}/history"
Cursor = Annotated[CleanText, Field(max_length=200, description="next_cursor of the page before")]
Period = Literal["today", "yesterday", "this_week", "last_week", "this_month", "last_month"]
EVENTS = {
    "completed": ["todo.task.completed.v1"],
    "created": ["todo.task.created.v1"],
    "skipped": ["todo.task.skipped.v1"],
    "deleted": ["todo.task.deleted.v1"],
}


class Entry(Shown):
    """One act: what, when, by whom, through which door, and what it changed."""

    event_id: UUID
    what: str
    occurred_at: AwareDatetime
    task_id: UUID | None
    title: str | None
    by: str = Field(description="who and through which door: user rest, agent chat, mcp mcp, service internal")
    changed: list[str] = Field(description="the fields that it changed")
    correlation_id: UUID | None


class Entries(Shown):
    """Acts, newest first. `next_cursor` is null on the last page; a page before it may be short, even empty."""

    entries: list[Entry]
    next_cursor: str | None


class TaskHistory(Given):
    """Of which task."""

    task: TaskName
    limit: Limit = 20
    cursor: Cursor | None = None


@tool("Read a task's history", "question", "GET /api/{user_id}/tasks/{task_id}/history")
async def history_of_task(acting: Acting, given: TaskHistory) -> Entries:
    """Read who changed a task, when, through which door, and what; newest first."""
    task, _ = await meant(acting, given.task, (*OPEN, *CLOSED))
    answer = await ask(acting, READ_HISTORY, {"task_id": task.id}, {"limit": given.limit, "cursor": given.cursor})
    return _entries(orjson.loads(answer.content))


class WhatWasDone(Given):
    """When, and of what kind."""

    period: Annotated[Period | None, Field(description="in the person's zone, by their week")] = None
    since: Instant | None = None
    until: Annotated[Instant | None, Field(description="the first instant that does not count")] = None
    what: Literal["completed", "created", "skipped", "deleted", "everything"] = "completed"
    correlation_id: Annotated[UUID | None, Field(description="only what one request did")] = None
    limit: Limit = 50
    cursor: Cursor | None = None

    @model_validator(mode="after")
    def _one_time(self) -> WhatWasDone:
        if self.period is not None and (self.since or self.until):
            raise ValueError("give either period or since and until")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("until is after since")
        return self


@tool("Read what was done", "question", f"GET {HISTORY}")
async def what_was_done(acting: Acting, given: WhatWasDone) -> Entries:
    """Read the acts of a time, newest first: completions unless asked otherwise, those that were taken back since, too.
    What is done and stays done: list_tasks with closed_from.
    """
    since, until = _instants(acting, given.period) if given.period else (given.since, given.until)
    query = {
        "event_type": EVENTS.get(given.what, []),
        "since": instant(since),
        "until": instant(until),
        "correlation_id": given.correlation_id,
        "limit": given.limit,
        "cursor": given.cursor,
    }
    return _entries(orjson.loads((await ask(acting, SEARCH_HISTORY, {}, query)).content))


class OneEvent(Given):
    """Which act."""

    event_id: UUID


class Chain(Shown):
    """An act, what led to it and what followed from it, each oldest first."""

    event: Entry
    led_here: list[Entry]
    followed: list[Entry]


@tool("Read why something happened", "question", f"GET {HISTORY}/{{event_id}}/chain")
async def why_it_happened(acting: Acting, given: OneEvent) -> Chain:
    """Read what led to an act and what followed from it; event ids stand in histories."""
    answer = orjson.loads((await ask(acting, READ_CHAIN, {"event_id": given.event_id}, {})).content)
    return Chain(
        event=_entry(answer["event"]),
        led_here=[_entry(one) for one in answer["led_here"]],
        followed=[_entry(one) for one in answer["followed"]],
    )


def _entries(page: dict[str, Any]) -> Entries:
    return Entries(entries=[_entry(one) for one in page["items"]], next_cursor=page["next_cursor"])


def _entry(one: dict[str, Any]) -> Entry:
    return Entry(
        event_id=one["event_id"],
        what=one["event_type"],
        occurred_at=one["occurred_at"],
        task_id=one.get("task_id"),
        title=one.get("title"),
        by=f"{one['actor']['kind']} {one['actor']['door']}",
        changed=sorted(one.get("changes") or {}),
        correlation_id=one.get("correlation_id"),
    )


def _instants(acting: Acting, period: Period) -> tuple[dt.datetime, dt.datetime]:
    """Return the first instant of a period and the first after it."""
    today, day = acting.moment.today, dt.timedelta(days=1)
    week = acting.moment.week_of(today)
    month = today.replace(day=1)
    first, past = {
        "today": (today, today + day),
        "yesterday": (today - day, today),
        "this_week": (week, week + 7 * day),
        "last_week": (week - 7 * day, week),
        "this_month": (month, (month + 31 * day).replace(day=1)),
        "last_month": ((month - day).replace(day=1), month),
    }[period]
    zone = acting.moment.zone
    return resolve(first, dt.time(), zone), resolve(past, dt.time(), zone)
