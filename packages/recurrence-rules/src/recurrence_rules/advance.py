"""The occurrence after a closed one, measured from the instant at which that one was closed: never from now.

So a service that is late, or an event that is replayed, gets the same date.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from recurrence_rules.grid import Grid, Steps, bind, grid_of
from recurrence_rules.occurrences import (
    Occurrence,
    exclusions,
    extra_walls,
    falls_on_next_day,
    is_beyond_until,
    is_excluded,
    occurrence_at,
)
from recurrence_rules.rule import Frequency, Rule
from recurrence_rules.wall import Start, parse_wall
from recurrence_rules.zones import LAST_DAY, wall_of

Anchor = Literal["schedule", "completion"]
Missed = Literal["next", "each"]
EndReason = Literal["count", "until"]
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Next:
    """The next occurrence. `passed_over` counts those between the closed one and it that nobody gets any more.

    `date` and `time` are what clocks show (after a gap); `key` is the place on the grid, to measure on from.
    """

    date: dt.date
    time: dt.time | None
    zone: str
    key: str
    at: dt.datetime
    passed_over: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The rule has no further occurrence: COUNT is used up, or UNTIL (or the calendar itself) has come."""

    reason: EndReason


@dataclass(frozen=True, slots=True)
class Closed:
    """The occurrence that was closed: its key, when, and in which zone its person's days begin.

    `number` counts it among the series' occurrences from 1, passed-over ones included; only COUNT with the
    completion anchor needs it. `due` is its wall due date when it was postponed off the grid. `resumed` is when the
    series last went on after a pause: with missed="next" what lay before is passed over (date-only: before that day).
    """

    key: str
    at: dt.datetime
    day_zone: str
    number: int = 1
    due: dt.date | None = None
    resumed: dt.datetime | None = None


def next_occurrence(
    rule: Rule,
    start: Start,
    closed: Closed,
    *,
    anchor: Anchor = "schedule",
    missed: Missed = "next",
    exdates: Sequence[str] = (),
    rdates: Sequence[str] = (),
    steps: Steps | None = None,
) -> Next | Ended:
    """Return what follows a closed occurrence.

    `schedule`: the rule's next date after the closed one; with missed="next" the first that is still to come at
    the closing instant (date-only: after the closing day), with "each" the very next one, even if it is past.
    `completion`: INTERVAL after the closing day, strictly after that day and the occurrence's own due date; a
    rule that names days gives the first of them from INTERVAL - 1 periods after the closing day on. After a pause, with
    missed="next", whole INTERVALs are added until the date is not before the day on which the series went on.
    Raises WallTimeMalformed for a key, EXDATE or RDATE that is none.
    """
    key_date, key_time = parse_wall(closed.key)
    excluded = exclusions(tuple(exdates))
    extra = extra_walls(tuple(rdates), start)
    if anchor == "completion":
        return _after_completion(rule, start, closed, missed, key_date, excluded, extra)
    search = _Search(rule, start, closed, (key_date, key_time or dt.time.min), missed)
    return search.run(excluded, extra, steps)


@dataclass(frozen=True, slots=True)
class _Search:
    rule: Rule
    start: Start
    closed: Closed
    key: tuple[dt.date, dt.time]
    missed: Missed

    def run(
        self,
        excluded: frozenset[tuple[dt.date, dt.time | None]],
        extra: Sequence[tuple[dt.date, dt.time | None]],
        steps: Steps | None,
    ) -> Next | Ended:
        grid = grid_of(self.rule, self.start.date)
        candidate: Occurrence | None = None
        reason: EndReason = "until"
        for day in grid.dates(self._first_to_try(), steps):
            date = dt.date.fromordinal(day)
            end = self._end(grid, day)
            if end is not None:
                reason = end
                break
            if is_excluded(excluded, date, self.start.time) or not self._is_later(date, self.start.time):
                continue
            if not falls_on_next_day(self.rule, self.start, date, self.start.time):
                candidate = occurrence_at(self.start, date, self.start.time)
                break
        for date, time in extra:
            if is_excluded(excluded, date, time) or not self._is_later(date, time):
                continue
            single = occurrence_at(self.start, date, time)
            if candidate is None or single.key < candidate.key:
                candidate = single
            break
        if candidate is None:
            return Ended(reason)
        passed = 0 if self.missed == "each" else self._passed_over(grid, candidate, excluded, extra)
        return Next(candidate.date, candidate.time, candidate.zone, candidate.key, candidate.at, passed)

    def _first_to_try(self) -> int:
        """Return the first date that can be the answer; the search jumps there whatever lies between."""
        key_day = self.key[0].toordinal()
        if self.missed == "each":
            return key_day
        after = max(self.closed.at, self.closed.resumed or self.closed.at)
        return max(key_day, wall_of(after, self.start.zone).date().toordinal() - 1)

    def _is_later(self, date: dt.date, time: dt.time | None) -> bool:
        if (date, time or dt.time.min) <= self.key:
            return False
        if self.missed == "each":
            return True
        resumed = self.closed.resumed
        if time is None:
            went_on = resumed is None or date >= wall_of(resumed, self.closed.day_zone).date()
            return went_on and date > wall_of(self.closed.at, self.closed.day_zone).date()
        return occurrence_at(self.start, date, time).at > max(self.closed.at, resumed or self.closed.at)

    def _end(self, grid: Grid, day: int) -> EndReason | None:
        if is_beyond_until(self.rule, self.start, dt.date.fromordinal(day), self.start.time):
            return "until"
        if self.rule.count is not None and grid.count(self.start.date.toordinal(), day) > self.rule.count:
            return "count"
        return None

    def _passed_over(
        self,
        grid: Grid,
        chosen: Occurrence,
        excluded: frozenset[tuple[dt.date, dt.time | None]],
        extra: Sequence[tuple[dt.date, dt.time | None]],
    ) -> int:
        """Return how many occurrences lie strictly between the closed one and the chosen one."""
        chosen_date, chosen_time = parse_wall(chosen.key)
        end = (chosen_date, chosen_time or dt.time.min)
        time = self.start.time
        first, last = self.key[0].toordinal(), chosen_date.toordinal()
        first += (self.key[0], time or dt.time.min) <= self.key
        last -= (chosen_date, time or dt.time.min) >= end
        total = grid.count(first, last)
        gone = {date for date, _ in excluded if is_excluded(excluded, date, time)}
        total -= sum(1 for date in gone if first <= date.toordinal() <= last and date.toordinal() in grid)
        for date, at in extra:
            on_grid = at == time and date.toordinal() in grid
            inside = self.key < (date, at or dt.time.min) < end
            total += inside and not on_grid and not is_excluded(excluded, date, at)
        return total


