"""What comes after an occurrence, as recurring-task-service will decide it; pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from recurrence_rules import Closed, DaysOff, Ended, Next, Start, next_occurrence, parse_rule, resolve

from todo_backend.series.domain import Series
from todo_backend.tasks.domain import Due, Task


def after_closing(
    task: Task, series: Series | None, closed_at: dt.datetime, day_zone: str, off: DaysOff | None
) -> Next | Ended | None:
    """Return what follows an occurrence closed at an instant; None: nothing does, or nobody knows yet when.

    `day_zone` is where the person's days begin.
    """
    if series is None or series.status != "active" or task.occurrence_key is None:
        return None
    zone = series.start.time_zone if series.recurrence.trigger == "on_schedule" else day_zone
    due = task.due.date if task.due else None
    closed = Closed(task.occurrence_key, closed_at, zone, task.occurrence_number or 1, due, series.resumed_at)
    return _next(series, closed, off)


def dates_from(
    task: Task, series: Series, now: dt.datetime, day_zone: str, off: DaysOff | None, count: int
) -> list[Due]:
    """Return the next dates of a series whose newest occurrence is `task`, itself first while it is open.

    They are those of somebody who closes each in its time. Counted from completion, only the first is known; a series
    that is paused goes on from the day that was named.
    """
    found: list[Due] = [task.due] if task.is_open and task.due else []
    closed_at = now if task.is_open or task.completed_at is None else task.completed_at
    if series.status == "paused" and series.resume_on is not None:
        begins = resolve(series.resume_on, dt.time(), series.start.time_zone)
        series = replace(series, status="active", resumed_at=max(begins, now))
    known = count if series.recurrence.anchor == "schedule" else 1
    following = None if len(found) >= known else after_closing(task, series, closed_at, day_zone, off)
    number = task.occurrence_number or 1
    while isinstance(following, Next) and len(found) < known:
        found.append(Due(following.date, following.time, following.zone))
        number += 1 + following.passed_over
        closed = Closed(following.key, following.at, series.start.time_zone, number, following.date)
        following = _next(series, closed, off)
    return found


def _next(series: Series, closed: Closed, off: DaysOff | None) -> Next | Ended:
    return next_occurrence(
        parse_rule(series.recurrence.rrule),
        Start(series.start.date, series.start.time, series.start.time_zone),
        closed,
        anchor=series.recurrence.anchor,
        missed=series.recurrence.missed,
        exdates=series.recurrence.exdates,
        rdates=series.recurrence.rdates,
        days_off=off,
    )
