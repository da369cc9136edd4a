"""One date, one time of day, or both: "next friday at 17:00", "in 3 days", "5 january 2027", "tomorrow evening"."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace

from recurrence_rules import wall_of

from task_language.lexicon import (
    DAYTIMES,
    MONTHS,
    SHORT_WEEKDAYS,
    begins,
    first_of,
    number,
    ordinal,
    unit,
    weekday,
    word_at,
)
from task_language.moment import Moment

FIRST_YEAR, LAST_YEAR = 1900, 9000
Words = Sequence[str]

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:t(\d\d:\d\d))?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(am|pm|a\.m|p\.m)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_MONTH_END = ("the last day of the month", "last day of the month", "the last of the month", "last of the month",
              "the end of the month", "end of the month", "end of month")  # fmt: skip
EARLIEST_MORNING_HOUR = 7
"""A bare "at 5" is 17:00: hours below this one are meant in the afternoon unless am is said."""


@dataclass(frozen=True, slots=True)
class When:
    """A wall date, a wall time, or both. At least one of them is there.

    `is_month_end`: the date was said as the month's last day, which is another day in another month.
    """

    date: dt.date | None = None
    time: dt.time | None = None
    is_month_end: bool = False


def when_at(words: Words, place: int, moment: Moment) -> tuple[int, When] | None:
    """Return where the longest date or time phrase from `place` on ends, and what it says."""
    at = place
    lead = first_of(words, at, ("due on", "due by", "due", "by", "on", "for"))
    dated = _guarded(words, at + lead, moment, lead > 0)
    if dated is not None:
        at, when = dated
        if when.time is None and (timed := time_at(words, at, after_date=True)):
            return timed[0], replace(when, time=timed[1])
        return at, when
    lead = first_of(words, at, ("due", "by"))
    timed = time_at(words, at + lead)
    if timed is None:
        return None
    at, time = timed
    lead = first_of(words, at, ("due on", "due", "by", "on"))
    dated = _guarded(words, at + lead, moment, lead > 0)
    if dated is not None and dated[1].time is None:
        return dated[0], replace(dated[1], time=time)
    return at, When(None, time)


def whole(words: Words, moment: Moment) -> When | None:
    """Return what the words say if they are nothing but a date or a time."""
    found = when_at(words, 0, moment)
    return found[1] if found is not None and found[0] == len(words) else None


def time_at(words: Words, place: int, *, after_date: bool = False) -> tuple[int, dt.time] | None:
    """Return where a time of day ends, and the time.

    A bare number is one only after "at", a part of the day only after a date, "at" or "in the".
    """
    if taken := begins(words, place, "in the"):
        part = word_at(words, place + taken)
        return (place + taken + 1, dt.time(DAYTIMES[part])) if part in DAYTIMES else None
    at = place + begins(words, place, "at")
    word = word_at(words, at)
    if word in DAYTIMES:
        return (at + 1, dt.time(DAYTIMES[word])) if at > place or after_date or word == "noon" else None
    match = _CLOCK.fullmatch(word)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "")
    end = at + 1
    following = word_at(words, end).replace(".", "")
    if not half and following in ("am", "pm"):
        half, end = following, end + 1
    elif not half and following in ("o'clock", "oclock"):
        end += 1
    elif not half and not _is_clock(word, following, at > place):
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif match[2] is None and 1 <= hour < EARLIEST_MORNING_HOUR:
        hour += 12
    return (end, dt.time(hour, minute)) if hour < 24 and minute < 60 else None


def _is_clock(word: str, following: str, after_at: bool) -> bool:
    """Return whether a number without am and pm is a time: 17:00 anywhere, 17 after "at" if no unit follows."""
    return ":" in word or (after_at and ("." in word or not unit(following)))


def shifted(day: dt.date, count: int, unit_name: str) -> dt.date:
    """Return the day some days, weeks, months or years later, on the month's last day where it has no such day."""
    if unit_name in ("days", "weeks"):
        return day + dt.timedelta(days=count * (7 if unit_name == "weeks" else 1))
    month = day.year * 12 + day.month - 1 + count * (12 if unit_name == "years" else 1)
    year, month = month // 12, month % 12 + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))


def month_day_at(words: Words, place: int) -> tuple[int, int, int] | None:
    """Return where "january 5th" or "5 january" ends, the month and the day."""
    first, second = word_at(words, place), word_at(words, place + 1)
    if first in MONTHS and (match := _DAY.fullmatch(second)) and 1 <= int(match[1]) <= 31:
        return place + 2, MONTHS[first], int(match[1])
    match = _DAY.fullmatch(first)
    at = place + 1 + begins(words, place + 1, "of")
    if match and word_at(words, at) in MONTHS and 1 <= int(match[1]) <= 31:
        return at + 1, MONTHS[word_at(words, at)], int(match[1])
    return None


