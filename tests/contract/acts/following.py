"""What follows in a series, counted day by day: the model's own dates.

All is closed today at noon. So a whole day is still to come from tomorrow on, and a time of today in the afternoon.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from tests.contract.acts.calendar import DAY, Calendar
from tests.contract.acts.seen import START_BEFORE
from tests.contract.acts.state import MOST_OPEN, Place, Series, State, Task

NOON = dt.time(12)
MOST_LEFT_OUT = 60


@dataclass(frozen=True, slots=True)
class Successor:
    """The occurrence that must be made after another: where it is, and the place that the rule gave it."""

    predecessor: str
    place: Place
    key: Place
    number: int


@dataclass(frozen=True, slots=True)
class End:
    """The series has come to its end by COUNT."""


@dataclass(frozen=True, slots=True)
class Now:
    """The day on which all happens, at noon, and whose holidays count."""

    today: dt.date
    calendar: Calendar

    def is_past(self, place: Place) -> bool:
        """Say whether something is past its due."""
        return (place.date, place.time or dt.time.max) < (self.today, NOON)

    def is_to_come(self, place: Place) -> bool:
        """Say whether a date is still to come for what is closed now."""
        if place.time is None:
            return place.date > self.today
        return (place.date, place.time) > (self.today, NOON)

    def is_after_pause(self, place: Place) -> bool:
        """Say whether a date is still to come for what goes on now, after a pause."""
        return place.date >= self.today if place.time is None else self.is_to_come(place)


def following(state: State, series: Series, now: Now) -> Successor | End | None:
    """Return what the series is owed: None while it does not go on, an occurrence is open, or none has opened yet."""
    last = next(iter(state.occurrences(series.id)[::-1]), None)
    if series.status != "active" or last is None:
        return None
    if series.rule.may_overlap:
        return _next_beside(state, series, last, now)
    if series.rule.by_schedule:
        return _by_schedule(series, last, now)
    if state.open_of(series.id) is not None or last.status == "open":
        return None
    return _search(series, last, now) or End()


def first_to_come(series: Series, last: Task, now: Now) -> Successor | None:
    """Return what would follow an occurrence if it were closed now and all that is past were passed over."""
    return _search(replace(series, rule=replace(series.rule, missed="next")), last, now)


def dates(series: Series, now: Now) -> Iterator[tuple[Place, Place]]:
    """Yield where each date of the rule is kept, and its key, in order; endless without COUNT."""
    rule, start, left_out = series.rule, series.start, 0
    for number in count() if rule.count is None else range(rule.count):
        date = start.date + number * rule.interval * DAY
        kept = now.calendar.keeps(date, rule.on_holiday, partial(_is_of_rule, series))
        left_out = 0 if kept else left_out + 1
        assert left_out < MOST_LEFT_OUT
        if kept is not None:
            yield Place(kept, start.time), Place(date, start.time)


def on_or_after(series: Series, date: dt.date, now: Now) -> tuple[Place, Place] | None:
    """Return the first date of the rule from a day on, None past its COUNT."""
    return next(((place, key) for place, key in dates(series, now) if key.date >= date), None)


def place_of(series: Series, key: Place, now: Now) -> Place:
    """Return where the date that a key names is kept, of the rule or not; where it is left out, on its own day."""
    kept = now.calendar.keeps(key.date, series.rule.on_holiday, partial(_is_of_rule, series))
    return Place(kept or key.date, key.time)


def _is_of_rule(series: Series, day: dt.date) -> bool:
    days, rule = (day - series.start.date).days, series.rule
    return days >= 0 and days % rule.interval == 0 and (rule.count is None or days < rule.count * rule.interval)


def _search(series: Series, last: Task, now: Now) -> Successor | None:
    search = _after_completion if series.rule.anchor == "completion" else _on_grid
    return search(series, last, now)


def _on_grid(series: Series, last: Task, now: Now) -> Successor | None:
    assert last.key is not None
    assert last.number is not None
    later = ((place, key) for place, key in dates(series, now) if key.date > last.key.date)
    for passed, (place, key) in enumerate(later):
        if series.rule.missed == "each" or now.is_to_come(place):
            return Successor(last.id, place, key, last.number + 1 + passed)
    return None


def _after_completion(series: Series, last: Task, now: Now) -> Successor | None:
    assert last.key is not None
    assert last.number is not None
    rule = series.rule
    if rule.count is not None and last.number >= rule.count:
        return None
    base = max(now.today, last.key.date, last.due.date)
    for number in count(1):
        date = now.today + number * rule.interval * DAY
        kept = None if date <= base else now.calendar.lands(date, rule.on_holiday)
        if kept is not None and kept > base:
            return Successor(last.id, Place(kept, series.start.time), Place(date, series.start.time), last.number + 1)
    raise AssertionError


def _next_beside(state: State, series: Series, last: Task, now: Now) -> Successor | End | None:
    """Return the very next occurrence once it has opened, whatever is open beside it."""
    assert last.key is not None
    assert last.number is not None
    if len(state.all_open(series.id)) >= MOST_OPEN:
        return None
    found = next(((place, key) for place, key in dates(series, now) if key.date > last.key.date), None)
    if found is None:
        return None if last.is_open else End()
    return Successor(last.id, *found, last.number + 1) if _has_opened(found[0], now) else None


def _by_schedule(series: Series, last: Task, now: Now) -> Successor | End | None:
    """Return the newest occurrence that has opened: with its start, and never before the open one is due."""
    assert last.key is not None
    assert last.number is not None
    later: list[tuple[Place, Place]] = []
    to_come: tuple[Place, Place] | None = None
    for place, key in dates(series, now):
        if key.date <= last.key.date:
            continue
        if now.is_past(place):
            later.append((place, key))
        else:
            to_come = (place, key)
            break
    skipped = [one for one in later if series.resumed is not None and not now.is_after_pause(one[0])]
    here = later[len(skipped) :]
    if to_come is not None and (not here or _has_opened(to_come[0], now)):
        here.append(to_come)
    if not here:
        return None if last.is_open else End()
    place, key = here[-1]
    if not _has_opened(place, now) or (last.is_open and not now.is_past(last.due)):
        return None
    return Successor(last.id, place, key, last.number + len(skipped) + len(here))


def _has_opened(place: Place, now: Now) -> bool:
    return place.date - START_BEFORE * DAY <= now.today
