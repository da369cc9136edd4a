"""What one line says about a task, and where in the line it says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from task_language.repeats import Repeat

Kind = Literal["date", "recurrence", "reminder", "priority", "tag", "list"]
Priority = Literal["none", "low", "medium", "high", "urgent"]


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the line that was understood, in characters (code points); `end` is not part of it."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class ReminderWish:
    """Minutes before the due, or an instant in UTC: one of the two."""

    minutes_before: int | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A task as it was said; date and time are meant on the clocks of `zone`. `list_name` is a name, no list yet."""

    title: str
    zone: str
    date: dt.date | None = None
    time: dt.time | None = None
    repeat: Repeat | None = None
    reminders: tuple[ReminderWish, ...] = ()
    priority: Priority = "none"
    tags: tuple[str, ...] = ()
    list_name: str | None = None
    spans: tuple[Span, ...] = ()

    @property
    def rrule(self) -> str | None:
        """Return the rule of the series that begins on the draft's date."""
        return self.repeat.rrule(self.date) if self.repeat and self.date else None
