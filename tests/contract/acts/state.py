"""A simple model of what people have after some acts: plain values, no database, no events, none of our own code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

MOST_OPEN = 10
"""Occurrences of a series that are open at once."""


class Refused(Exception):
    """The act is refused, and nothing changes."""


@dataclass(frozen=True, slots=True)
class Place:
    """A date, with a time or for the whole day."""

    date: dt.date
    time: dt.time | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Every `interval` days, `count` times at most; by schedule, dates open by themselves."""

    interval: int
    count: int | None = None
    anchor: Literal["schedule", "completion"] = "schedule"
    missed: Literal["next", "each"] = "next"
    trigger: Literal["on_completion", "on_schedule"] = "on_completion"
    on_holiday: Literal["ignore", "skip", "before", "after"] = "ignore"

    @property
    def by_schedule(self) -> bool:
        return self.trigger == "on_schedule"

    @property
    def may_overlap(self) -> bool:
        """Say whether several of its occurrences may be open at once."""
        return self.by_schedule and self.missed == "each"


@dataclass(frozen=True, slots=True)
class Task:
    """One occurrence, or what has left its series. `done_at`, `deleted`, `withdrawn` are numbers of the acts."""

    id: str
    series: str | None
    due: Place
    key: Place | None
    number: int | None
    predecessor: str | None = None
    title: str = "Water"
    list: str | None = None
    ticked: bool = False
    status: str = "open"
    done_at: int | None = None
    deleted: int | None = None
    withdrawn: int | None = None
    touched: bool = False

    @property
    def is_open(self) -> bool:
        return self.status == "open" and self.deleted is None and self.withdrawn is None


@dataclass(frozen=True, slots=True)
class Series:
    """How tasks follow each other. `was_paused` says what a restored one is again; `resumed` is the act's number."""

    id: str
    rule: Rule
    start: Place
    status: str = "active"
    ended_by: str | None = None
    was_paused: bool = False
    resumed: int | None = None
    split_from: str | None = None


@dataclass(frozen=True, slots=True)
class TaskList:
    """A list; its tasks name it, deleted or not. `deleted` is the number of the act."""

    id: str
    name: str
    deleted: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """All tasks, series and lists of a person."""

    tasks: Mapping[str, Task] = field(default_factory=dict[str, Task])
    series: Mapping[str, Series] = field(default_factory=dict[str, Series])
    lists: Mapping[str, TaskList] = field(default_factory=dict[str, TaskList])

    def having(self, *values: Task | Series | TaskList) -> State:
        """Return the state with these in it."""
        tasks = {**self.tasks, **{v.id: v for v in values if isinstance(v, Task)}}
        series = {**self.series, **{v.id: v for v in values if isinstance(v, Series)}}
        return State(tasks, series, {**self.lists, **{v.id: v for v in values if isinstance(v, TaskList)}})

    def occurrences(self, series: str) -> list[Task]:
        """Return the occurrences of a series that were not withdrawn, in their order."""
        found = [t for t in self.tasks.values() if t.series == series and t.withdrawn is None]
        return sorted(found, key=lambda t: (t.number or 0, t.key.date if t.key else dt.date.min, t.id))

    def newest_of(self, series: str) -> Task:
        """Return the last occurrence of a series, open or not."""
        return self.occurrences(series)[-1]

    def all_open(self, series: str) -> list[Task]:
        """Return the open occurrences of a series in their order."""
        return [t for t in self.occurrences(series) if t.is_open]

    def open_of(self, series: str | None) -> Task | None:
        """Return the open occurrence of a series, the newest where several are."""
        return next(iter(self.all_open(series)[::-1]), None) if series else None

    def series_of(self, task: Task) -> Series | None:
        """Return the series of a task."""
        return self.series[task.series] if task.series else None

    def successor_of(self, task: Task) -> Task | None:
        """Return the occurrence that followed a task in its series."""
        if task.series is None:
            return None
        return next((t for t in self.occurrences(task.series) if t.predecessor == task.id), None)

    def checked(self) -> State:
        """Return the state, if it is one that may be. Raises Refused.

        No series has more open occurrences than it may, and none goes on whose last occurrence lies deleted: nothing
        would follow, unless its dates open by themselves.
        """
        for series in self.series.values():
            found = self.occurrences(series.id)
            if sum(t.is_open for t in found) > (MOST_OPEN if series.rule.may_overlap else 1):
                raise Refused("too many open occurrences")
            if series.rule.by_schedule:
                continue
            if series.status != "ended" and found and found[-1].status == "open" and self.open_of(series.id) is None:
                raise Refused("nothing could follow")
        return self


def touch(task: Task, **changes: Any) -> Task:
    """Return a task changed by an act that tells of it."""
    return replace(task, touched=True, **changes)


def differences(before: Task | Series | TaskList, after: Task | Series | TaskList) -> dict[str, tuple[Any, Any]]:
    """Return what an act changed: field → (before, after)."""
    names = [f.name for f in fields(after) if f.name != "touched"]
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
