"""How something repeats, as it was said: a rule that still waits for its first date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from recurrence_rules import MORNING, Occurrence, RecurrenceError, Start, parse_rule, preview, resolve, wall_of

from task_language.moment import Moment

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SHORTEST_MONTH = 28
Frequency = Literal["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
OnHoliday = Literal["ignore", "skip", "before", "after"]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repetition. `weekdays` are (n-th of the month or 0, weekday), `positions` BYSETPOS; the rest is as in RFC 5545.

    `anchor` completion counts from the day on which it was done. `time` and `starting` were said with the rule.
    `zone`: on whose clocks the time is, if that was said. `on_holiday`: left out on public holidays, or on the workday
    before or after; whose they are, others know.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    month: int | None = None
    anchor: Literal["schedule", "completion"] = "schedule"
    time: dt.time | None = None
    starting: dt.date | None = None
    until: dt.date | None = None
    count: int | None = None
    on_holiday: OnHoliday = "ignore"
    zone: str | None = None

    def rrule(self, start: dt.date) -> str:
        """Return the RRULE of the series that starts on a date.

        Days 29 to 31 become the last day of shorter months (RFC 7529), which is what people mean by them.
        """
        days, month = self.month_days, self.month
        if self.anchor == "schedule" and not days and not self.weekdays and start.day > SHORTEST_MONTH:
            if self.frequency == "MONTHLY":
                days = (start.day,)
            elif self.frequency == "YEARLY" and start.month == 2:
                days, month = (start.day,), start.month
        parts = [f"FREQ={self.frequency}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(f"{nth or ''}{DAYS[day]}" for nth, day in self.weekdays))
        parts += [f"BYMONTHDAY={','.join(map(str, days))}"] if days else []
        parts += [f"BYMONTH={month}"] if month else []
        parts += [f"BYSETPOS={','.join(map(str, self.positions))}"] if self.positions else []
        parts += [f"COUNT={self.count}"] if self.count else []
        parts += [f"UNTIL={self.until:%Y%m%d}"] if self.until else []
        if any(day > SHORTEST_MONTH for day in days):
            parts += ["RSCALE=GREGORIAN", "SKIP=BACKWARD"]
        return ";".join(parts)

    def first(self, moment: Moment, date: dt.date | None = None, time: dt.time | None = None) -> Occurrence | None:
        """Return the first occurrence: the first match from `date` on, or without one the first still to come.

        Hours without a time begin with the next full hour, or on the morning of a later day. None when the rule is not
        accepted or never happens.
        """
        moment = replace(moment, zone=self.zone or moment.zone)
        given = date or self.starting
        time = time or self.time
        if self.frequency == "HOURLY":
            given, time = _first_hour(moment, given, time)
        start = Start(given or moment.today, time, moment.zone)
        once = replace(self, interval=1, count=None)
        try:
            found = preview(parse_rule(once.rrule(start.date)), start, 1 if given else 2)
            chosen = next((o for o in found if given or o.at > moment.now), None)
            if chosen is not None:
                parse_rule(self.rrule(chosen.date))
        except RecurrenceError:
            return None
        return chosen


def _first_hour(moment: Moment, date: dt.date | None, time: dt.time | None) -> tuple[dt.date, dt.time]:
    following = wall_of(moment.now + dt.timedelta(hours=1), moment.zone).replace(minute=0, second=0, microsecond=0)
    if time is None:
        return (following.date(), following.time()) if date in (None, moment.today) else (date, MORNING)
    if date is None:
        is_over = resolve(moment.today, time, moment.zone) <= moment.now
        date = moment.today + dt.timedelta(days=1 if is_over else 0)
    return date, time
