"""Catching up: what was missed is skipped at once, or one occurrence moves on to the rule's next date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from recurrence_rules import Ended, Next

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import AccountGone, NoNextDate, SeriesPaused, TaskDoesNotRepeat, TaskNotOpen
from todo_backend.series.domain import Series
from todo_backend.series.use_cases.advance import Advance, NextDate, end_after, make_after, opening_of, successor_of
from todo_backend.series.use_cases.checks import going_on
from todo_backend.series.use_cases.rules import days_off, first_to_come
from todo_backend.tasks.domain import Due, Task
from todo_backend.tasks.use_cases.checks import present


@dataclass(frozen=True, slots=True)
class SkipMissed:
    """Skip every open occurrence whose due has passed, and every date before now."""

    series_id: UUID
    expected_version: int | None = None


def skip_missed(command: SkipMissed, loaded: Loaded, context: Context) -> Change:
    """Return the skipped occurrences and, where the series would work its past off one by one, what is still to come.

    With `missed=next` it goes on like after any skip. An empty change when nothing is overdue. Raises SeriesHasEnded,
    SeriesPaused.
    """
    series = going_on(loaded, command.series_id, command.expected_version)
    if series.status == "paused":
        raise SeriesPaused
    occurrences = loaded.open_occurrences(series.id)
    overdue = [t for t in occurrences if t.due_at is not None and t.due_at < context.now]
    skipped = tuple(
        Write(t, replace(t, status="skipped"), "todo.task.skipped.v1", context.new_id(), task_id=t.id) for t in overdue
    )
    if not overdue:
        return Change()
    if series.recurrence.missed == "next" or len(overdue) < len(occurrences):
        return Change(tasks=skipped, act="skip")
    # One that is later than all of them may be done already: dates go on from there.
    newest = loaded.newest_of(series.id)
    last = next((write.after for write in skipped if write.after.id == newest.id), newest)
    going = _gone_on(series, last, skipped[-1].event_id, loaded, context)
    return replace(going, tasks=(*skipped, *going.tasks), act="skip")


def _gone_on(series: Series, task: Task, causation_id: UUID | None, loaded: Loaded, context: Context) -> Change:
    found = _first_to_come(series, task, loaded, context)
    command = Advance(
        series_id=series.id,
        predecessor_id=task.id,
        predecessor_version=task.version,
        series_version=series.version,
        next=NextDate(found.key, found.date, found.time, found.zone) if isinstance(found, Next) else None,
        end_reason=found.reason if isinstance(found, Ended) else None,
        passed_over=found.passed_over if isinstance(found, Next) else 0,
        causation_id=causation_id,
        task_id=context.new_id(),
    )
    if command.next is None:
        return end_after(command, series, task, context)
    return make_after(successor_of(task, series, command), series, task, command, context)


@dataclass(frozen=True, slots=True)
class PostponeToNextDate:
    """Let an open occurrence take the place of the next date of its rule that is still to come."""

    task_id: UUID
    expected_version: int | None = None


def postpone_to_next_date(command: PostponeToNextDate, loaded: Loaded, context: Context) -> Change:
    """Return the occurrence on that date, start and reminders with it: its key and number move, too.

    Raises TaskNotOpen, TaskDoesNotRepeat, SeriesHasEnded, NoNextDate.
    """
    before = present(loaded, command.task_id, command.expected_version)
    if before.status != "open":
        raise TaskNotOpen(task_status=before.status)
    if before.series_id is None:
        raise TaskDoesNotRepeat
    series = going_on(loaded, before.series_id, None)
    # Where several are open, the dates of the others are taken, and one that is later may be done already.
    newest = loaded.newest_of(series.id)
    found = _first_to_come(series, newest, loaded, context)
    if isinstance(found, Ended):
        raise NoNextDate
    after = replace(
        before.moved_to(Due(found.date, found.time, found.zone)),
        occurrence_key=found.key,
        occurrence_number=(newest.occurrence_number or 1) + 1 + found.passed_over,
    )
    after = replace(after, opens_at=opening_of(after) if series.recurrence.trigger == "on_schedule" else None)
    moved = Write(before, after, "todo.task.postponed.v1", context.new_id(), reason="next_date")
    return Change(tasks=(moved,), act="postpone")


def _first_to_come(series: Series, task: Task, loaded: Loaded, context: Context) -> Next | Ended:
    account = loaded.account
    if account is None:
        raise AccountGone
    day_zone = series.start.time_zone if series.recurrence.trigger == "on_schedule" else account.time_zone
    return first_to_come(series, task, context.now, day_zone, days_off(series.recurrence, account))