def _after_completion(
    rule: Rule,
    start: Start,
    closed: Closed,
    missed: Missed,
    key_date: dt.date,
    excluded: frozenset[tuple[dt.date, dt.time | None]],
    extra: Sequence[tuple[dt.date, dt.time | None]],
) -> Next | Ended:
    if rule.count is not None and closed.number >= rule.count:
        return Ended("count")
    day = wall_of(closed.at, closed.day_zone).date()
    base = max(day, key_date, closed.due or key_date)
    went_on = base + ONE_DAY
    if closed.resumed is not None and missed == "next":
        went_on = max(went_on, wall_of(closed.resumed, closed.day_zone).date())
    named = rule.weekdays or rule.month_days or rule.months
    dates = _named_days(rule, start, day) if named else _whole_intervals(rule, day, base)
    passed, found = 0, None
    for date in dates:
        if date <= base or is_excluded(excluded, date, start.time):
            continue
        if is_beyond_until(rule, start, date, start.time):
            break
        if rule.count is not None and closed.number + passed >= rule.count:
            return Ended("count")
        if date >= went_on:
            found = date
            break
        passed += 1
    chosen = None if found is None else (found, start.time)
    for date, time in extra:
        if date >= went_on and not is_excluded(excluded, date, time):
            if chosen is None or (date, time or dt.time.min) < (chosen[0], chosen[1] or dt.time.min):
                chosen = (date, time)
            break
    if chosen is None:
        return Ended("until")
    occurrence = occurrence_at(start, *chosen)
    return Next(occurrence.date, occurrence.time, occurrence.zone, occurrence.key, occurrence.at, passed)


def _named_days(rule: Rule, start: Start, day: dt.date) -> Iterator[dt.date]:
    """Yield the days that the rule names, from INTERVAL - 1 periods after `day` on: interval first, then pattern."""
    earliest = _shift(rule.frequency, day, rule.interval - 1)
    if earliest is not None:
        grid = Grid(replace(bind(rule, start.date), interval=1), day)
        yield from (dt.date.fromordinal(ordinal) for ordinal in grid.dates(earliest.toordinal()))


def _whole_intervals(rule: Rule, day: dt.date, base: dt.date) -> Iterator[dt.date]:
    """Yield `day` plus 1, 2, … whole intervals, from the first that can lie after `base` on."""
    span = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.MONTHLY: 31, Frequency.YEARLY: 366}[rule.frequency]
    number = max(1, (base - day).days // (span * rule.interval))
    while (date := _shift(rule.frequency, day, number * rule.interval)) is not None:
        yield date
        number += 1


def _shift(frequency: Frequency, day: dt.date, units: int) -> dt.date | None:
    """Return the date some days, weeks, months or years later (clamped to the month's end), None past the calendar."""
    if frequency in (Frequency.DAILY, Frequency.WEEKLY):
        ordinal = day.toordinal() + units * (7 if frequency is Frequency.WEEKLY else 1)
        return dt.date.fromordinal(ordinal) if ordinal <= LAST_DAY.toordinal() else None
    month = day.year * 12 + day.month - 1 + units * (12 if frequency is Frequency.YEARLY else 1)
    year, month = month // 12, month % 12 + 1
    if year > LAST_DAY.year:
        return None
    date = dt.date(year, month, min(day.day, monthrange(year, month)[1]))
    return date if date <= LAST_DAY else None
