"""Editing a series: all of it, or from its open occurrence on, which ends it and begins another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from recurrence_rules import DaysOff

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import ListNotFound, NoOpenOccurrence, OccurrenceConflict
from todo_backend.series.domain import Recurrence, Series
from todo_backend.series.use_cases.advance import opening_of
from todo_backend.series.use_cases.checks import going_on
from todo_backend.series.use_cases.rules import (
    days_off,
    first_occurrence,
    key_day,
    occurrence_from,
    require_country,
    stands_on_its_date,
)
from todo_backend.tasks.domain import Due, Task

END_BY_SPLIT = "split"
REASON = "series_changed"
_OF_START = ("start_date", "time", "time_zone")
_OF_OCCURRENCES = ("list_id",)
_COUNT = re.compile(r"COUNT=(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EditSeries:
    """The parts to set, by name: those of Recurrence, and of its start `start_date`, `time` and `time_zone`.

    `list_id` is no part of a series: its open occurrences move to that list, and what follows is born where they are.
    What is absent stays.
    """

    series_id: UUID
    fields: Mapping[str, Any]
    expected_version: int | None = None

    def recurrence_of(self, series: Series) -> Recurrence:
        """Return how the series repeats afterwards."""
        parts = {name: value for name, value in self.fields.items() if name not in (*_OF_START, *_OF_OCCURRENCES)}
        return replace(series.recurrence, **parts)

    def start_of(self, start: Due) -> Due:
        """Return `start` as it is afterwards: the day from which dates are counted, their wall time and zone."""
        date = self.fields.get("start_date", start.date)
        return Due(date, self.fields.get("time", start.time), self.fields.get("time_zone", start.time_zone))

    def in_list(self, occurrence: Task) -> Task:
        """Return an occurrence in the list in which it is afterwards."""
        return replace(occurrence, list_id=self.fields.get("list_id", occurrence.list_id))


def change_series(command: EditSeries, loaded: Loaded, context: Context) -> Change:
    """Return the changed series and its open occurrence, on the new rule's date from its own day on.

    One that was postponed stays where it is. Raises SeriesHasEnded, RecurrenceInvalid, OccurrenceConflict, and for
    another list ListNotFound, NoOpenOccurrence.
    """
    before = going_on(loaded, command.series_id, command.expected_version)
    _require_list(command, loaded)
    after = replace(before, recurrence=command.recurrence_of(before), start=command.start_of(before.start))
    if after == before:
        return _moved(command, loaded.open_occurrences(before.id), context)
    _require_country(before.recurrence, after.recurrence, loaded)
    off, off_before = days_off(after.recurrence, loaded.account), days_off(before.recurrence, loaded.account)
    first_occurrence(after.recurrence, after.start, off)
    occurrences = loaded.open_occurrences(before.id)
    if len(occurrences) > 1 and not after.recurrence.may_overlap:
        raise OccurrenceConflict(task_id=str(occurrences[0].id))
    event_id = context.new_id()
    tasks: list[Write[Task]] = []
    for occurrence in occurrences:
        moved = command.in_list(_as_of(after, occurrence))
        if occurrence is loaded.newest_of(before.id) and stands_on_its_date(occurrence, before, off_before):
            moved = _on_the_grid(moved, after, off)
        if _differ(moved, occurrence):
            tasks.append(_updated(occurrence, moved, event_id, context))
        elif moved != occurrence:
            tasks.append(Write(occurrence, moved, None))
    task_id = occurrences[-1].id if occurrences else None
    written = Write(before, after, "todo.series.updated.v1", event_id, task_id=task_id)
    return Change(tasks=tuple(tasks), series=(written,), act="update")


def split_series(command: EditSeries, loaded: Loaded, context: Context) -> Change:
    """Return the ended series and the one that takes its open occurrence over and goes on from there.

    What is left of a COUNT goes over, too, unless the rule was said anew. Another list alone needs no other series:
    only the newest open occurrence moves. Raises SeriesHasEnded, NoOpenOccurrence, OccurrenceConflict,
    RecurrenceInvalid, ListNotFound.
    """
    old = going_on(loaded, command.series_id, command.expected_version)
    _require_list(command, loaded)
    occurrences = loaded.open_occurrences(old.id)
    if not occurrences:
        raise NoOpenOccurrence
    if set(command.fields) == set(_OF_OCCURRENCES):
        return _moved(command, occurrences[-1:], context)
    if len(occurrences) > 1:
        raise OccurrenceConflict(task_id=str(occurrences[0].id))
    [before] = occurrences
    recurrence = command.recurrence_of(old)
    if "rrule" not in command.fields:
        recurrence = replace(recurrence, rrule=_rest_of(recurrence.rrule, before))
    _require_country(old.recurrence, recurrence, loaded)
    start = command.start_of(replace(old.start, date=key_day(before)))
    first = first_occurrence(recurrence, start, days_off(recurrence, loaded.account))
    event_id = context.new_id()
    over = replace(old, status="ended", end_reason=END_BY_SPLIT, resume_on=None)
    new = replace(
        old,
        id=context.new_id(),
        recurrence=recurrence,
        start=start,
        split_from=old.id,
        occurrences=1,
        passed_over=0,
        version=0,
    )
    moved = replace(
        command.in_list(_as_of(new, before)),
        series_id=new.id,
        occurrence_key=first.key,
        occurrence_number=1,
        predecessor_id=None,
        passed_over=0,
    )
    if stands_on_its_date(before, old, days_off(old.recurrence, loaded.account)):
        moved = _reopening(moved.moved_to(Due(first.date, first.time, first.zone)), new)
    return Change(
        tasks=(_updated(before, moved, event_id, context),),
        series=(
            Write(old, over, "todo.series.ended.v1", event_id, reason=END_BY_SPLIT, task_id=before.id),
            Write(None, new, "todo.series.created.v1", context.new_id(), causation_id=event_id, task_id=before.id),
        ),
        act="split",
    )


def _require_list(command: EditSeries, loaded: Loaded) -> None:
    list_id = command.fields.get("list_id")
    if list_id is not None and list_id not in loaded.lists:
        raise ListNotFound


def _moved(command: EditSeries, occurrences: Sequence[Task], context: Context) -> Change:
    """Return open occurrences in another list; an empty change where none was said, or they are in it already."""
    if "list_id" not in command.fields:
        return Change()
    if not occurrences:
        raise NoOpenOccurrence
    pairs = [(occurrence, command.in_list(occurrence)) for occurrence in occurrences]
    writes = [Write(b, a, "todo.task.updated.v1", context.new_id()) for b, a in pairs if a != b]
    return Change(tasks=tuple(writes), act="update") if writes else Change()


def _differ(one: Task, other: Task) -> bool:
    """Say whether an edit of their series is an act on the occurrence, too."""
    return (one.due, one.occurrence_key, one.list_id) != (other.due, other.occurrence_key, other.list_id)


def _require_country(before: Recurrence, after: Recurrence, loaded: Loaded) -> None:
    """Ask for a country where the choice is new: who gave the country up can still change everything else."""
    if after.on_holiday != before.on_holiday:
        require_country(after, loaded.account)


def _on_the_grid(task: Task, series: Series, off: DaysOff | None) -> Task:
    found = occurrence_from(series.recurrence, series.start, key_day(task), off)
    if found is None:
        return task
    moved = replace(task.moved_to(Due(found.date, found.time, found.zone)), occurrence_key=found.key)
    return _reopening(moved, series)


def _reopening(task: Task, series: Series) -> Task:
    return replace(task, opens_at=opening_of(task) if series.recurrence.trigger == "on_schedule" else None)


def _as_of(series: Series, task: Task) -> Task:
    """Return an occurrence with its copies of what its series says: a unique index sees its own table only."""
    return replace(task, trigger=series.recurrence.trigger, missed=series.recurrence.missed)


def _updated(before: Task, after: Task, causation_id: UUID, context: Context) -> Write[Task]:
    return Write(before, after, "todo.task.updated.v1", context.new_id(), reason=REASON, causation_id=causation_id)


def _rest_of(rrule: str, occurrence: Task) -> str:
    used = (occurrence.occurrence_number or 1) - 1
    return _COUNT.sub(lambda found: f"COUNT={max(1, int(found[1]) - used)}", rrule)


def last_open(loaded: Loaded, series_id: UUID) -> Task:
    """Return the newest open occurrence of a series. Raises NoOpenOccurrence."""
    occurrences = loaded.open_occurrences(series_id)
    if not occurrences:
        raise NoOpenOccurrence
    return occurrences[-1]
