"""From a line that was understood to the command that creates its task: quick add and chat mean the same."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from task_language import Draft, Repeat

from todo_backend.series.domain import Recurrence
from todo_backend.tasks.use_cases.create import CreateTask
from todo_backend.tasks.use_cases.drafts import DueDraft, ReminderDraft


def command_of(draft: Draft, task_id: UUID, list_id: UUID | None) -> CreateTask:
    """Return the command for a draft; `list_id` is the list that its name stands for."""
    return CreateTask(
        id=task_id,
        title=draft.title,
        list_id=list_id,
        priority=draft.priority,
        tags=draft.tags,
        due=DueDraft(draft.date, draft.time, draft.zone) if draft.date else None,
        reminders=reminders_of(draft),
        recurrence=recurrence_of(draft),
    )


def reminders_of(draft: Draft) -> tuple[ReminderDraft, ...]:
    """Return the reminders of a draft."""
    return tuple(
        ReminderDraft(wish.minutes_before, "due" if wish.at is None else None, wish.at) for wish in draft.reminders
    )


def recurrence_of(draft: Draft) -> Recurrence | None:
    """Return how a draft repeats."""
    if draft.repeat is None or draft.date is None:
        return None
    return recurrence_said(draft.repeat, draft.date)


def recurrence_said(repeat: Repeat, start: dt.date) -> Recurrence:
    """Return how a series that starts on a date repeats."""
    return Recurrence(repeat.rrule(start), repeat.anchor, on_holiday=repeat.on_holiday)
