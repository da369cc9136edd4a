"""Weekdays: "friday", "next friday", "sunday the 14th", "tue 10 january", "monday of last week"."""

from __future__ import annotations

import datetime as dt

from task_language.lexicon import SHORT_WEEKDAYS, begins, first_of, weekday
from task_language.numbers import cardinal_at, day_number_at
from task_language.periods import period_at, side_at
from task_language.scene import Scene
from task_language.written_days import written_day_at

Day = tuple[int, dt.date]

LAST_HOUR = 12
_ALSO_WORDS = {"sun", "sat", "mon", "wed"}
COMING = ("next", "following", "coming")
_ADJACENT = ("of", "from", "-")


def weekday_at(scene: Scene, at: int, *, led: bool) -> Day | None:
    """Read "friday", "next friday" (the one of next week), "friday after next", "friday the 13th", "tue 10 january"."""
    side = side_at(scene, at) if scene.word(at) != "the" or scene.word(at + 1) in COMING else None
    place = side[0] if side else at
    word = scene.word(place).removesuffix(".")
    day = weekday(word)
    if day is None or (word.endswith("days") and not side):
        return None  # more than one: a repetition
    coming = days_on(scene, (day - scene.moment.today.weekday()) % 7)
    if taken := begins(scene.words, place + 1, "after next"):
        return None if side else (place + 1 + taken, coming + dt.timedelta(days=7))
    told = led or scene.tells(at)
    if side is None or side[1] >= 0:
        this_year = side is not None and side[1] == 0
        if dated := written_day_at(scene, place + 1, led=True, this_year=this_year):
            return dated
        if dated := _weekday_on(scene, place + 1, day):
            return dated
    if side is None:
        if not led and not scene.is_free(at):
            return None
        is_surely_one = _stands_alone(scene, place) if word in SHORT_WEEKDAYS else _is_no_adjective(scene, place)
        return (place + 1, coming) if led or is_surely_one else None
    if side[1] < 0:
        back = (scene.moment.today.weekday() - day) % 7 or 7
        return (place + 1, days_on(scene, -back)) if told else None
    if scene.word(place - 1) == "next":
        return place + 1, _in_week(scene, 1, day)
    return place + 1, coming


def weekday_in_week(scene: Scene, at: int) -> Day | None:
    """Read "tuesday, next week", "monday of last week", "next week wednesday"."""
    day = weekday(scene.word(at).removesuffix("."))
    if day is not None:
        found = period_at(scene, at + 1 + first_of(scene.words, at + 1, _ADJACENT), "week")
        if found is None or scene.word(at).endswith("days"):
            return None
        return found[0], _on(scene, found[1].first, day)
    found = period_at(scene, at, "week")
    if found is None:
        return None
    end = found[0] + first_of(scene.words, found[0], ("-", "on"))
    day = weekday(scene.word(end))
    return None if day is None or scene.word(end).endswith("days") else (end + 1, _on(scene, found[1].first, day))


def weekdays_away(scene: Scene, at: int) -> Day | None:
    """Read "three fridays from now", "2 thursdays ago"."""
    count = cardinal_at(scene.words, at)
    day = weekday(scene.word(count[0])) if count else None
    if count is None or day is None or not 1 <= count[1] <= 99:
        return None
    end = count[0] + 1
    today = scene.moment.today.weekday()
    if taken := first_of(scene.words, end, ("from now", "from today", "hence")):
        return end + taken, days_on(scene, ((day - today) % 7 or 7) + 7 * (count[1] - 1))
    if (taken := first_of(scene.words, end, ("ago", "back"))) and (scene.tells(at) or at == 0):
        return end + taken, days_on(scene, -((today - day) % 7 or 7) - 7 * (count[1] - 1))
    return None


def days_on(scene: Scene, days: int) -> dt.date:
    """Return the day so many days from today."""
    return scene.moment.today + dt.timedelta(days=days)


def _weekday_on(scene: Scene, at: int, day: int) -> Day | None:
    """Read "the 13th" after a weekday: the next 13th that is one."""
    number = day_number_at(scene.words, at + begins(scene.words, at, "the"))
    if number is None:
        return None
    end, nth, is_placed = number
    # "Monday 9" may be a time, "monday two friends" is none at all.
    if not is_placed and not (nth > LAST_HOUR and scene.word(at).isdigit() and scene.is_over(end)):
        return None
    date = scene.moment.today
    for _ in range(366 * 7):
        if date.day == nth and date.weekday() == day:
            return end, date
        date += dt.timedelta(days=1)
    return None


def _stands_alone(scene: Scene, at: int) -> bool:
    """Return whether a short weekday is surely one: "sun" and "sat" at the title's end or before a time."""
    following = scene.word(at + 1)
    if not following or following == "at" or following[0] in "#+!" or following in ("p1", "p2", "p3", "p4"):
        return True
    is_timed = following[0].isdigit() and (":" in following or following[-1] == "m")
    return is_timed or (scene.word(at) not in _ALSO_WORDS and scene.is_over(at + 1))


def _is_no_adjective(scene: Scene, at: int) -> bool:
    """Return whether a weekday does not describe what follows, as in "prepare monday meeting", "sunday roast".

    At the beginning of a line it is the day on which the rest is done, unless that rest is one word alone.
    """
    if scene.is_over(at + 1) or scene.word(at + 1)[:1].isdigit():
        return True
    return at == 0 and not scene.is_over(at + 2)


def _in_week(scene: Scene, weeks: int, day: int) -> dt.date:
    return _on(scene, scene.moment.week_of(scene.moment.today) + dt.timedelta(days=7 * weeks), day)


def _on(scene: Scene, first: dt.date, day: int) -> dt.date:
    """Return the day of that name in the week that begins on `first`."""
    return first + dt.timedelta(days=(day - scene.moment.week_start) % 7)
