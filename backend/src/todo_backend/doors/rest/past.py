"""What became of a series and what comes next, and what was done on each day, over REST."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from recurrence_rules import resolve

from todo_backend.accounts.domain import Account
from todo_backend.accounts.reading import account_by_id
from todo_backend.application.change import Answer
from todo_backend.application.shapes import Json, due_json, encode, instant
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.fields import CleanText, WallDate
from todo_backend.doors.rest.identity import Caller, Owner, reply
from todo_backend.errors import AccountGone, DateRangeTooLong, SeriesNotFound, TimeRangeEmpty
from todo_backend.series import past_reading, reading
from todo_backend.series.domain import Series
from todo_backend.series.next_dates import dates_from
from todo_backend.series.past import Past, mark_of, streak_of
from todo_backend.series.use_cases.rules import days_off
from todo_backend.tasks.domain import Task
from todo_backend.tasks.listing import PAGE_LIMIT

router = APIRouter(prefix="/api/{user_id}", tags=["series"])

MOST_DAYS = 366
MOST_DATES = 50
From = Annotated[WallDate, Query(alias="from")]
To = Annotated[WallDate, Query(description=f"the last day, at most {MOST_DAYS} days in all")]


@router.get("/series/{series_id}/past", response_model=replies.PastPage)
async def past(
    caller: Owner,
    series_id: UUID,
    cursor: Annotated[CleanText | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = 50,
) -> Response:
    """Read the closed occurrences of a series, newest first: done, late, skipped or missed."""
    await _series(caller, series_id)
    found, next_cursor = await past_reading.page(caller.services.pool, caller.user_id, series_id, cursor, limit)
    return reply(Answer(200, encode({"items": [_past_json(task) for task in found], "next_cursor": next_cursor})))


@router.get("/series/{series_id}/streak", response_model=replies.Streak)
async def streak(caller: Owner, series_id: UUID) -> Response:
    """Read how many in a row were done: late counts, a skip does not break, a miss does; so do dates passed over."""
    series = await _series(caller, series_id)
    found = await past_reading.past_of(caller.services.pool, caller.user_id, series_id)
    return reply(Answer(200, encode(asdict(streak_of(found, by_schedule=series.recurrence.anchor == "schedule")))))


@router.get("/series/{series_id}/next", response_model=replies.NextDates)
async def next_dates(caller: Owner, series_id: UUID, count: Annotated[int, Query(ge=1, le=MOST_DATES)] = 5) -> Response:
    """Read the next dates, that of the open occurrence first; counted from completion, only the first is known."""
    series, account = await _series(caller, series_id), await _account(caller)
    newest = await past_reading.newest(caller.services.pool, caller.user_id, series_id)
    now, off = dt.datetime.now(dt.UTC), days_off(series.recurrence, account)
    found = [] if newest is None else dates_from(newest, series, now, account.time_zone, off, count)
    shown = [{**(due_json(due) or {}), "at": instant(due.instant())} for due in found]
    return reply(Answer(200, encode({"occurrences": shown})))


@router.get("/series/{series_id}/days", response_model=replies.Days)
async def days_of_series(caller: Owner, series_id: UUID, first: From, to: To) -> Response:
    """Count what became of a series on each day; in the caller's zone. Days without anything are left out."""
    await _series(caller, series_id)
    return await _days(caller, first, to, series_id)


@router.get("/days", response_model=replies.Days, tags=["tasks"])
async def days(caller: Owner, first: From, to: To) -> Response:
    """Count what was done, skipped and missed on each day, of all tasks; in the caller's zone."""
    return await _days(caller, first, to, None)


async def _days(caller: Caller, first: dt.date, to: dt.date, series_id: UUID | None) -> Response:
    if to < first:
        raise TimeRangeEmpty
    if (to - first).days >= MOST_DAYS:
        raise DateRangeTooLong
    zone = (await _account(caller)).time_zone
    begins = [resolve(first + dt.timedelta(days=day), dt.time(), zone) for day in range((to - first).days + 2)]
    found = await past_reading.days(caller.services.pool, caller.user_id, begins, first, series_id)
    items: list[Json] = [{**asdict(day), "date": day.date.isoformat()} for day in found]
    return reply(Answer(200, encode({"time_zone": zone, "days": items})))


async def _series(caller: Caller, series_id: UUID) -> Series:
    found = await reading.one(caller.services.pool, caller.user_id, series_id)
    if found is None:
        raise SeriesNotFound
    return found


async def _account(caller: Caller) -> Account:
    account = await account_by_id(caller.services.pool, caller.user_id)
    if account is None:
        raise AccountGone
    return account


def _past_json(task: Task) -> Json:
    assert task.status != "open"  # noqa: S101 - the statement leaves open ones out
    return {
        "task_id": str(task.id),
        "occurrence_key": task.occurrence_key,
        "occurrence_number": task.occurrence_number,
        "mark": mark_of(Past(task.status, task.due_at, task.completed_at, task.passed_over)),
        "due": due_json(task.due),
        "due_at": instant(task.due_at),
        "completed_at": instant(task.completed_at),
        "passed_over": task.passed_over,
    }
