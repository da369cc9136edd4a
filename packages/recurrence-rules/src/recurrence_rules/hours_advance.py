"""What follows a closed occurrence of an hourly rule: as for days, with INTERVAL hours of elapsed time."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence

from recurrence_rules.closing import Closed, Ended, Missed, Next, next_of
from recurrence_rules.days_off import MOST_LEFT_OUT
from recurrence_rules.hours import Hours
from recurrence_rules.places import is_excluded
from recurrence_rules.zones import resolve, wall_of

_MOMENT = dt.timedelta(microseconds=1)


def next_hour(
    grid: Hours, closed: Closed, key: dt.datetime, missed: Missed, singles: Sequence[dt.datetime]
) -> Next | Ended:
    """Return what follows on the grid: the first still to come, or with missed="each" the very next."""
    after = key if missed == "each" else max(key, closed.at, closed.resumed or closed.at)
    number = next(grid.numbers(grid.after(after)), None)
    at = None if number is None else grid.at(number)
    single = next((one for one in singles if one > after), None)
    if at is None or (single is not None and single < at):
        at = single
    if at is None:
        return Ended(grid.end(grid.after(after)) or "until")
    between = range(grid.after(key), grid.after(at - _MOMENT))
    if between and grid.end(between[-1]) is not None:
        # A date that stands alone, after the end of the rule: between the two nothing was passed over.
        between = between[: bisect_left(between, 1, key=lambda number: grid.end(number) is not None)]
    passed = len(between) - len(_left_out(grid, between))
    passed += sum(key < one < at and (one - grid.first) % grid.step != dt.timedelta() for one in singles)
    return next_of(grid.place(at), 0 if missed == "each" else passed)


def hours_after_completion(
    grid: Hours, closed: Closed, key: dt.datetime, missed: Missed, singles: Sequence[dt.datetime]
) -> Next | Ended:
    """Return INTERVAL hours after the closing minute, strictly after the closed occurrence's own instant."""
    begin = closed.at.astimezone(dt.UTC).replace(second=0, microsecond=0)
    base = max(key, begin)
    if closed.due is not None and closed.due > wall_of(key, grid.start.zone).date():
        base = max(base, resolve(closed.due, dt.time(), grid.start.zone) - _MOMENT)
    least = (base - begin) // grid.step + 1
    number = least
    if closed.resumed is not None and missed == "next":
        number = max(number, (closed.resumed - begin) // grid.step + 1)
    if grid.rule.count is not None and closed.number + number - least >= grid.rule.count:
        return Ended("count")
    at = begin + number * grid.step
    for _ in range(MOST_LEFT_OUT * 24):
        if not is_excluded(grid.exdates, *_shown(grid, at)) and not grid.is_day_off(at):
            break
        at += grid.step
    single = next((one for one in singles if base < one < at), None)
    at, passed = (single, 0) if single is not None else (at, number - least)
    return Ended("until") if grid.is_beyond_until(at) else next_of(grid.place(at), passed)


def _shown(grid: Hours, at: dt.datetime) -> tuple[dt.date, dt.time]:
    wall = wall_of(at, grid.start.zone)
    return wall.date(), wall.time()


def _left_out(grid: Hours, numbers: range) -> set[int]:
    """Return those of some numbers that EXDATEs or holidays leave out."""
    found = {number for number in grid.excluded if number in numbers}
    if grid.days_off is not None and numbers:
        day, last = (wall_of(grid.at(number), grid.start.zone).date() for number in (numbers[0], numbers[-1]))
        while day <= last:
            if grid.days_off.calendar.is_holiday(day):
                found.update(number for number in grid.on_day(day) if number in numbers)
            day += dt.timedelta(days=1)
    return found
