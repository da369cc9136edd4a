"""Phrases that look like dates or rules and are none that a task can keep: they stay in the title as a whole.

Read in part they would give a wrong date, which is worse than none: "every day at 10, 12 and 17", "the photos of last
night at 8", "first week of may on friday", "3 times a week".
"""

from __future__ import annotations

from collections.abc import Sequence

from task_language.amounts import amount_at
from task_language.dates import time_at, when_at
from task_language.lexicon import SHORT_WEEKDAYS, WEEKDAYS, begins, first_of, ordinal, unit, weekday, word_at
from task_language.moment import Moment

Words = Sequence[str]

_TIMES = ("times a", "times per", "times each", "times every")
_TWICE = ("twice a", "twice per", "twice each", "twice every", "thrice a")
_UNTIL = {"until", "till", "before", "after", "since"}
_FROM = {"from", "between"}
_TO = {"to", "until", "till", "and"}
_WHOLE_WEEK = ("week of", "week in", "weekend of", "weekend in")


def unclear_at(words: Words, at: int, moment: Moment) -> int | None:
    """Return where a phrase ends that must not be read, not even in part."""
    return (
        _week_of(words, at, moment)
        or _times_a(words, at)
        or _weeks_on(words, at)
        or _range_at(words, at, moment)
        or _several_days_at(words, at)
    )


def more_times_at(words: Words, at: int) -> int | None:
    """Return where further times end, after one: "12 and 17"."""
    end = at
    while True:
        step = end + first_of(words, end, ("and at", "and", "&", "or"))
        if not word_at(words, step)[:1].isdigit() or begins(words, step + 1, "times"):
            return end if end > at else None
        end = step + 1


def _week_of(words: Words, at: int, moment: Moment) -> int | None:
    the = begins(words, at, "the")
    counted = ordinal(word_at(words, at + the)) is not None
    step = at + the + counted + (first_of(words, at + the + 1, ("to last", "last")) if counted else 0)
    taken = first_of(words, step, _WHOLE_WEEK)
    if not taken:
        return None
    end = step + taken
    found = when_at(words, end, moment)
    end = found[0] if found else end + 1
    on = begins(words, end, "on")
    return min(end + on + 1 if word_at(words, end + on) in WEEKDAYS else end, len(words))


def _weeks_on(words: Words, at: int) -> int | None:
    """Read "in two weeks on monday": before or after those two weeks are over?"""
    found = amount_at(words, at + 1) if word_at(words, at) == "in" else None
    if found is None or found[1].seconds or word_at(words, found[0]) != "on":
        return None
    return found[0] + 2 if weekday(word_at(words, found[0] + 1)) is not None else None


def _range_at(words: Words, at: int, moment: Moment) -> int | None:
    """Read "until friday", "before 5pm", "from 3pm to 4pm", "1 july to 15 july": none of them is the due."""
    if word_at(words, at) in _UNTIL:
        found = when_at(words, at + 1, moment)
        return found and found[0]
    begin = when_at(words, at + 1, moment) if word_at(words, at) in _FROM else None
    if begin is None or word_at(words, begin[0]) not in _TO:
        return None
    end = when_at(words, begin[0] + 1, moment)
    if end is None:
        return None
    # "From 3pm to 4pm tomorrow": the day is said of the task.
    return begin[0] + 2 if begin[1].date is None and end[1].date is not None else end[0]


def _several_days_at(words: Words, at: int) -> int | None:
    """Read "mon, wed and fri at 7": one of them, or all of them each week?"""
    at += begins(words, at, "on")
    end = at
    while (step := end + (first_of(words, end, ("and", "&")) if end > at else 0)) < len(words):
        if words[step] not in WEEKDAYS and words[step] not in SHORT_WEEKDAYS:
            break
        end = step + 1
    if end - at < 2:
        return None
    timed = time_at(words, end, after_date=True)
    return timed[0] if timed else end


def _times_a(words: Words, at: int) -> int | None:
    if word_at(words, at)[:1].isdigit() or word_at(words, at) in ("three", "four", "five", "six", "several"):
        taken = first_of(words, at + 1, _TIMES)
        return at + taken + 2 if taken and unit(word_at(words, at + taken + 1)) else None
    taken = first_of(words, at, _TWICE)
    return at + taken + 1 if taken and unit(word_at(words, at + taken)) else None