def _guarded(words: Words, place: int, moment: Moment, lead: bool) -> tuple[int, When] | None:
    try:
        found = _date_at(words, place, moment, lead)
    except (ValueError, OverflowError):
        return None
    if found is None or found[1].date is None or not FIRST_YEAR <= found[1].date.year <= LAST_YEAR:
        return None
    return found


def _date_at(words: Words, place: int, moment: Moment, lead: bool) -> tuple[int, When] | None:
    today, word, following = moment.today, word_at(words, place), word_at(words, place + 1)
    if taken := first_of(words, place, ("the day after tomorrow", "day after tomorrow")):
        return place + taken, When(today + dt.timedelta(days=2))
    if word in _NEAR:
        return place + 1, When(today + dt.timedelta(days=_NEAR[word]))
    if word == "tonight":
        return place + 1, When(today, dt.time(DAYTIMES["night"]))
    if word == "this" and following in DAYTIMES:
        return place + 2, When(today, dt.time(DAYTIMES[following]))
    if match := _ISO.fullmatch(word):
        time = dt.time.fromisoformat(match[4]) if match[4] else None
        return place + 1, When(dt.date(int(match[1]), int(match[2]), int(match[3])), time)
    if word == "in" or word_at(words, place + 2) == "from":
        return _after_at(words, place, moment)
    if taken := first_of(words, place, _MONTH_END):
        last = monthrange(today.year, today.month)[1]
        return place + taken, When(today.replace(day=last), is_month_end=True)
    if word in ("next", "this"):
        return _coming_at(words, place, moment)
    if word.endswith("days"):
        return None  # more than one: a repetition
    if (day := weekday(word)) is not None and (word not in SHORT_WEEKDAYS or lead or _stands_alone(words, place)):
        return place + 1, When(today + dt.timedelta(days=(day - today.weekday()) % 7))
    if found := month_day_at(words, place):
        return _in_year(words, found, today)
    return _day_of_month(words, place, today, lead)


_NEAR = {"today": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1, "yesterday": -1}


def _stands_alone(words: Words, place: int) -> bool:
    """Return whether a short weekday ("sun", "sat") is surely one: at the line's end or before a time."""
    return place == len(words) - 1 or time_at(words, place + 1) is not None


def _after_at(words: Words, place: int, moment: Moment) -> tuple[int, When] | None:
    at = place + begins(words, place, "in")
    count, unit_name = number(word_at(words, at)), unit(word_at(words, at + 1))
    if count is None or unit_name is None:
        return None
    end = at + 2
    if at == place:
        if not (taken := first_of(words, end, ("from now", "from today"))):
            return None
        end += taken
    if unit_name in ("minutes", "hours"):
        later = wall_of(moment.now + dt.timedelta(**{unit_name: count}), moment.zone)
        return end, When(later.date(), later.time().replace(second=0, microsecond=0))
    return end, When(shifted(moment.today, count, unit_name))


def _coming_at(words: Words, place: int, moment: Moment) -> tuple[int, When] | None:
    """Read "next week", "next friday" (the one of next week), "this friday", "this weekend"."""
    today, is_next, what = moment.today, words[place] == "next", word_at(words, place + 1)
    if (day := weekday(what)) is not None:
        if is_next:
            monday = moment.week_of(today) + dt.timedelta(days=7)
            return place + 2, When(monday + dt.timedelta(days=(day - moment.week_start) % 7))
        return place + 2, When(today + dt.timedelta(days=(day - today.weekday()) % 7))
    if what == "weekend":
        saturday = today + dt.timedelta(days=(5 - today.weekday()) % 7 + (7 if is_next else 0))
        return place + 2, When(saturday)
    if not is_next:
        return None
    if what == "week":
        return place + 2, When(moment.week_of(today) + dt.timedelta(days=7))
    if what in ("month", "year"):
        first = today.replace(day=1) if what == "month" else today.replace(month=1, day=1)
        return place + 2, When(shifted(first, 1, what + "s"))
    return None


def _in_year(words: Words, found: tuple[int, int, int], today: dt.date) -> tuple[int, When] | None:
    end, month, day = found
    if _YEAR.fullmatch(word_at(words, end)):
        return end + 1, When(dt.date(int(words[end]), month, day))
    for year in range(today.year, today.year + 9):
        if day <= monthrange(year, month)[1] and dt.date(year, month, day) >= today:
            return end, When(dt.date(year, month, day))
    return None


def _day_of_month(words: Words, place: int, today: dt.date, lead: bool) -> tuple[int, When] | None:
    """Read "the 15th" (after "on", "by" or "the"): the next day of that number, in a month that has it."""
    the = begins(words, place, "the")
    word = word_at(words, place + the)
    day = ordinal(word)
    if day is None or not word[:1].isdigit() or not (lead or the) or not 1 <= day <= 31:
        return None
    month = today.replace(day=1)
    for _ in range(4):
        if day <= monthrange(month.year, month.month)[1] and month.replace(day=day) >= today:
            return place + the + 1, When(month.replace(day=day))
        month = shifted(month, 1, "months")
    return None
