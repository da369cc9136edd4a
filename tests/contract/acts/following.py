"""What follows in a series, counted day by day: the model's own dates.

All is closed today at noon. So a whole day is still to come from tomorrow on, and a time of today in the afternoon.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from tests.contract.acts.state import Place, Series, State, Task

NOON = dt.time(12)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Successor:
    """The occurrence that must be made after another."""

    predecessor: str
    place: Place
    number: int


@dataclass(frozen=True, slots=True)
class End:
    """The series has come to its end by COUNT."""


def following(state: State, series: Series, today: dt.date) -> Successor | End | None:
    """Return what the series is owed: None while it does not go on or an occurrence is open."""
    last = next(iter(state.occurrences(series.id)[::-1]), None)
    if series.status != "active" or state.open_of(series.id) is not None or last is None or last.status == "open":
        return None
    return _search(series, last, today) or End()


def first_to_come(series: Series, last: Task, today: dt.date) -> Successor | None:
    """Return what would follow an occurrence if it were closed now and all that is past were passed over."""
    return _search(replace(series, rule=replace(series.rule, missed="next")), last, today)


def is_overdue(task: Task, today: dt.date) -> bool:
    """Say whether a task is past its due today at noon."""
    return (task.due.date, task.due.time or dt.time.max) < (today, NOON)


def _search(series: Series, last: Task, today: dt.date) -> Successor | None:
    search = _after_completion if series.rule.anchor == "completion" else _on_grid
    return search(series, last, today)


def _on_grid(series: Series, last: Task, today: dt.date) -> Successor | None:
    assert last.key is not None
    assert last.number is not None
    rule, passed = series.rule, 0
    date, index = series.start.date, 1
    while True:
        if rule.count is not None and index > rule.count:
            return None
        place = Place(date, series.start.time)
        if date > last.key.date:
            if rule.missed == "each" or _is_to_come(place, today):
                return Successor(last.id, place, last.number + 1 + passed)
            passed += 1
        date, index = date + rule.interval * DAY, index + 1


def _is_to_come(place: Place, today: dt.date) -> bool:
    if place.time is None:
        return place.date > today
    return (place.date, place.time) > (today, NOON)


def _after_completion(series: Series, last: Task, today: dt.date) -> Successor | None:
    assert last.key is not None
    assert last.number is not None
    if series.rule.count is not None and last.number >= series.rule.count:
        return None
    date = today + series.rule.interval * DAY
    while date <= max(last.key.date, last.due.date):
        date += series.rule.interval * DAY
    return Successor(last.id, Place(date, series.start.time), last.number + 1)


def on_or_after(series: Series, date: dt.date) -> Place | None:
    """Return the first date of the rule from a day on, None past its COUNT."""
    place, index = series.start.date, 1
    while place < date:
        place, index = place + series.rule.interval * DAY, index + 1
    count = series.rule.count
    return None if count is not None and index > count else Place(place, series.start.time)
