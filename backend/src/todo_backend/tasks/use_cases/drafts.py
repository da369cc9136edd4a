"""What people say about a task, before it has ids, zones filled in and a place in a series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from todo_backend.tasks.domain import Due, Reminder, Subtask


@dataclass(frozen=True, slots=True)
class DueDraft:
    """A due as it was said; without a zone the user's own is meant."""

    date: dt.date
    time: dt.time | None = None
    time_zone: str | None = None

    def in_zone(self, time_zone: str) -> Due:
        """Return the due with its zone, `time_zone` where none was said."""
        return Due(self.date, self.time, self.time_zone or time_zone)


@dataclass(frozen=True, slots=True)
class SubtaskDraft:
    """A line of a checklist; without an id it is new."""

    title: str
    done: bool = False
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReminderDraft:
    """A reminder; without an id it is new."""

    minutes_before: int | None = None
    relative_to: Literal["due", "start"] | None = None
    at: dt.datetime | None = None
    id: UUID | None = None
    repeat_minutes: int | None = None
    repeat_most: int | None = None


def reminder_draft(reminder: Reminder) -> ReminderDraft:
    """Return a reminder that a task has, as it would be said again."""
    r = reminder
    return ReminderDraft(r.minutes_before, r.relative_to, r.at, r.id, r.repeat_minutes, r.repeat_most)


def subtasks_of(drafts: Sequence[SubtaskDraft], new_id: Callable[[], UUID]) -> tuple[Subtask, ...]:
    """Return the checklist, with ids for its new lines."""
    return tuple(Subtask(d.id or new_id(), d.title, d.done) for d in drafts)


def reminders_of(drafts: Sequence[ReminderDraft], new_id: Callable[[], UUID]) -> tuple[Reminder, ...]:
    """Return the reminders, with ids for the new ones."""
    return tuple(
        Reminder(d.id or new_id(), d.minutes_before, d.relative_to, d.at, d.repeat_minutes, d.repeat_most)
        for d in drafts
    )
