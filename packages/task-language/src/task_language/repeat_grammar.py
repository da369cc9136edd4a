"""Phrases of repetition: "every 2 weeks on monday", "last day of every month", "every 3 days after completion"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from task_language.amounts import shifted
from task_language.dates import time_at, when_at
from task_language.lexicon import DAYTIMES, begins, first_of, number, ordinal, unit, weekday, word_at
from task_language.moment import Moment
from task_language.repeats import Frequency, OnHoliday, Repeat
from task_language.said_zones import zone_at
from task_language.scene import Scene
from task_language.written_days import month_day_at, slashed_at

Words = Sequence[str]
Found = tuple[int, Repeat]

_FREQUENCIES: dict[str, Frequency] = {
    "hours": "HOURLY", "days": "DAILY", "weeks": "WEEKLY", "months": "MONTHLY", "years": "YEARLY",
}  # fmt: skip
_ADVERBS: dict[str, Repeat] = {
    "hourly": Repeat("HOURLY"),
    "daily": Repeat("DAILY"),
    "everyday": Repeat("DAILY"),
    "weekly": Repeat("WEEKLY"),
    "biweekly": Repeat("WEEKLY", 2),
    "bi-weekly": Repeat("WEEKLY", 2),
    "fortnightly": Repeat("WEEKLY", 2),
    "monthly": Repeat("MONTHLY"),
    "bimonthly": Repeat("MONTHLY", 2),
    "bi-monthly": Repeat("MONTHLY", 2),
    "quarterly": Repeat("MONTHLY", 3),
    "semiannually": Repeat("MONTHLY", 6),
    "semi-annually": Repeat("MONTHLY", 6),
    "half-yearly": Repeat("MONTHLY", 6),
    "yearly": Repeat("YEARLY"),
    "annually": Repeat("YEARLY"),
}
NOON = 12
_WORKDAYS = tuple((0, day) for day in range(5))
_WORKDAY = ("workday", "weekday", "working day", "business day")
_WEEKEND = ((0, 5), (0, 6))
_AFTER_DONE = ("after completion", "after completing it", "after completing", "after i finish it", "after i finish",
               "after finishing it", "after finishing", "after i did it", "after i've done it", "after i do it",
               "after it is done", "after it's done", "after it was done", "after done", "after being done",
               "from completion", "since completion")  # fmt: skip
_OF_MONTH = ("of the month", "of every month", "of each month", "of a month", "every month", "each month")
_MONTHLY = ("of every month", "of each month", "of the month every month", "of the month each month",
            "of the month monthly")  # fmt: skip
_ONCE = ("once an", "once a", "once per", "once each", "once every")
_GOING_ON = ("at", "until", "till", "from", "starting", "beginning", "for", "except")
_FROM_END = ("to last", "to the last", "last")
_AND = ("and", "&")
_BUT_NOT = ("except for", "except on", "except", "but not on", "not on", "skipping", "skip")
_MOVED = ("moved to the workday", "or the workday", "or workday")
_SIDES: dict[str, OnHoliday] = {"before": "before", "after": "after"}
_HOLIDAY = ("public holidays", "bank holidays", "holidays", "a public holiday", "a bank holiday", "a holiday")


def repeat_at(words: Words, place: int, moment: Moment) -> Found | None:
    """Return where a phrase of repetition ends, and what it says."""
    at = place + first_of(words, place, ("repeat", "repeats", "repeating"))
    found = _head_at(words, at, moment)
    if found is None:
        return None
    found = _with_suffixes(words, *found, moment)
    return found if found[1].first(moment) is not None else None


def _head_at(words: Words, place: int, moment: Moment) -> Found | None:
    word = word_at(words, place)
    if word in _ADVERBS:
        return place + 1, _ADVERBS[word]
    if word in ("every", "each", "every!"):
        found = _after_every(words, place + 1, moment)
        return found and (found[0], replace(found[1], anchor="completion" if word == "every!" else "schedule"))
    at = place + first_of(words, place, ("on the", "on", "the"))
    found = _in_month_at(words, at)
    if found is not None and (taken := first_of(words, found[0], _MONTHLY)):
        return found[0] + taken, found[1]
    if (taken := first_of(words, place, _ONCE)) and (
        frequency := _FREQUENCIES.get(unit(word_at(words, place + taken)) or "")
    ):
        return place + taken + 1, Repeat(frequency)
    lead = first_of(words, place, ("on the", "on", "all"))
    found = _plural_at(words, place + lead)
    # Without "on" it may belong to the title: "plan the weekends menu".
    return found if found is None or lead or _is_over(words, found[0]) else None


def _is_over(words: Words, at: int) -> bool:
    said = word_at(words, at)
    return not said or said in _GOING_ON or time_at(words, at, after_date=True) is not None


def _plural_at(words: Words, at: int) -> Found | None:
    """Read days whose plural alone says that they come again: "mondays and thursdays", "weekends"."""
    word = word_at(words, at)
    if word in ("workdays", "weekdays"):
        return at + 1, Repeat("WEEKLY", weekdays=_WORKDAYS)
    if word == "weekends":
        return at + 1, Repeat("WEEKLY", weekdays=_WEEKEND)
    if word.removesuffix("s") in DAYTIMES and word.endswith("s"):
        return at + 1, Repeat("DAILY", time=dt.time(DAYTIMES[word.removesuffix("s")]))
    if word.endswith("days") and (days := _weekdays_at(words, at)):
        return days[0], Repeat("WEEKLY", weekdays=days[1])
    return None


def _after_every(words: Words, at: int, moment: Moment) -> Found | None:
    word, following = word_at(words, at), word_at(words, at + 1)
    if word in ("weekday", "workday", "weekdays"):
        return at + 1, Repeat("WEEKLY", weekdays=_WORKDAYS)
    if word == "weekend":
        return at + 1, Repeat("WEEKLY", weekdays=_WEEKEND)
    if word == "quarter":
        return at + 1, Repeat("MONTHLY", 3)
    if word in DAYTIMES:
        return at + 1, Repeat("DAILY", time=dt.time(DAYTIMES[word]))
    if (frequency := _FREQUENCIES.get(unit(word) or "")) is not None:
        return at + 1, Repeat(frequency)
    if found := month_day_at(words, at) or slashed_at(words, at, day_first=moment.day_first):
        return found[0], Repeat("YEARLY", month_days=(found[2],), month=found[1])
    interval = 2 if word in ("other", "second") else number(word) or max(ordinal(word) or 0, 1)
    if (interval > 1 or number(word)) and (frequency := _FREQUENCIES.get(unit(following) or "")) is not None:
        return at + 2, Repeat(frequency, interval)
    days = _weekdays_at(words, at + 1)
    if days and (word == "other" or (word == "second" and not first_of(words, days[0], _OF_MONTH))):
        return days[0], Repeat("WEEKLY", 2, weekdays=days[1])
    if days := _weekdays_at(words, at):
        return days[0], Repeat("WEEKLY", weekdays=days[1])
    if found := _in_month_at(words, at):
        of_month = first_of(words, found[0], _OF_MONTH)
        # "Every second workday" is every other one: not a rule of a month.
        return None if found[1].positions and not of_month and word != "last" else (found[0] + of_month, found[1])
    return None


def _weekdays_at(words: Words, at: int) -> tuple[int, tuple[tuple[int, int], ...]] | None:
    found: list[tuple[int, int]] = []
    while True:
        step = at + (1 if found and word_at(words, at) in _AND else 0)
        day = weekday(word_at(words, step))
        if day is None:
            break
        found.append((0, day))
        at = step + 1
    return (at, tuple(sorted(set(found)))) if found else None


def _in_month_at(words: Words, at: int, most: int = 5) -> Found | None:
    """Read "last day", "first monday", "2nd and 4th friday", "last workday", "15th", "1st and 15th" of a month.

    `most`: how often a weekday comes; in a year that is 53 times.
    """
    numbers: list[int] = []
    while True:
        step = at + (1 if numbers and word_at(words, at) in _AND else 0)
        step += begins(words, step, "the")
        nth = ordinal(word_at(words, step))
        if nth is None:
            break
        at = step + 1
        from_end = first_of(words, at, _FROM_END) if nth > 0 else 0
        numbers.append(-nth if from_end else nth)
        at += from_end
    if not numbers:
        return None
    day = weekday(word_at(words, at))
    if day is not None and all(-most <= n <= most for n in numbers):
        return at + 1, Repeat("MONTHLY", weekdays=tuple(sorted({(n, day) for n in numbers})))
    if (taken := first_of(words, at, _WORKDAY)) and all(-20 <= n <= 20 for n in numbers):
        return at + taken, Repeat("MONTHLY", weekdays=_WORKDAYS, positions=tuple(sorted(set(numbers))))
    if word_at(words, at) == "day" and numbers in ([-1], [1]):
        return at + 1, Repeat("MONTHLY", month_days=(numbers[0],))
    digits = any(word[:1].isdigit() for word in words[at - 1 : at]) or numbers[-1] < -1
    if digits and all(1 <= abs(n) <= 31 for n in numbers):
        return at, Repeat("MONTHLY", month_days=tuple(sorted(set(numbers))))
    return None


def _with_suffixes(words: Words, at: int, repeat: Repeat, moment: Moment) -> Found:
    """Take what follows the head, in any order: days, a time, completion, start and end, holidays."""
    for _ in range(7):
        step = (
            _on_days(words, at, repeat)
            or _anchored(words, at, repeat)
            or _bounded(words, at, repeat, moment)
            or _timed(words, at, repeat)
            or _zoned(words, at, repeat, moment)
            or _on_holiday(words, at, repeat)
        )
        if step is None:
            break
        at, repeat = step
    return at, repeat


def _on_days(words: Words, at: int, repeat: Repeat) -> Found | None:
    if repeat.weekdays or repeat.month_days or repeat.frequency in ("HOURLY", "DAILY"):
        return None
    taken = first_of(words, at, ("on the", "on", "the"))
    if repeat.frequency == "WEEKLY":
        days = _weekdays_at(words, at + taken) if taken else None
        return days and (days[0], replace(repeat, weekdays=days[1]))
    if repeat.frequency == "YEARLY":
        if not taken:
            return None
        if found := month_day_at(words, at + taken):
            return found[0], replace(repeat, month=found[1], month_days=(found[2],))
        # "Every year on the first friday": of the year, unless a month follows.
        counted = _in_month_at(words, at + taken, most=53)
        if counted is None or not counted[1].weekdays or counted[1].positions or begins(words, counted[0], "of"):
            return None
        return counted[0], replace(repeat, weekdays=counted[1].weekdays)
    found = _in_month_at(words, at + taken) if taken else None
    if found is None:
        return None
    end = found[0] + first_of(words, found[0], _OF_MONTH)
    said = found[1]
    return end, replace(repeat, weekdays=said.weekdays, month_days=said.month_days, positions=said.positions)


def _anchored(words: Words, at: int, repeat: Repeat) -> Found | None:
    taken = first_of(words, at, _AFTER_DONE)
    return (at + taken, replace(repeat, anchor="completion")) if taken else None


def _bounded(words: Words, at: int, repeat: Repeat, moment: Moment) -> Found | None:
    if taken := first_of(words, at, ("starting on", "starting", "beginning", "from")):
        found = when_at(words, at + taken, moment)
        if found is None or (found[1].date is None and repeat.time is not None):
            return None
        return found[0], replace(repeat, starting=found[1].date, time=found[1].time or repeat.time)
    if taken := first_of(words, at, ("until", "till", "ending on", "ending")):
        found = when_at(words, at + taken, moment)
        if found is None or found[1].date is None:
            return None
        return found[0], replace(repeat, until=found[1].date, count=None)
    lead = begins(words, at, "for")
    count, what = number(word_at(words, at + lead)), word_at(words, at + lead + 1)
    if count is None:
        return None
    if what in ("times", "time"):
        return at + lead + 2, replace(repeat, count=count, until=None)
    if lead and unit(what) in ("days", "weeks", "months", "years"):
        try:
            last = shifted(repeat.starting or moment.today, count, unit(what) or "") - dt.timedelta(days=1)
        except (ValueError, OverflowError):
            return None
        return at + lead + 2, replace(repeat, until=last, count=None)
    return None


def _on_holiday(words: Words, at: int, repeat: Repeat) -> Found | None:
    """Read "except holidays", and "or the workday before a public holiday"."""
    said: OnHoliday | None = "skip"
    end = at + first_of(words, at, _BUT_NOT)
    if end == at and (taken := first_of(words, at, _MOVED)):
        said = _SIDES.get(word_at(words, at + taken))
        end = at + taken + 1
    holiday = first_of(words, end, _HOLIDAY)
    if end == at or said is None or not holiday or repeat.frequency == "HOURLY":
        return None
    return end + holiday, replace(repeat, on_holiday=said)


def _zoned(words: Words, at: int, repeat: Repeat, moment: Moment) -> Found | None:
    found = zone_at(Scene(words, moment), at) if repeat.time is not None and repeat.zone is None else None
    return found and (found[0], replace(repeat, zone=found[1]))


def _timed(words: Words, at: int, repeat: Repeat) -> Found | None:
    found = time_at(words, at, after_date=True)
    if found is None or repeat.time is None:
        return found and (found[0], replace(repeat, time=found[1]))
    # "Every evening at 7": the part of the day says which seven.
    is_bare = word_at(words, found[0] - 1).replace(":", "").isdigit()
    if not is_bare or not found[1].hour < NOON <= repeat.time.hour:
        return None
    return found[0], replace(repeat, time=found[1].replace(hour=found[1].hour + NOON))
