"""Times of day: 17:00, 5pm, 19h30, half past three, 20 minutes to 2pm, noon, ten thirty."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from task_language.lexicon import begins, first_of, unit
from task_language.numbers import cardinal_at
from task_language.scene import Scene

EARLIEST_MORNING_HOUR = 7
"""A bare "at 5" is 17:00: hours below this one are meant in the afternoon unless am or a part of the day is said."""
NOON, MIDNIGHT = dt.time(12), dt.time(0)
_DIGITS = re.compile(r"(\d{1,2})(?:([:.h])(\d\d)?(?::(\d\d))?)?(am|pm|a\.m|p\.m|a|p)?", re.ASCII)
_RUN = re.compile(r"(\d{1,2})(\d\d)", re.ASCII)
_HALVES = {"am": 0, "a.m": 0, "a": 0, "pm": 12, "p.m": 12, "p": 12}
_PAST = ("past", "after")
_TO = ("to", "before", "till", "of")
_FRACTIONS = (("half", 30), ("a quarter", 15), ("quarter", 15))


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as it was said. Without `is_sure` its half of the day is a guess, which a part of the day may change."""

    time: dt.time
    is_sure: bool = True

    def in_part(self, hour: int) -> dt.time:
        """Return the time as it is meant in a part of the day that begins at an hour."""
        if self.is_sure or hour < NOON.hour:
            return self.said
        return self.time.replace(hour=self.time.hour % 12 + 12) if self.time.hour < NOON.hour else self.time

    @property
    def said(self) -> dt.time:
        """Return the time with the hour that was said, in the morning."""
        return self.time if self.is_sure else self.time.replace(hour=self.time.hour % 12 or 12)

    def plus(self, minutes: int) -> Clock:
        """Return the time some minutes later or earlier, of the same day."""
        past = (self.time.hour * 60 + self.time.minute + minutes) % 1440
        return Clock(dt.time(past // 60, past % 60), self.is_sure)


def clock_at(scene: Scene, at: int, *, led: bool, dated: bool) -> tuple[int, Clock] | None:
    """Return where a time ends, and the time. Bare numbers are times after "at" (`led`), 5p and 19h30 after a date."""
    return _relative_at(scene, at, led) or _plain_at(scene, at, led=led, loose=led or dated or scene.alone)


def _plain_at(scene: Scene, at: int, *, led: bool, loose: bool) -> tuple[int, Clock] | None:
    word = scene.word(at)
    if word in ("noon", "noonish", "midday"):
        return at + 1, Clock(NOON)
    if word == "midnight":
        return (at + 1, Clock(MIDNIGHT)) if loose else None
    match = _DIGITS.fullmatch(word.removesuffix("ish"))
    if match is None:
        return _spoken_at(scene, at, led) or _run_at(scene, at, led)
    hour, mark, minute, second, half = int(match[1]), match[2], int(match[3] or 0), int(match[4] or 0), match[5]
    if (mark in (":", ".") and not match[3]) or (half in ("a", "p") and not loose):
        return None
    end = at + 1
    if half is None and scene.word(end).replace(".", "") in ("am", "pm"):
        half, end = scene.word(end).replace(".", ""), end + 1
    if half is not None:
        return _timed(end, hour % 12 + _HALVES[half], minute, second) if 1 <= hour <= 12 and mark != "h" else None
    if scene.word(end) in ("o'clock", "oclock"):
        return _guessed(end + 1, hour, minute)
    if mark is None:
        return _bare_at(scene, at, hour, led)
    if mark == ":" or (mark == "." and led) or (mark == "h" and loose):
        is_half_said = mark == "h" or hour > NOON.hour or word[0] == "0"
        found = _timed(end, hour, minute, second)
        return found and (end, Clock(found[1].time, is_half_said))
    return None


def _bare_at(scene: Scene, at: int, hour: int, led: bool) -> tuple[int, Clock] | None:
    """Read "at 5", "at 3 15", "11ish", and a number where nothing but a time is said."""
    if scene.word(at).endswith("ish"):
        return _guessed(at + 1, hour) if led or scene.is_over(at + 1) else None
    minute = scene.word(at + 1)
    if led and len(minute) == 2 and minute.isdigit() and minute < "60" and scene.is_over(at + 2):
        return _guessed(at + 2, hour, int(minute))
    if not led and not scene.alone:
        return None
    return None if unit(minute) else _guessed(at + 1, hour)


def _run_at(scene: Scene, at: int, led: bool) -> tuple[int, Clock] | None:
    """Read "at 1730" before nothing else, and "tonight 815" where nothing else is said."""
    word = scene.word(at)
    if led and len(word) == 4 and word.isascii() and word.isdigit() and scene.is_over(at + 1):
        return _timed(at + 1, int(word[:2]), int(word[2:]))
    match = _RUN.fullmatch(scene.word(at).removesuffix("ish")) if scene.alone and at else None
    return _guessed(at + 1, int(match[1]), int(match[2])) if match else None


def _spoken_at(scene: Scene, at: int, led: bool) -> tuple[int, Clock] | None:
    """Read "at eight", "ten thirty", "seven thirty p.m.", "six forty-three minutes"."""
    hour = cardinal_at(scene.words, at)
    if hour is None or hour[1] > NOON.hour or not (led or scene.alone):
        return None
    end, minute = hour[0], 0
    if (past := cardinal_at(scene.words, end)) and 10 <= past[1] < 60:
        end, minute = past[0] + first_of(scene.words, past[0], ("minutes",)), past[1]
    half = scene.word(end).replace(".", "")
    if half in ("am", "pm"):
        return _timed(end + 1, hour[1] % 12 + _HALVES[half], minute)
    if scene.word(end) in ("o'clock", "oclock"):
        end += 1
    return None if unit(scene.word(end)) or not (led or minute) else _guessed(end, hour[1], minute)


def _relative_at(scene: Scene, at: int, led: bool) -> tuple[int, Clock] | None:
    """Read "half past 3", "quarter to noon", "20 minutes to 2pm"; "15 to noon" where "at" or nothing else is said."""
    minutes, end, sure = 0, at, True
    for phrase, count in _FRACTIONS:
        if taken := begins(scene.words, at, phrase):
            minutes, end = count, at + taken
            break
    else:
        found = cardinal_at(scene.words, at)
        if found is None or found[1] > 59:
            return None
        end, minutes = found
        if unit(scene.word(end)) == "minutes":
            end += 1
        else:
            sure = led or scene.alone
    later = first_of(scene.words, end, _PAST)
    step = later or first_of(scene.words, end, _TO)
    hour = _plain_at(scene, end + step, led=True, loose=True) if step and sure else None
    if hour is None or hour[1].time.minute or (not scene.is_over(hour[0]) and not led):
        return None
    return hour[0], hour[1].plus(minutes if later else -minutes)


def _timed(end: int, hour: int, minute: int = 0, second: int = 0) -> tuple[int, Clock] | None:
    return (end, Clock(dt.time(hour, minute, second))) if hour < 24 and minute < 60 and second < 60 else None


def _guessed(end: int, hour: int, minute: int = 0) -> tuple[int, Clock] | None:
    """Return a time whose half of the day was not said: early hours are those of the afternoon."""
    later = 12 if 1 <= hour < EARLIEST_MORNING_HOUR else 0
    found = _timed(end, hour + later, minute)
    return found and (end, Clock(found[1].time, is_sure=hour > NOON.hour or hour == 0))
