"""FREQ=HOURLY: occurrences lie INTERVAL hours of elapsed time apart, whatever clocks are set to between.

RFC 5545 does not say what an hour is when clocks are changed. Counted on the wall, one would fall out in autumn and two
would meet in spring. So an occurrence's key counts on the clock of the start, which nobody sets: keys rise by the hours
that pass, and none comes twice. `date` and `time` are what clocks show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from recurrence_rules.closing import EndReason
from recurrence_rules.days_off import MOST_LEFT_OUT, DaysOff
from recurrence_rules.errors import PartUnsupported
from recurrence_rules.places import Occurrence, Place
from recurrence_rules.rule import Rule
from recurrence_rules.wall import Start, occurrence_key
from recurrence_rules.zones import LAST_DAY, resolve, wall_of, zone

_LAST = dt.datetime.combine(LAST_DAY, dt.time(), dt.UTC)
_ONE_DAY = dt.timedelta(days=1)
_MOMENT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The grid of an hourly rule: occurrence n is n·INTERVAL hours after the start."""

    rule: Rule
    start: Start
    first: dt.datetime
    step: dt.timedelta
    exdates: frozenset[Place]
    excluded: frozenset[int]
    """The numbers that EXDATEs name, by what clocks show or by their key."""
    days_off: DaysOff | None = None

    def place(self, at: dt.datetime) -> Occurrence:
        """Return the occurrence at an instant."""
        shown = wall_of(at, self.start.zone)
        key = dt.datetime.combine(self.start.date, self.start.time or dt.time.min) + (at - self.first)
        return Occurrence(shown.date(), shown.time(), self.start.zone, occurrence_key(key.date(), key.time()), at)

    def instant(self, key: Place) -> dt.datetime:
        """Return the instant that a key names."""
        date, time = key
        wall = dt.datetime.combine(date, time or dt.time.min)
        return self.first + (wall - dt.datetime.combine(self.start.date, self.start.time or dt.time.min))

    def after(self, instant: dt.datetime) -> int:
        """Return the number of the first occurrence after an instant, EXDATEs or not."""
        return max(0, (instant - self.first) // self.step + 1)

    def end(self, number: int) -> EndReason | None:
        """Return by what the rule has ended before its occurrence of that number; None when it has not."""
        if self.rule.count is not None and number >= self.rule.count:
            return "count"
        at = self.first + number * self.step
        return "until" if at > _LAST or self.is_beyond_until(at) else None

    def is_beyond_until(self, at: dt.datetime) -> bool:
        """Return whether an instant comes after UNTIL, which is inclusive in every form."""
        until = self.rule.until
        if until is None:
            return False
        if not isinstance(until, dt.datetime):
            return wall_of(at, self.start.zone).date() > until
        return (at if until.tzinfo else wall_of(at, self.start.zone)) > until

    def numbers(self, first: int) -> Iterator[int]:
        """Yield the numbers from one on that stand, until the rule ends."""
        left_out = 0
        while self.end(first) is None:
            if first in self.excluded:
                first += 1
            elif self.is_day_off(self.at(first)):
                left_out += 1
                if left_out >= MOST_LEFT_OUT:
                    return
                first = max(first + 1, self.on_day(wall_of(self.at(first), self.start.zone).date()).stop)
            else:
                left_out = 0
                yield first
                first += 1

    def is_day_off(self, at: dt.datetime) -> bool:
        """Return whether clocks show a holiday: an hour of it is left out, since no other day has that hour free."""
        return self.days_off is not None and self.days_off.calendar.is_holiday(wall_of(at, self.start.zone).date())

    def on_day(self, date: dt.date) -> range:
        """Return the numbers of the occurrences on a day as clocks show it."""
        begins, ends = (resolve(day, dt.time(), self.start.zone) - _MOMENT for day in (date, date + _ONE_DAY))
        return range(self.after(begins), self.after(ends))

    def at(self, number: int) -> dt.datetime:
        """Return the instant of an occurrence."""
        return self.first + number * self.step


def hours_of(rule: Rule, start: Start, excluded: frozenset[Place], days_off: DaysOff | None = None) -> Hours:
    """Return the grid of an hourly rule. Raises PartUnsupported for a start without a time of day."""
    if start.time is None:
        raise PartUnsupported("FREQ=HOURLY in a series whose start has no time of day")
    first, step = resolve(start.date, start.time, start.zone), dt.timedelta(hours=rule.interval)
    bare = Hours(rule, start, first, step, excluded, frozenset(), days_off)
    return replace(bare, excluded=frozenset(_numbers(bare))) if excluded else bare


def _numbers(grid: Hours) -> Iterator[int]:
    for date, time in grid.exdates:
        if time is None:
            yield from grid.on_day(date)
            continue
        wall = dt.datetime.combine(date, time, zone(grid.start.zone))
        for at in (wall.astimezone(dt.UTC), wall.replace(fold=1).astimezone(dt.UTC), grid.instant((date, time))):
            if at >= grid.first and (at - grid.first) % grid.step == dt.timedelta():
                yield (at - grid.first) // grid.step
