"""Creating a task, with its series when it repeats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import AccountGone, ListNotFound
from todo_backend.series.domain import Recurrence, Series
from todo_backend.series.use_cases.begin import begin_series
from todo_backend.tasks.domain import Priority, Task
from todo_backend.tasks.use_cases.drafts import DueDraft, ReminderDraft, SubtaskDraft, reminders_of, subtasks_of


@dataclass(frozen=True, slots=True)
class CreateTask:
    """A new task as it was said."""

    id: UUID
    title: str
    notes: str = ""
    list_id: UUID | None = None
    priority: Priority = "none"
    tags: tuple[str, ...] = ()
    due: DueDraft | None = None
    start_date: dt.date | None = None
    subtasks: tuple[SubtaskDraft, ...] = ()
    reminders: tuple[ReminderDraft, ...] = ()
    recurrence: Recurrence | None = None
    position: float | None = None


def create_task(command: CreateTask, loaded: Loaded, context: Context) -> Change:
    """Return the new task. Without a position it comes last: positions of new tasks are their creation times."""
    if loaded.account is None:
        raise AccountGone
    if command.list_id is not None and command.list_id not in loaded.lists:
        raise ListNotFound
    task = Task(
        user_id=context.origin.user_id,
        id=command.id,
        stream_key=command.id,
        title=command.title,
        notes=command.notes,
        list_id=command.list_id,
        priority=command.priority,
        tags=command.tags,
        due=command.due.in_zone(loaded.account.time_zone) if command.due else None,
        start_date=command.start_date,
        subtasks=subtasks_of(command.subtasks, context.new_id),
        reminders=reminders_of(command.reminders, context.new_id),
        position=context.now.timestamp() if command.position is None else command.position,
    )
    series: tuple[Write[Series], ...] = ()
    if command.recurrence is not None:
        task, write = begin_series(task, command.recurrence, loaded.account, context)
        series = (write,)
    created: Write[Task] = Write(None, task, "todo.task.created.v1", context.new_id())
    return Change(tasks=(created,), series=series, act="create")
