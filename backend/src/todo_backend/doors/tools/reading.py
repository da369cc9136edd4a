"""Looking at tasks: one, those of a view, those with some words."""

from __future__ import annotations

# ruff: noqa: RUF012 - Pydantic copies the defaults of fields
import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field
from recurrence_rules import resolve

from todo_backend.application.shapes import task_answer
from todo_backend.doors.rest.fields import CleanText, WallDate
from todo_backend.doors.rest.requests import Priority, Tag
from todo_backend.doors.tools import shown
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.naming import ListName, TaskName, meant, meant_list
from todo_backend.doors.tools.tool import Given, Shown, tool
from todo_backend.doors.tools.which import CLOSED, OPEN

Status = Literal["open", "done", "skipped", "missed"]
Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[CleanText, Field(max_length=500, description="next_cursor of the page before")]
UPCOMING_DAYS = 7
DAY = dt.timedelta(days=1)


class Tasks(Shown):
    """Some tasks."""

    tasks: list[shown.TaskLine]
    next_cursor: str | None = Field(description="for the next page; null on the last one")


class ListTasks(Given):
    """What to list."""

    view: Annotated[
        Literal["all", "today", "overdue", "upcoming"],
        Field(description="`today`: due today or before; `upcoming`: due within the next seven days, today included"),
    ] = "all"
    status: Annotated[list[Status], Field(max_length=4)] = ["open"]
    list_name: Annotated[ListName | None, Field(description="the name or the id of a list, or `none`: in no list")] = (
        None
    )
    tags: Annotated[list[Tag], Field(max_length=20, description="any of these")] = []
    priority: Annotated[list[Priority], Field(max_length=5)] = []
    due_from: WallDate | None = None
    due_to: WallDate | None = None
    closed_from: (
        Annotated[
            WallDate, Field(description="closed on this day or after; say with it which `status`, for example done")
        ]
        | None
    ) = None
    closed_to: Annotated[WallDate, Field(description="closed on this day or before")] | None = None
    repeating: bool | None = None
    sort: Literal["due", "-due", "created", "-created", "updated", "-updated"] = "due"
    limit: Limit = 50
    cursor: Cursor | None = None


@tool("List tasks", "question", "GET /api/{user_id}/tasks")
async def list_tasks(acting: Acting, given: ListTasks) -> Tasks:
    """List tasks: open ones unless asked otherwise, by their due. Use search_tasks to find some by words. What
    somebody has done in some days: status done, with closed_from and closed_to.
    """
    filters: dict[str, Any] = {
        "status": tuple(given.status),
        "priority": tuple(given.priority),
        "tag": tuple(given.tags),
        "due_from": given.due_from,
        "due_to": given.due_to,
        "closed_from": given.closed_from and resolve(given.closed_from, dt.time(), acting.moment.zone),
        "closed_before": given.closed_to and resolve(given.closed_to + DAY, dt.time(), acting.moment.zone),
        "has_recurrence": given.repeating,
        "sort": given.sort,
        "limit": given.limit,
        "cursor": given.cursor,
    }
    today = acting.moment.today
    match given.view:
        case "today":
            filters["due_to"] = today
        case "overdue":
            filters["overdue"] = True
        case "upcoming":
            filters |= {"due_from": today, "due_to": today + dt.timedelta(days=UPCOMING_DAYS)}
        case "all":
            pass
    if given.list_name is not None:
        none = given.list_name.casefold() == "none"
        filters["list_id"] = "none" if none else (await meant_list(acting, given.list_name)).id
    return await _page(acting, filters)


class SearchTasks(Given):
    """What to search for."""

    words: Annotated[CleanText, Field(min_length=1, max_length=200, description="all of them; each may be a prefix")]
    status: Annotated[list[Status], Field(max_length=4, description="any of these; empty: all")] = []
    limit: Limit = 20
    cursor: Cursor | None = None


@tool("Search tasks", "question", "GET /api/{user_id}/tasks")
async def search_tasks(acting: Acting, given: SearchTasks) -> Tasks:
    """Find tasks by words of their title or notes, open and closed ones, the last changed first. Signs such as % or *
    stand for nothing.
    """
    filters = {"q": given.words, "status": tuple(given.status), "limit": given.limit, "cursor": given.cursor}
    return await _page(acting, {**filters, "sort": "-updated"})


class NameTask(Given):
    """Which task."""

    task: TaskName


@tool("Read a task", "question", "GET /api/{user_id}/tasks/{task_id}")
async def get_task(acting: Acting, given: NameTask) -> shown.TaskShown:
    """Read one task with all that it says. By its id a deleted one, too."""
    return shown.whole(task_answer(*await meant(acting, given.task, (*OPEN, *CLOSED))), acting)


class Nothing(Given):
    """It takes nothing."""


class Profile(Shown):
    """The person and their here and now."""

    id: UUID
    name: str
    time_zone: str
    locale: str
    week_start: int = Field(description="0 is Monday")
    country: str | None = Field(description="whose public holidays are theirs")
    now: AwareDatetime
    today: dt.date


@tool("Read the profile", "question", "GET /api/me")
async def get_profile(acting: Acting, given: Nothing) -> Profile:  # noqa: ARG001 - all tools are called alike
    """Say whose tasks these are, their time zone, and what day and time it is for them."""
    account = acting.account
    return Profile(
        id=account.id,
        name=account.name,
        time_zone=account.time_zone,
        locale=account.locale,
        week_start=account.week_start,
        country=account.country,
        now=acting.moment.now,
        today=acting.moment.today,
    )


async def _page(acting: Acting, filters: dict[str, Any]) -> Tasks:
    found, cursor = await acting.acts.page_from(**filters)
    return Tasks(tasks=[shown.line(one, acting) for one in found], next_cursor=cursor)
