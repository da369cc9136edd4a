"""Pausing, resuming and ending a series. What is open stays open; only what follows it is concerned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from recurrence_rules import resolve, wall_of

from todo_backend.application.change import ActKind, Change, Context, Loaded, Write
from todo_backend.errors import ResumeDayPassed, SeriesNotFound, Superseded
from todo_backend.series.domain import Series
from todo_backend.series.use_cases.checks import found, going_on

END_BY_HAND = "by_hand"
AUTOMATIC = "resume_on"


@dataclass(frozen=True, slots=True)
class PauseSeries:
    """Let nothing follow until the series is resumed, by itself at the beginning of `resume_on` where that is said."""

    series_id: UUID
    resume_on: dt.date | None = None
    expected_version: int | None = None


def pause_series(command: PauseSeries, loaded: Loaded, context: Context) -> Change:
    """Return the paused series; an empty change when it is so already. Raises SeriesHasEnded, ResumeDayPassed."""
    before = going_on(loaded, command.series_id, command.expected_version)
    if command.resume_on is not None and command.resume_on <= wall_of(context.now, before.start.time_zone).date():
        raise ResumeDayPassed
    after = replace(before, status="paused", resume_on=command.resume_on)
    return _change("pause", "todo.series.paused.v1", before, after, loaded, context)


@dataclass(frozen=True, slots=True)
class ResumeSeries:
    """Let a paused series go on."""

    series_id: UUID
    expected_version: int | None = None


def resume_series(command: ResumeSeries, loaded: Loaded, context: Context) -> Change:
    """Return the series that goes on; an empty change when it does already. Raises SeriesHasEnded.

    What lies before this instant is passed over where its policy is `next`.
    """
    before = going_on(loaded, command.series_id, command.expected_version)
    if before.status == "active":
        return Change()
    after = replace(before, status="active", resume_on=None, resumed_at=context.now)
    return _change("resume", "todo.series.resumed.v1", before, after, loaded, context)


@dataclass(frozen=True, slots=True)
class ResumeByItself:
    """The day named for it has come, says recurring-task-service, which knows the series at `series_version`."""

    series_id: UUID
    series_version: int


def resume_by_itself(command: ResumeByItself, loaded: Loaded, context: Context) -> Change:
    """Return the series that goes on; an empty change when it is not paused. Raises SeriesNotFound, Superseded."""
    before = loaded.series.get(command.series_id)
    if before is None:
        raise SeriesNotFound
    if before.status != "paused":
        return Change()
    begins = None if before.resume_on is None else resolve(before.resume_on, dt.time(), before.start.time_zone)
    if before.version != command.series_version or begins is None or begins > context.now:
        raise Superseded(series=before)
    change = resume_series(ResumeSeries(before.id), loaded, context)
    return replace(change, series=tuple(replace(w, reason=AUTOMATIC) for w in change.series), act=None)


@dataclass(frozen=True, slots=True)
class EndSeries:
    """End a series by hand: its open occurrence is the last."""

    series_id: UUID
    expected_version: int | None = None


def end_series(command: EndSeries, loaded: Loaded, context: Context) -> Change:
    """Return the ended series; an empty change when it has ended."""
    before = found(loaded, command.series_id, command.expected_version)
    if before.status == "ended":
        return Change()
    after = replace(before, status="ended", end_reason=END_BY_HAND, resume_on=None)
    return _change("end", "todo.series.ended.v1", before, after, loaded, context, END_BY_HAND)


def _change(
    act: ActKind,
    event: str,
    before: Series,
    after: Series,
    loaded: Loaded,
    context: Context,
    reason: str | None = None,
) -> Change:
    if after == before:
        return Change()
    occurrences = loaded.open_occurrences(before.id)
    task_id = occurrences[-1].id if occurrences else None
    return Change(series=(Write(before, after, event, context.new_id(), reason=reason, task_id=task_id),), act=act)
