"""Late or in time, and what breaks a streak."""

from __future__ import annotations

import datetime as dt

import pytest
from todo_backend.series.past import Past, Streak, mark_of, streak_of

DUE = dt.datetime(2030, 1, 1, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
PASTS = {
    "d": Past("done", DUE, DUE),
    "l": Past("done", DUE, DUE + SECOND),
    "s": Past("skipped", DUE, None),
    "m": Past("missed", DUE, None),
    "o": Past("done", DUE, DUE, passed_over=3),
}


@pytest.mark.parametrize(
    ("past", "mark"),
    [
        (Past("done", DUE, DUE), "done"),
        (Past("done", DUE, DUE + SECOND), "late"),
        (Past("done", DUE, DUE - SECOND), "done"),
        (Past("done", None, DUE), "done"),
        (Past("skipped", DUE, None), "skipped"),
        (Past("missed", DUE, None), "missed"),
    ],
)
def test_a_mark(past: Past, mark: str) -> None:
    assert mark_of(past) == mark


@pytest.mark.parametrize(
    ("row", "current", "longest"),
    [
        ("", 0, 0),
        ("ddd", 3, 3),
        ("dld", 3, 3),  # late is done
        ("dsd", 2, 2),  # a skip neither counts nor breaks
        ("ddm", 0, 2),
        ("ddmd", 1, 2),
        ("s", 0, 0),
        ("dlo", 1, 2),  # so late that dates went by
        ("ddo", 3, 3),  # in time, and then paused
        ("dso", 1, 1),  # skipped so late that dates went by
        ("o", 1, 1),  # before the first there is nothing to break
    ],
)
def test_a_streak(row: str, current: int, longest: int) -> None:
    found = streak_of([PASTS[mark] for mark in row], by_schedule=True)
    assert (found.current, found.longest) == (current, longest)


def test_dates_that_follow_completions_are_passed_over_by_pauses_alone() -> None:
    assert streak_of([PASTS[mark] for mark in "dlo"], by_schedule=False).current == 3


def test_marks_are_counted() -> None:
    assert streak_of([PASTS[mark] for mark in "ddlsmd"], by_schedule=True) == Streak(1, 3, 3, 1, 1, 1)
