"""Changing fields of a task: a merge. Its status has use cases of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import AccountGone, ListNotFound, RecurrenceOfSeries
from todo_backend.series.domain import Recurrence, Series
from todo_backend.series.use_cases.begin import begin_series
from todo_backend.tasks.use_cases.checks import present
from todo_backend.tasks.use_cases.drafts import reminders_of, subtasks_of


@dataclass(frozen=True, slots=True)
class ChangeTask:
    """The fields to set, by name, as `CreateTask` has them; what is absent stays. `recurrence` begins a series."""

    task_id: UUID
    fields: Mapping[str, Any]
    expected_version: int | None = None


def change_task(command: ChangeTask, loaded: Loaded, context: Context) -> Change:
    """Return the task with the fields set; an empty change when it has them already."""
    before = present(loaded, command.task_id, command.expected_version)
    if loaded.account is None:
        raise AccountGone
    fields = dict(command.fields)
    current = loaded.series_of(before)
    said = "recurrence" in fields
    recurrence: Recurrence | None = fields.pop("recurrence", None)
    if said and current is not None and recurrence != current.recurrence:
        raise RecurrenceOfSeries
    if fields.get("list_id") is not None and fields["list_id"] not in loaded.lists:
        raise ListNotFound
    if fields.get("due") is not None:
        fields["due"] = fields["due"].in_zone(loaded.account.time_zone)
    if "subtasks" in fields:
        fields["subtasks"] = subtasks_of(fields["subtasks"], context.new_id)
    if "reminders" in fields:
        fields["reminders"] = reminders_of(fields["reminders"], context.new_id)
    after = replace(before, **fields)
    series: tuple[Write[Series], ...] = ()
    if recurrence is not None and current is None:
        after, write = begin_series(after, recurrence, loaded.account, context)
        series = (write,)
    if after == before:
        return Change()
    updated = Write(before, after, "todo.task.updated.v1", context.new_id())
    return Change(tasks=(updated,), series=series, act="update")
