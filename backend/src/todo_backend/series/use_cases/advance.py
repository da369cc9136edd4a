"""Advancing a series: the next occurrence is made from the closed one, or the series ends.

recurring-task-service computed only the key; everything that could have changed meanwhile is checked here, under the
series' lock. Whatever the order and number of calls, no second successor is made.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from event_contracts import RECURRING_TASK_CREATED
from event_contracts.task import OPEN_OCCURRENCES_LIMIT
from recurrence_rules import opens_at

from todo_backend.accounts.domain import Account
from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import AdvanceInvalid, SeriesNotFound, Superseded, TaskNotFound
from todo_backend.series.domain import Series
from todo_backend.tasks.domain import Due, Task


@dataclass(frozen=True, slots=True)
class NextDate:
    """The place of the next occurrence: its key on the grid and the wall time that clocks show then."""

    occurrence_key: str
    date: dt.date
    time: dt.time | None
    time_zone: str | None


@dataclass(frozen=True, slots=True)
class Advance:
    """Make the occurrence after `predecessor_id`, or end the series when there is no next date.

    `country` and `region` are those whose public holidays were asked.
    """

    series_id: UUID
    predecessor_id: UUID
    predecessor_version: int
    series_version: int
    next: NextDate | None
    end_reason: Literal["count", "until"] | None
    passed_over: int
    causation_id: UUID | None
    task_id: UUID
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Advanced:
    """What came of it, beside the change."""

    outcome: Literal["made", "already", "ended"]
    task_id: UUID | None = None


def advance_series(command: Advance, loaded: Loaded, context: Context) -> tuple[Change, Advanced]:
    """Return the change and the answer. Raises SeriesNotFound, TaskNotFound, Superseded, AdvanceInvalid."""
    series = loaded.series.get(command.series_id)
    if series is None:
        raise SeriesNotFound
    predecessor = loaded.tasks.get(command.predecessor_id)
    if predecessor is None:
        raise TaskNotFound
    if predecessor.series_id != series.id:
        raise Superseded(series=series, predecessor=predecessor)
    successor = loaded.successor_of(predecessor)
    if successor is not None:
        return Change(), Advanced("already", successor.id)
    if series.status == "ended":
        return Change(), Advanced("ended")
    _require_fresh(command, series, predecessor)
    _require_ones_own_holidays(command, series, predecessor, loaded.account)
    if command.next is None:
        return end_after(command, series, predecessor, context), Advanced("ended")
    if predecessor.occurrence_key is None or command.next.occurrence_key <= predecessor.occurrence_key:
        raise AdvanceInvalid("The next date is not later than the last one.")
    others = [t for t in loaded.tasks.values() if t.series_id == series.id and t.is_open and t.id != predecessor.id]
    if others and (not series.recurrence.may_overlap or len(others) + predecessor.is_open >= OPEN_OCCURRENCES_LIMIT):
        return Change(), Advanced("already", others[0].id)
    task = successor_of(predecessor, series, command)
    if _is_too_early(task, series, predecessor, context.now):
        raise Superseded(series=series, predecessor=predecessor)
    return make_after(task, series, predecessor, command, context), Advanced("made", task.id)


def successor_of(predecessor: Task, series: Series, command: Advance) -> Task:
    """Return the next occurrence: due, start and absolute reminders shifted together, its checklist fresh."""
    assert command.next is not None  # noqa: S101 - the caller has looked
    found = command.next
    task = replace(
        predecessor.moved_to(Due(found.date, found.time, found.time_zone or series.start.time_zone)),
        id=command.task_id,
        status="open",
        subtasks=tuple(replace(s, done=False) for s in predecessor.subtasks),
        occurrence_key=found.occurrence_key,
        occurrence_number=(predecessor.occurrence_number or 1) + 1 + command.passed_over,
        predecessor_id=predecessor.id,
        passed_over=command.passed_over,
        trigger=series.recurrence.trigger,
        missed=series.recurrence.missed,
        version=0,
        completed_at=None,
        deleted_at=None,
    )
    return replace(task, opens_at=opening_of(task) if series.recurrence.trigger == "on_schedule" else None)


def opening_of(task: Task) -> dt.datetime | None:
    """Return when an occurrence opens by schedule: its start, its earliest reminder or its due, whichever is first."""
    if task.due is None:
        return None
    before = [(r.relative_to, r.minutes_before) for r in task.reminders if r.minutes_before is not None]
    return opens_at(
        (task.due.date, task.due.time, task.due.time_zone),
        task.start_date,
        before_due=[minutes for to, minutes in before if to != "start"],
        before_start=[minutes for to, minutes in before if to == "start"],
        at=[r.at for r in task.reminders if r.at is not None],
    )


def _is_too_early(task: Task, series: Series, predecessor: Task, now: dt.datetime) -> bool:
    """Say whether an occurrence that opens by schedule must wait: nothing is missed before it is due."""
    if series.recurrence.trigger != "on_schedule":
        return False
    if task.opens_at is None or task.opens_at > now:
        return True
    due_at = predecessor.due_at
    return predecessor.is_open and not series.recurrence.may_overlap and due_at is not None and due_at > now


def _require_fresh(command: Advance, series: Series, predecessor: Task) -> None:
    closed = not predecessor.is_open and predecessor.is_live
    # By schedule it goes on from an open one, and from one that was deleted while it was open.
    by_schedule = series.recurrence.trigger == "on_schedule" and predecessor.withdrawn_at is None
    # A closed occurrence may be deleted afterwards: the series goes on from it all the same.
    closed_then_deleted = predecessor.status != "open" and predecessor.withdrawn_at is None
    if (
        predecessor.version != command.predecessor_version
        or series.version != command.series_version
        or series.status != "active"
        or not (closed or by_schedule or closed_then_deleted)
    ):
        raise Superseded(series=series, predecessor=predecessor)


def _require_ones_own_holidays(command: Advance, series: Series, predecessor: Task, account: Account | None) -> None:
    """Refuse a date of other holidays than the person's own: accounts and tasks come to its caller on two topics."""
    if account is None or series.recurrence.on_holiday == "ignore":
        return
    if (command.country, command.region) != (account.country, account.region):
        raise Superseded(series=series, predecessor=predecessor, account=account)


