"""What a claimed wish asks of the backend: the next occurrence's key, the end, or to wait. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, cast
from uuid import UUID

from event_contracts.task import OnHoliday
from public_holidays import days_off_of
from recurrence_rules import Closed, Ended, Next, Rule, Start, next_occurrence, opens_at, parse_rule, resolve

LONG_AGO = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
_FINE = dt.timedelta(minutes=30)
"""Finer than two occurrences of any rule lie apart."""


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed wish: series and predecessor as the heads say, the zone in which the user's days begin, and `now`.

    `due_date`, `due_time`, `due_zone`, `begin_date` (its start) and `reminders` are the predecessor's. `closed_at` is
    None where it is still open. `country` and `region` say whose public holidays are the user's.
    """

    user_id: UUID
    series_id: UUID
    predecessor_id: UUID
    predecessor_version: int
    series_version: int
    claim: UUID
    attempts: int
    predecessor_open: bool
    occurrence_key: str
    occurrence_number: int
    due_date: dt.date | None
    due_time: dt.time | None
    due_zone: str | None
    begin_date: dt.date | None
    reminders: list[dict[str, Any]]
    closed_at: dt.datetime | None
    day_zone: str
    now: dt.datetime
    status: str
    rrule: str
    anchor: str
    missed: str
    trigger: str
    exdates: list[str]
    rdates: list[str]
    start_date: dt.date
    start_time: dt.time | None
    start_zone: str
    on_holiday: str
    country: str | None
    region: str | None
    resume_on: dt.date | None
    resumed_at: dt.datetime | None
    event_id: UUID | None
    correlation_id: UUID | None
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the backend to advance the series so."""

    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resume:
    """Ask the backend to let the paused series go on."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is due before this instant; None: nothing at all, before something is done."""

    until: dt.datetime | None


def decide(job: Job) -> Ask | Resume | Wait:
    """Return what is to be done about a wish. Raises a case of RecurrenceError for a rule that is none.

    After a completion it depends on the heads alone, never on the clock: late, twice or replayed, it is the same. By
    schedule the clock decides which occurrence has opened.
    """
    if job.status == "paused":
        assert job.resume_on is not None  # noqa: S101 - else nothing is wanted
        begins = resolve(job.resume_on, dt.time(), job.start_zone)
        return Wait(begins) if begins > job.now else Resume()
    if job.trigger == "on_schedule":
        return _by_schedule(job)
    return _asking(job, _after(job, job.closed_at or LONG_AGO, job.resumed_at, job.missed))


def _by_schedule(job: Job) -> Ask | Wait:
    found = _very_next(job) if job.missed == "each" else _newest_opened(job)
    if isinstance(found, Ended):
        return Wait(None) if job.predecessor_open else _asking(job, found)
    opens = _opening(job, found)
    if job.predecessor_open and job.missed != "each" and job.due_date is not None:
        # Nothing is missed before it is due.
        opens = max(opens, resolve(job.due_date, job.due_time, job.due_zone or job.start_zone))
    return Wait(opens) if opens > job.now else _asking(job, found)


def _very_next(job: Job) -> Next | Ended:
    return _after(job, LONG_AGO, None, "each")


def _newest_opened(job: Job) -> Next | Ended:
    """Return the newest occurrence that has opened; where none has, the first that will.

    Those before it whose due has passed are passed over: a service that was away makes one task, not one a day.
    """
    first = _after(job, LONG_AGO, job.resumed_at, "next")
    if isinstance(first, Ended) or first.at > job.now:
        return first
    to_come = _after(job, LONG_AGO, job.now, "next")
    if isinstance(to_come, Next) and _opening(job, to_come) <= job.now:
        return to_come
    newest, low, high = first, first.at, job.now
    while high - low > _FINE:
        middle = low + (high - low) / 2
        found = _after(job, LONG_AGO, middle, "next")
        if isinstance(found, Next) and found.at <= job.now:
            newest, low = found, middle
        else:
            high = middle
    return newest


def _after(job: Job, closed_at: dt.datetime, resumed: dt.datetime | None, missed: str) -> Next | Ended:
    day_zone = job.start_zone if job.trigger == "on_schedule" else job.day_zone
    closed = Closed(job.occurrence_key, closed_at, day_zone, job.occurrence_number, job.due_date, resumed)
    return next_occurrence(
        _rule(job),
        _start(job),
        closed,
        anchor=cast("Literal['schedule', 'completion']", job.anchor),
        missed=cast("Literal['next', 'each']", missed),
        exdates=job.exdates,
        rdates=job.rdates,
        days_off=days_off_of(job.country, job.region, cast("OnHoliday", job.on_holiday)),
    )


def _opening(job: Job, found: Next) -> dt.datetime:
    """Return when an occurrence opens whose start and reminders lie about its due as the predecessor's do."""
    days, shift = dt.timedelta(), dt.timedelta()
    if job.due_date is not None:
        days = found.date - job.due_date
        shift = found.at - resolve(job.due_date, job.due_time, job.due_zone or job.start_zone)
    before = [(r.get("relative_to"), r["minutes_before"]) for r in job.reminders if r.get("minutes_before") is not None]
    return opens_at(
        (found.date, found.time, found.zone),
        job.begin_date and job.begin_date + days,
        before_due=[minutes for to, minutes in before if to != "start"],
        before_start=[minutes for to, minutes in before if to == "start"],
        at=[dt.datetime.fromisoformat(r["at"]) + shift for r in job.reminders if r.get("at") is not None],
    )


def _asking(job: Job, result: Next | Ended) -> Ask:
    body: dict[str, Any] = {
        "predecessor_id": str(job.predecessor_id),
        "predecessor_version": job.predecessor_version,
        "series_version": job.series_version,
        "next": None,
        "end_reason": None,
        "passed_over": 0,
        "causation_id": None if job.event_id is None else str(job.event_id),
        "country": job.country,
        "region": job.region,
    }
    if isinstance(result, Ended):
        return Ask({**body, "end_reason": result.reason})
    found = {
        "occurrence_key": result.key,
        "date": result.date.isoformat(),
        "time": None if result.time is None else result.time.isoformat(),
        "time_zone": result.zone,
    }
    return Ask({**body, "next": found, "passed_over": result.passed_over})


def _rule(job: Job) -> Rule:
    return parse_rule(job.rrule)


def _start(job: Job) -> Start:
    return Start(job.start_date, job.start_time, job.start_zone)
