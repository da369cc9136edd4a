"""What has become of a repeating task, what is to come of it, and what was done on which days."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field, model_validator
from recurrence_rules import Start, describe, parse_rule, resolve

from todo_backend.application.shapes import due_json, task_answer
from todo_backend.doors.rest.fields import WallDate
from todo_backend.doors.rest.past import MOST_DAYS
from todo_backend.doors.rest.replies import Day, Due, Streak
from todo_backend.doors.tools import shown
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.naming import meant_series
from todo_backend.doors.tools.reading import Nothing
from todo_backend.doors.tools.repeating import SERIES, NameSeries
from todo_backend.doors.tools.tool import Given, Shown, tool
from todo_backend.series import past_reading, reading
from todo_backend.series.next_dates import dates_from
from todo_backend.series.past import streak_of
from todo_backend.series.use_cases.rules import days_off

NEXT = 5
PAUSED = 100


class SeriesShown(Shown):
    """A repeating task: its rule, its next dates, how well it went."""

    id: UUID
    status: Literal["active", "paused", "ended"]
    rule: str = Field(description="in words")
    rrule: str
    anchor: str
    resume_on: dt.date | None = Field(description="when a paused one goes on by itself")
    newest: shown.TaskShown
    next: list[Due] = Field(description="that of the open occurrence first; empty when it is over")
    streak: Streak


@tool(
    "Read a series",
    "question",
    f"GET {SERIES}",
    f"GET {SERIES}/next",
    f"GET {SERIES}/streak",
    f"GET {SERIES}/past",
)
async def get_series(acting: Acting, given: NameSeries) -> SeriesShown:
    """Read how a task repeats: its rule in words, its next dates, its newest occurrence, and how many were done,
    skipped and missed.
    """
    task, series = await meant_series(acting, given.task)
    pool, off = acting.services.pool, days_off(series.recurrence, acting.account)
    newest = await past_reading.newest(pool, acting.user_id, series.id) or task
    past = await past_reading.past_of(pool, acting.user_id, series.id)
    recurrence, start = series.recurrence, series.start
    streak = streak_of(past, by_schedule=recurrence.anchor == "schedule")
    began = Start(start.date, start.time, start.time_zone)
    coming = dates_from(newest, series, acting.moment.now, acting.moment.zone, off, NEXT)
    return SeriesShown(
        id=series.id,
        status=series.status,
        rule=describe(parse_rule(recurrence.rrule), began, anchor=recurrence.anchor, days_off=off),
        rrule=recurrence.rrule,
        anchor=recurrence.anchor,
        resume_on=series.resume_on,
        newest=shown.whole(task_answer(newest, series), acting),
        next=[Due.model_validate(due_json(due)) for due in coming],
        streak=Streak.model_validate(streak, from_attributes=True),
    )


class PausedSeries(Shown):
    """What is paused."""

    paused: list[shown.TaskLine] = Field(description="the newest occurrence of each")


@tool("List paused series", "question", "GET /api/{user_id}/series")
async def list_paused(acting: Acting, given: Nothing) -> PausedSeries:  # noqa: ARG001 - all tools are called alike
    """List the repeating tasks that are paused: what is closed of them shows nowhere else."""
    found = await reading.paused(acting.services.pool, acting.user_id, None, PAUSED)
    return PausedSeries(paused=[shown.line(one, acting) for one in found])


class DaysAsked(Given):
    """From which day to which."""

    first: WallDate
    last: WallDate

    @model_validator(mode="after")
    def _in_order(self) -> DaysAsked:
        if not 0 <= (self.last - self.first).days < MOST_DAYS:
            raise ValueError(f"last is not before first, and there are at most {MOST_DAYS} days")
        return self


class DaysShown(Shown):
    """Days on which something happened."""

    time_zone: str
    days: list[Day]


@tool("Count by day", "question", "GET /api/{user_id}/days", f"GET {SERIES}/days")
async def count_by_day(acting: Acting, given: DaysAsked) -> DaysShown:
    """Count what was done, done late, skipped and missed on each day; days without anything are left out."""
    zone, number = acting.moment.zone, (given.last - given.first).days + 2
    begins = [resolve(given.first + dt.timedelta(days=day), dt.time(), zone) for day in range(number)]
    found = await past_reading.days(acting.services.pool, acting.user_id, begins, given.first, None)
    return DaysShown(time_zone=zone, days=[Day.model_validate(day, from_attributes=True) for day in found])