def end_after(command: Advance, series: Series, predecessor: Task, context: Context) -> Change:
    """Return the end of a series whose rule has no further date. Raises Superseded, AdvanceInvalid."""
    if predecessor.is_open:
        raise Superseded(series=series, predecessor=predecessor)
    if command.end_reason is None:
        raise AdvanceInvalid("Without a next date the reason of the end must be given.")
    over = replace(
        series,
        status="ended",
        end_reason=command.end_reason,
        passed_over=series.passed_over + command.passed_over,
    )
    ended = Write(
        series,
        over,
        "todo.series.ended.v1",
        context.new_id(),
        reason=command.end_reason,
        causation_id=command.causation_id,
        task_id=predecessor.id,
    )
    return Change(series=(ended,))


def make_after(task: Task, series: Series, predecessor: Task, command: Advance, context: Context) -> Change:
    """Return the next occurrence with its series, and what it makes a missed one."""
    went_on = replace(series, occurrences=series.occurrences + 1, passed_over=series.passed_over + command.passed_over)
    writes: list[Write[Task]] = []
    if predecessor.is_open and not series.recurrence.may_overlap:
        missed = replace(predecessor, status="missed")
        writes.append(
            Write(
                predecessor,
                missed,
                "todo.task.missed.v1",
                context.new_id(),
                causation_id=command.causation_id,
            )
        )
    writes.append(
        Write(
            None,
            task,
            "todo.task.created.v1",
            context.new_id(),
            short_name=RECURRING_TASK_CREATED,
            causation_id=command.causation_id,
        )
    )
    return Change(tasks=tuple(writes), series=(Write(series, went_on, None),))
