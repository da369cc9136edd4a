"""What is exchanged: a task, with how it repeats, as plain values: wall times and IANA zones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

MORNING_MINUTES = 9 * 60
"""A day without a time counts as nine in the morning, when alarms are measured from it."""


@dataclass(frozen=True, slots=True)
class When:
    """A wall date, an optional wall time (None: the whole day) and the zone of both."""

    date: dt.date
    time: dt.time | None
    zone: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Minutes before due or start, or an instant."""

    minutes_before: int | None = None
    relative_to: Literal["due", "start"] = "due"
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Repeats:
    """A rule of RFC 5545 with its exceptions as wall strings, and what calendars have no word for."""

    rrule: str
    exdates: tuple[str, ...] = ()
    rdates: tuple[str, ...] = ()
    policies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """One occurrence that was postponed: its key, and when it is due instead."""

    key: str
    due: When


@dataclass(frozen=True, slots=True)
class Item:
    """One task, or one series: then `due` is where counting starts. `sequence` rises with each change.

    `named` is False where a calendar gave no UID: then `uid` is its place there.
    """

    uid: str
    title: str
    sequence: int = 0
    notes: str = ""
    status: Literal["open", "done", "cancelled"] = "open"
    priority: int = 0
    tags: tuple[str, ...] = ()
    due: When | None = None
    start_date: dt.date | None = None
    alarms: tuple[Alarm, ...] = ()
    repeats: Repeats | None = None
    moved: Moved | None = None
    stamp: dt.datetime | None = None
    completed_at: dt.datetime | None = None
    named: bool = True


class CalendarRefused(ValueError):
    """A calendar, or one component of it, cannot be taken; `code` is stable, `component` its UID or place."""

    def __init__(self, code: str, component: str, sentence: str) -> None:
        """Take what went wrong, and where."""
        super().__init__(f"{component}: {sentence}")
        self.code = code
        self.component = component
        self.sentence = sentence
