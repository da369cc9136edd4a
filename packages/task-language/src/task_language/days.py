"""The day of a phrase, whichever way it is said: the longest reading counts."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import replace

from task_language.amounts import shifted
from task_language.clock import Clock
from task_language.lexicon import DAYTIMES, MONTHS, begins, first_of, ordinal
from task_language.near_days import near_day_at
from task_language.periods import day_in_period_at, month_at
from task_language.pieces import NIGHT, Pieces
from task_language.scene import Scene
from task_language.written_days import written_day_at

_MONTH_END = ("the last day of the month", "last day of the month", "the last of the month", "last of the month",
              "the end of the month", "end of the month", "end of month", "eom")  # fmt: skip
_DAY_END = ("the end of the day", "end of the day", "end of day", "eod")


def day_at(scene: Scene, said: Pieces, at: int, *, led: bool) -> Pieces | None:
    """Return the pieces with the day that is said at a place, or a part of today; `led`: a word tells that it comes."""
    if taken := first_of(scene.words, at, _MONTH_END):
        today = scene.moment.today
        last = today.replace(day=monthrange(today.year, today.month)[1])
        if scene.word(at + taken - 1) != "month" or not first_of(scene.words, at + taken, ("of",)):
            is_meant = led or at == 0 or scene.is_over(at + taken)
            return replace(said, end=at + taken, date=last, is_month_end=True) if is_meant else None
    if taken := first_of(scene.words, at, _DAY_END):
        if day := near_day_at(scene, at + taken, led=True):
            return replace(said, end=day[0], date=day[1])  # "eod friday"
        return replace(said, end=at + taken, date=scene.moment.today) if scene.is_over(at + taken) else None
    if scene.word(at) == "tonight" and (led or scene.is_free(at)):
        return replace(said, end=at + 1, date=scene.moment.today, part=NIGHT)
    if scene.word(at) in ("this", "last") and (hour := DAYTIMES.get(scene.word(at + 1))) is not None:
        if scene.word(at) == "this":
            return replace(said, end=at + 2, date=scene.moment.today, part=hour)
        if scene.word(at + 1) == "night" and scene.tells(at):
            return replace(said, end=at + 2, date=scene.moment.today - dt.timedelta(days=1), part=NIGHT)
        return None
    candidates = [
        near_day_at(scene, at, led=led),
        written_day_at(scene, at, led=led),
        _period_edge(scene, at, led=led),
        _day_of_month(scene, at, led=led, opens=said.end == 0),
        _month(scene, at),
    ]
    found = max((one for one in candidates if one), key=lambda one: one[0], default=None)
    if found is None:
        iso = _iso_with_time(scene, at)
        return iso and replace(said, end=at + 1, date=iso.date(), clock=Clock(iso.time()))
    return replace(said, end=found[0], date=found[1])


def _period_edge(scene: Scene, at: int, *, led: bool) -> tuple[int, dt.date] | None:
    found = day_in_period_at(scene, at)
    if found is None:
        return None
    return found if led or scene.tells(at) or scene.is_over(found[0]) else None


def _month(scene: Scene, at: int) -> tuple[int, dt.date] | None:
    """Read "sometime in june"; "may" and "in january" where nothing else is said."""
    sometime = begins(scene.words, at, "sometime in")
    if not scene.alone and not sometime:
        return None
    at += sometime or begins(scene.words, at, "in")
    if scene.word(at) not in MONTHS:
        return None
    found = month_at(scene, at)
    return found and (found[0], found[1].first)


def _day_of_month(scene: Scene, place: int, *, led: bool, opens: bool) -> tuple[int, dt.date] | None:
    """Read "the 15th" (after "on", "by" or "the"): the next day of that number, in a month that has it."""
    the = begins(scene.words, place, "the")
    word = scene.word(place + the)
    day = ordinal(word)
    if day is None or not word[:1].isdigit() or not (led or the) or not 1 <= day <= 31:
        return None
    if not opens and not scene.is_over(place + the + 1):
        return None  # "clean the 2nd floor"
    today = scene.moment.today
    month = today.replace(day=1)
    for _ in range(4):
        if day <= monthrange(month.year, month.month)[1] and month.replace(day=day) >= today:
            return place + the + 1, month.replace(day=day)
        month = shifted(month, 1, "months")
    return None


def _iso_with_time(scene: Scene, at: int) -> dt.datetime | None:
    word = scene.word(at)
    if len(word) not in (16, 19) or word[10] != "t" or not word.isascii():
        return None
    return dt.datetime.fromisoformat(word)
