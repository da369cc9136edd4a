"""The occurrence after a closed one, measured from the instant at which that one was closed: never from now.

So a service that is late, or an event that is replayed, gets the same date.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from recurrence_rules.closing import Anchor, Closed, Ended, EndReason, Missed, Next, next_of
from recurrence_rules.completion import after_completion
from recurrence_rules.days_off import MOST_DAYS, MOST_LEFT_OUT, DaysOff, stands
from recurrence_rules.grid import Grid, Steps, grid_of
from recurrence_rules.hours import hours_of
from recurrence_rules.hours_advance import hours_after_completion, next_hour
from recurrence_rules.occurrences import end_before, falls_on_next_day, has_ended
from recurrence_rules.places import Occurrence, Place, days_of, exclusions, extra_walls, is_excluded, occurrence_at
from recurrence_rules.rule import Frequency, Rule
from recurrence_rules.wall import Start, parse_wall
from recurrence_rules.zones import days_left_out, resolve, wall_of


def next_occurrence(
    rule: Rule,
    start: Start,
    closed: Closed,
    *,
    anchor: Anchor = "schedule",
    missed: Missed = "next",
    exdates: Sequence[str] = (),
    rdates: Sequence[str] = (),
    days_off: DaysOff | None = None,
    steps: Steps | None = None,
) -> Next | Ended:
    """Return what follows a closed occurrence.

    `schedule`: the rule's next date after the closed one; with missed="next" the first that is still to come at
    the closing instant (date-only: after the closing day), with "each" the very next one, even if it is past.
    `completion`: INTERVAL after the closing day, strictly after that day and the occurrence's own due date; a
    rule that names days gives the first of them from INTERVAL - 1 periods after the closing day on. After a pause, with
    missed="next", whole INTERVALs are added until the date is not before the day on which the series went on.
    An hourly rule does the same with hours for days: INTERVAL hours after the closing minute.
    With days off, "still to come" and "after the closing day" are said of the day on which a date is kept.
    Raises WallTimeMalformed for a key, EXDATE or RDATE that is none.
    """
    key_date, key_time = parse_wall(closed.key)
    excluded = exclusions(tuple(exdates))
    extra = extra_walls(tuple(rdates), start)
    if rule.frequency is Frequency.HOURLY:
        hours = hours_of(rule, start, excluded, days_off)
        singles = [resolve(date, time, start.zone) for date, time in extra if not is_excluded(excluded, date, time)]
        search = next_hour if anchor == "schedule" else hours_after_completion
        return search(hours, closed, hours.instant((key_date, key_time)), missed, sorted(singles))
    if anchor == "completion":
        return after_completion(rule, start, closed, missed, key_date, excluded, extra, days_off)
    key = (key_date, key_time or dt.time.min)
    if (key_date, key_time) not in extra:
        # The series may be kept at a later hour by now: its day has had its occurrence all the same.
        key = (key_date, max(key[1], start.time or dt.time.min))
    search = _Search(rule, start, closed, key, missed, days_off)
    return search.run(excluded, extra, steps)


@dataclass(frozen=True, slots=True)
class _Search:
    rule: Rule
    start: Start
    closed: Closed
    key: tuple[dt.date, dt.time]
    missed: Missed
    days_off: DaysOff | None

    def run(self, excluded: frozenset[Place], extra: Sequence[Place], steps: Steps | None) -> Next | Ended:
        grid = grid_of(self.rule, self.start.date)
        candidate: Occurrence | None = None
        reason: EndReason = "until"
        left_out = 0
        ends, singles = partial(has_ended, self.rule, self.start, grid), days_of(extra, excluded)
        for day in grid.dates(self._first_to_try(), steps):
            date = dt.date.fromordinal(day)
            end = end_before(self.rule, self.start, grid, day)
            if end is not None:
                reason = end
                break
            if is_excluded(excluded, date, self.start.time):
                continue
            kept = stands(self.days_off, grid, date, ends, singles)
            if kept is None:
                left_out += 1
                if left_out >= MOST_LEFT_OUT:
                    break
                continue
            if not self._is_later(date, self.start.time, kept):
                continue
            if kept != date or not falls_on_next_day(self.rule, self.start, date):
                candidate = occurrence_at(self.start, date, self.start.time, kept)
                break
        for date, time in extra:
            if is_excluded(excluded, date, time) or not self._is_later(date, time, date):
                continue
            single = occurrence_at(self.start, date, time)
            if candidate is None or single.key < candidate.key:
                candidate = single
            break
        if candidate is None:
            return Ended(reason)
        passed = 0 if self.missed == "each" else self._passed_over(grid, candidate, excluded, extra)
        return next_of(candidate, passed)

    def _first_to_try(self) -> int:
        """Return the first date that can be the answer; the search jumps there whatever lies between."""
        key_day = self.key[0].toordinal()
        if self.missed == "each":
            return key_day
        after = max(self.closed.at, self.closed.resumed or self.closed.at)
        earlier = MOST_DAYS if self.days_off and self.days_off.on_holiday == "after" else 0
        return max(key_day, wall_of(after, self.start.zone).date().toordinal() - 1 - earlier)

    def _is_later(self, date: dt.date, time: dt.time | None, kept: dt.date) -> bool:
        if (date, time or dt.time.min) <= self.key:
            return False
        if self.missed == "each":
            return True
        resumed = self.closed.resumed
        if time is None:
            went_on = resumed is None or kept >= wall_of(resumed, self.closed.day_zone).date()
            return went_on and kept > wall_of(self.closed.at, self.closed.day_zone).date()
        return resolve(kept, time, self.start.zone) > max(self.closed.at, resumed or self.closed.at)

    def _passed_over(self, grid: Grid, chosen: Occurrence, excluded: frozenset[Place], extra: Sequence[Place]) -> int:
        """Return how many occurrences lie strictly between the closed one and the chosen one."""
        chosen_date, chosen_time = parse_wall(chosen.key)
        end = (chosen_date, chosen_time or dt.time.min)
        time = self.start.time
        first, last = self.key[0].toordinal(), chosen_date.toordinal()
        first += (self.key[0], time or dt.time.min) <= self.key
        last -= (chosen_date, time or dt.time.min) >= end
        ends = partial(has_ended, self.rule, self.start, grid)
        if ends(last):
            # An RDATE after the end of the rule: between the two nothing was passed over.
            last = first + bisect_left(range(first, last), 1, key=ends) - 1
        total = grid.count(first, last) - self._left_out(grid, first, last, excluded, extra)
        total -= sum(
            first <= day.toordinal() <= last and day.toordinal() in grid and not is_excluded(excluded, day, time)
            for day in days_left_out(self.start.zone)
            if falls_on_next_day(self.rule, self.start, day)
        )
        gone = {date for date, _ in excluded if is_excluded(excluded, date, time)}
        total -= sum(1 for date in gone if first <= date.toordinal() <= last and date.toordinal() in grid)
        for date, at in extra:
            on_grid = at == time and date.toordinal() in grid and not ends(date.toordinal())
            inside = self.key < (date, at or dt.time.min) < end
            total += inside and not on_grid and not is_excluded(excluded, date, at)
        return total

    def _left_out(self, grid: Grid, first: int, last: int, excluded: frozenset[Place], extra: Sequence[Place]) -> int:
        """Return how many dates between two ordinals holidays leave out, but for those that EXDATEs or RDATEs name."""
        if self.days_off is None:
            return 0
        if first > last:
            return 0
        ends, singles = partial(has_ended, self.rule, self.start, grid), days_of(extra, excluded)
        return sum(
            date.toordinal() in grid
            and stands(self.days_off, grid, date, ends, singles) is None
            and not is_excluded(excluded, date, self.start.time)
            and (date, self.start.time) not in extra
            for date in self.days_off.calendar.between(dt.date.fromordinal(first), dt.date.fromordinal(last))
        )
