"""Beginning a series: the rule is checked and the first task stands on its first occurrence."""

from __future__ import annotations

from dataclasses import replace

from todo_backend.accounts.domain import Account
from todo_backend.application.change import Context, Write
from todo_backend.errors import RecurrenceNeedsDue
from todo_backend.series.domain import Recurrence, Series
from todo_backend.series.use_cases.rules import days_off, first_occurrence, require_country
from todo_backend.tasks.domain import Due, Task


def begin_series(task: Task, recurrence: Recurrence, account: Account, context: Context) -> tuple[Task, Write[Series]]:
    """Return the task as the first occurrence of a new series, and the series.

    A due that the rule does not match is only where counting starts: the task moves to the first date that matches,
    its start and reminders with it.
    Raises RecurrenceNeedsDue, and RecurrenceInvalid with the rule's own code.
    """
    if task.due is None:
        raise RecurrenceNeedsDue
    start = task.due
    require_country(recurrence, account)
    first = first_occurrence(recurrence, start, days_off(recurrence, account))
    series = Series(
        user_id=task.user_id,
        id=context.new_id(),
        stream_key=task.stream_key,
        recurrence=recurrence,
        start=start,
    )
    task = replace(
        task.moved_to(Due(first.date, first.time, first.zone)),
        series_id=series.id,
        occurrence_key=first.key,
        occurrence_number=1,
        trigger=recurrence.trigger,
        missed=recurrence.missed,
    )
    return task, Write(None, series, "todo.series.created.v1", context.new_id(), task_id=task.id)
