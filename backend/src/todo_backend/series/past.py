"""The past of a series as pure code: what became of each occurrence, and how many in a row were done.

A streak counts occurrences that were done, in time or late: late is done, and its mark says that it was late. What was
skipped neither counts nor breaks: somebody decided so. A streak ends at an occurrence that was missed, and at dates
that were passed over because the occurrence before them stayed open for too long. Dates that a pause passed over break
nothing: they follow one that was closed in time, or one of a series that counts from completion.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Mark = Literal["done", "late", "skipped", "missed"]


@dataclass(frozen=True, slots=True)
class Past:
    """One closed occurrence. `passed_over` dates lie between it and the occurrence before."""

    status: Literal["done", "skipped", "missed"]
    due_at: dt.datetime | None
    completed_at: dt.datetime | None
    passed_over: int = 0


@dataclass(frozen=True, slots=True)
class Streak:
    """How many in a row were done up to now, the longest such row, and how many of each mark there are."""

    current: int
    longest: int
    done: int
    late: int
    skipped: int
    missed: int


def is_late(completed_at: dt.datetime | None, due_at: dt.datetime | None) -> bool:
    """Say whether something was done after it was due; a whole day is due until its last second."""
    return completed_at is not None and due_at is not None and completed_at > due_at


def mark_of(past: Past) -> Mark:
    """Return what became of an occurrence."""
    if past.status != "done":
        return past.status
    return "late" if is_late(past.completed_at, past.due_at) else "done"


def streak_of(rising: Iterable[Past], *, by_schedule: bool) -> Streak:
    """Return the streak of closed occurrences, oldest first; `by_schedule`: their dates do not follow completions."""
    current = longest = 0
    counts: dict[Mark, int] = {"done": 0, "late": 0, "skipped": 0, "missed": 0}
    before: Mark = "done"
    for past in rising:
        mark = mark_of(past)
        counts[mark] += 1
        if past.passed_over and by_schedule and before != "done":
            current = 0
        if mark == "missed":
            current = 0
        elif mark != "skipped":
            current += 1
            longest = max(longest, current)
        before = mark
    return Streak(current, longest, **counts)
