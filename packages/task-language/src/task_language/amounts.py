"""Lengths of time: "2 weeks", "a fortnight", "half an hour", "1 day 2 hours", "1h 30min", "2 and a half hours"."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass

from recurrence_rules import resolve, wall_of

from task_language.lexicon import begins, entry_at, first_of, unit, word_at
from task_language.moment import Moment
from task_language.numbers import cardinal_at

Words = Sequence[str]

_MONTHS = {"months": 1, "quarters": 3, "years": 12}
_DAYS = {"days": 1, "weeks": 7, "fortnights": 14}
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}
_SHORT = {
    "s": "seconds", "sec": "seconds", "m": "minutes", "min": "minutes", "mins": "minutes", "h": "hours", "hr": "hours",
    "hrs": "hours", "d": "days", "w": "weeks", "wk": "weeks", "wks": "weeks", "mon": "months", "mo": "months",
    "y": "years", "yr": "years", "yrs": "years", "'": "minutes",
}  # fmt: skip
_TOGETHER = re.compile(r"(\d{1,3})([a-z']+)", re.ASCII)
_AND_A_HALF = re.compile(r"(\d{1,3})\.5", re.ASCII)
_VAGUE = {"a couple of": 2, "a couple": 2, "a pair of": 2, "a few": 3, "couple of": 2}
_PARTS_OF_HOUR = {
    "half an hour": 1800, "half a hour": 1800, "1/2 an hour": 1800, "1/2 hour": 1800, "half hour": 1800,
    "a half hour": 1800, "a quarter of an hour": 900, "quarter of an hour": 900, "1/4 hour": 900,
    "three-quarters of an hour": 2700, "three quarters of an hour": 2700, "3/4 hour": 2700,
}  # fmt: skip
_AND_HALF = ("and a half", "and an half", "and half a", "and half")


@dataclass(frozen=True, slots=True)
class Amount:
    """Months, days and seconds; only one with seconds has a time of day as its end."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def plus(self, other: Amount) -> Amount:
        """Return both one after the other."""
        return Amount(self.months + other.months, self.days + other.days, self.seconds + other.seconds)

    def from_day(self, day: dt.date, sign: int = 1) -> dt.date:
        """Return the day so much later, or with sign -1 earlier."""
        return shifted(day, sign * self.months, "months") + dt.timedelta(days=sign * self.days)

    def from_now(self, moment: Moment, sign: int = 1) -> tuple[dt.date, dt.time | None]:
        """Return when it is over; hours are elapsed ones, whatever clocks are set to between."""
        if not self.seconds:
            return self.from_day(moment.today, sign), None
        at = moment.now
        if self.months or self.days:
            wall = moment.wall
            at = resolve(self.from_day(wall.date(), sign), wall.time(), moment.zone)
        later = wall_of(at + dt.timedelta(seconds=sign * self.seconds), moment.zone)
        # Nobody who says minutes means the seconds of now.
        return later.date(), later.time().replace(microsecond=0, second=later.second if self.seconds % 60 else 0)


def shifted(day: dt.date, count: int, unit_name: str) -> dt.date:
    """Return the day some days, weeks, months or years later, on the month's last day where it has no such day."""
    if unit_name in _DAYS:
        return day + dt.timedelta(days=count * _DAYS[unit_name])
    month = day.year * 12 + day.month - 1 + count * _MONTHS[unit_name]
    year, month = month // 12, month % 12 + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))


def amount_at(words: Words, at: int) -> tuple[int, Amount] | None:
    """Return where a length of time ends, and how long it is; its parts may follow each other."""
    found = _part_at(words, at)
    if found is None:
        return None
    end, total = found
    for _ in range(4):
        more = _part_at(words, end + begins(words, end, "and"))
        if more is None:
            break
        end, total = more[0], total.plus(more[1])
    return end, total


def _part_at(words: Words, at: int) -> tuple[int, Amount] | None:
    if part := entry_at(words, at, _PARTS_OF_HOUR):
        return part[0], Amount(seconds=part[1])
    if match := _TOGETHER.fullmatch(word_at(words, at)):
        name = _SHORT.get(match[2]) or unit(match[2])
        return (at + 1, _of(int(match[1]), name)) if name else None
    if (match := _AND_A_HALF.fullmatch(word_at(words, at))) and unit(word_at(words, at + 1)) == "hours":
        return at + 2, Amount(seconds=int(match[1]) * 3600 + 1800)
    end, count = _count_at(words, at)
    if not count:
        return None
    half = first_of(words, end, _AND_HALF)
    word = word_at(words, end + half)
    name = unit(word) or ("months" if word == "mon" and not half else None)
    if name is None:
        return None
    if half:
        return (end + half + 1, Amount(seconds=count * 3600 + 1800)) if name == "hours" else None
    end += 1
    if name == "hours" and (half := first_of(words, end, ("and a half",))):
        return end + half, Amount(seconds=count * 3600 + 1800)
    return end, _of(count, name)


def _count_at(words: Words, at: int) -> tuple[int, int]:
    if vague := entry_at(words, at, _VAGUE):
        return vague
    if word_at(words, at) in ("a", "an"):
        return at + 1, 1
    return cardinal_at(words, at) or (at, 0)


def _of(count: int, name: str) -> Amount:
    if name in _MONTHS:
        return Amount(months=count * _MONTHS[name])
    if name in _DAYS:
        return Amount(days=count * _DAYS[name])
    return Amount(seconds=count * _SECONDS[name])
