"""What follows a closed occurrence: the key of the next one, or the end. Pure; the backend decides all the rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, cast
from uuid import UUID

from recurrence_rules import Closed, Ended, Start, next_occurrence, parse_rule


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed wish: series and predecessor as the heads say, and the zone in which the user's days begin."""

    user_id: UUID
    series_id: UUID
    predecessor_id: UUID
    predecessor_version: int
    series_version: int
    claim: UUID
    attempts: int
    occurrence_key: str
    occurrence_number: int
    due_date: dt.date | None
    closed_at: dt.datetime
    day_zone: str
    rrule: str
    anchor: str
    missed: str
    exdates: list[str]
    rdates: list[str]
    start_date: dt.date
    start_time: dt.time | None
    start_zone: str
    event_id: UUID | None
    correlation_id: UUID | None
    traceparent: str | None


def advance_body(job: Job) -> dict[str, Any]:
    """Return what the backend is asked. Raises a case of RecurrenceError for a rule that is none.

    It depends on the heads alone, never on the clock: late, twice or replayed, it is the same.
    """
    start = Start(job.start_date, job.start_time, job.start_zone)
    closed = Closed(job.occurrence_key, job.closed_at, job.day_zone, job.occurrence_number, job.due_date)
    result = next_occurrence(
        parse_rule(job.rrule),
        start,
        closed,
        anchor=cast("Literal['schedule', 'completion']", job.anchor),
        missed=cast("Literal['next', 'each']", job.missed),
        exdates=job.exdates,
        rdates=job.rdates,
    )
    body: dict[str, Any] = {
        "predecessor_id": str(job.predecessor_id),
        "predecessor_version": job.predecessor_version,
        "series_version": job.series_version,
        "next": None,
        "end_reason": None,
        "passed_over": 0,
        "causation_id": None if job.event_id is None else str(job.event_id),
    }
    if isinstance(result, Ended):
        return {**body, "end_reason": result.reason}
    found = {
        "occurrence_key": result.key,
        "date": result.date.isoformat(),
        "time": None if result.time is None else result.time.isoformat(),
        "time_zone": result.zone,
    }
    return {**body, "next": found, "passed_over": result.passed_over}
