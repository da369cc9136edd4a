"""Days that are written out: 2027-02-28, 5 january 2027, march 3rd, 15sep, 8/10/2027, 2027/aug/10, christmas."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Sequence

from task_language.feasts import feast_at
from task_language.lexicon import MONTHS, begins, unit
from task_language.numbers import day_number_at, year_at
from task_language.scene import Scene

Words = Sequence[str]
Day = tuple[int, dt.date]

_THREE = re.compile(r"(\w+)([-/.])(\w+)\2(\w+)", re.ASCII)
_TWO = re.compile(r"(\d{1,2}|[a-z]{3,9})([-/.])(\d{1,2}|[a-z]{3,9})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
_JOINED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?([a-z]{3,9})|([a-z]{3,9})(\d{1,2})(?:st|nd|rd|th)?", re.ASCII)
_YEAR_BEFORE = re.compile(r"[12]\d{3}", re.ASCII)


def written_day_at(scene: Scene, at: int, *, led: bool, this_year: bool = False) -> Day | None:
    """Return where a written date ends, and the day; without a year the next one, or with `this_year` that of today.

    What is also something else (3/4, "3 march" before a noun) counts where a date is told (`led`) or nothing follows.
    """
    told = led or scene.tells(at)
    if found := _by_month_name(scene, at, told):
        end, month, day, year = found
        return _day(scene, end, year, month, day, this_year)
    if found := _in_digits(scene, at, told):
        end, month, day, year = found
        return _day(scene, end, year, month, day, this_year)
    return feast_at(scene, at, this_year=this_year) if told else None


def month_day_at(words: Words, place: int) -> tuple[int, int, int] | None:
    """Return where "january 5th", "5 january", "the 4th of july" or "15sep" ends, the month and the day."""
    first = words[place] if place < len(words) else ""
    if match := _JOINED.fullmatch(first):
        name, number = (match[2], match[1]) if match[2] else (match[3], match[4])
        month, day = MONTHS.get(name), int(number)
        return (place + 1, month, day) if month and 1 <= day <= 31 else None
    if month := _month(first):
        at = place + 1 + begins(words, place + 1, "the")
        day = day_number_at(words, at)
        return (day[0], month, day[1]) if day else None
    at = place + begins(words, place, "the")
    day = day_number_at(words, at)
    if day is None:
        return None
    at = day[0] + begins(words, day[0], "day")
    at += begins(words, at, "of")
    month = _month(words[at]) if at < len(words) else None
    return (at + 1, month, day[1]) if month else None


def slashed_at(words: Words, at: int, *, day_first: bool) -> tuple[int, int, int] | None:
    """Return where "4/15" ends, the month and the day."""
    match = _SLASHED.fullmatch(words[at]) if at < len(words) else None
    if match is None:
        return None
    month, day = _month_first(int(match[1]), int(match[2]), day_first)
    is_fraction = at + 1 < len(words) and unit(words[at + 1]) is not None
    return (at + 1, month, day) if 1 <= month <= 12 and 1 <= day <= 31 and not is_fraction else None


def _by_month_name(scene: Scene, at: int, told: bool) -> tuple[int, int, int, int | None] | None:
    found = month_day_at(scene.words, at)
    if found is None:
        return None
    end, month, day = found
    if year := _year_after(scene, end):
        return year[0], month, day, year[1]
    said_as_date = told or any(word[-2:] in ("st", "nd", "rd", "th") or word == "of" for word in scene.words[at:end])
    return (end, month, day, None) if said_as_date or scene.is_over(end) else None


def _year_after(scene: Scene, end: int) -> tuple[int, int] | None:
    found = year_at(scene.words, end + begins(scene.words, end, "of"))
    return found if found and found[1] >= 1000 else None


def _in_digits(scene: Scene, at: int, told: bool) -> tuple[int, int, int, int | None] | None:
    word = scene.word(at)
    if match := _THREE.fullmatch(word):
        found = _three(match[1], match[3], match[4], dotted=match[2] == ".", day_first=scene.moment.day_first)
        return found and (at + 1, *found)
    year_first = told and _YEAR_BEFORE.fullmatch(word)
    if (scene.alone or year_first) and all(scene.word(at + n).isdigit() for n in range(3)):
        found = _three(*scene.words[at : at + 3], dotted=False, day_first=scene.moment.day_first)
        return found and (at + 3, *found)
    if told and (match := _MONTH_YEAR.fullmatch(word)) and 1 <= int(match[1]) <= 12:
        return at + 1, int(match[1]), 1, int(match[2])
    match = _TWO.fullmatch(word)
    if match is None:
        return None
    named = _month(match[1]) or _month(match[3])
    if named:
        digits = match[3] if _month(match[1]) else match[1]
        return (at + 1, named, int(digits), None) if digits.isdigit() else None
    # 3/4 is also three quarters, 1.5 a number, and 2-3 a range.
    if not (match[1].isdigit() and match[3].isdigit() and ((told and match[2] == "/") or led_by_weekday(scene, at))):
        return None
    return at + 1, *_month_first(int(match[1]), int(match[3]), scene.moment.day_first or match[2] == "."), None


def led_by_weekday(scene: Scene, at: int) -> bool:
    """Return whether a weekday stands before, as in "friday 7/6"."""
    return scene.word(at - 1).endswith("day") or (scene.alone and "/" in scene.word(at))


def _three(first: str, second: str, third: str, *, dotted: bool, day_first: bool) -> tuple[int, int, int] | None:
    """Return month, day and year of three parts in any order that leaves no doubt; else by the reader's custom."""
    parts = [first, second, third]
    years = [part for part in parts if _YEAR_BEFORE.fullmatch(part)]
    if len(years) != 1:
        return None
    year = int(years[0])
    parts.remove(years[0])
    names = [part for part in parts if part in MONTHS]
    if names:
        parts.remove(names[0])
        return (MONTHS[names[0]], int(parts[0]), year) if len(parts[0]) <= 2 and parts[0].isdigit() else None
    if not all(part.isdigit() and len(part) <= 2 for part in parts) or (third != years[0] and first != years[0]):
        return None
    one, other = int(parts[0]), int(parts[1])
    month, day = (one, other) if first == years[0] else _month_first(one, other, day_first or dotted)
    return month, day, year


def _month_first(one: int, other: int, day_first: bool) -> tuple[int, int]:
    if one > 12 or (day_first and other <= 12):
        return other, one
    return one, other


def _month(word: str) -> int | None:
    return MONTHS.get(word.rstrip("."))


def _day(scene: Scene, end: int, year: int | None, month: int, day: int, this_year: bool) -> Day | None:
    today = scene.moment.today
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if year is not None or this_year:
        return end, dt.date(year or today.year, month, day)
    for later in range(today.year, today.year + 9):
        if day <= monthrange(later, month)[1] and dt.date(later, month, day) >= today:
            return end, dt.date(later, month, day)
    return None
