"""One date, one time of day, or both, in any order: "next friday at 17:00", "9am tomorrow", "on the 3rd at noon".

Days are read by days.py, times by clock.py; here they are put together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from task_language.clock import clock_at
from task_language.days import day_at
from task_language.instants import instant_at, now_at
from task_language.lexicon import DAYTIMES, begins, first_of
from task_language.moment import Moment
from task_language.pieces import Pieces, When
from task_language.said_zones import zone_at
from task_language.scene import Scene

Words = Sequence[str]

FIRST_YEAR, LAST_YEAR = 1900, 9000
_EDGES = ("the end of", "end of", "the beginning of", "the start of", "the weekend")
_DAY_LEADS = ("due on", "due by", "due", "by the", "by", "on the", "on", "for", "sometime on", "sometime",
              "around", "until the")  # fmt: skip
_TIME_LEADS = ("due at", "due by", "due", "by", "at around", "at about", "at", "@", "for", "around")
_NOWHERE = Moment(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), "UTC")


def when_at(words: Words, place: int, moment: Moment) -> tuple[int, When] | None:
    """Return where the longest date or time phrase from `place` on ends, and what it says."""
    if place == 0:
        found = _when_at(Scene(words, moment, alone=True), 0)
        if found is not None and found[0] == len(words):
            return found
    return _when_at(Scene(words, moment), place)


def whole(words: Words, moment: Moment) -> When | None:
    """Return what the words say on the speaker's clocks, if they are nothing but a date or a time."""
    found = when_at(words, 0, moment)
    return found[1].here(moment) if found is not None and found[0] == len(words) else None


def past_at(words: Words, place: int, moment: Moment) -> int | None:
    """Return where a phrase of the past ends that belongs to the title: "the photos of last night at 8"."""
    found = _when_at(Scene(words, moment, alone=True), place)
    return found[0] if found and found[1].date and found[1].date < moment.today else None


def time_at(words: Words, place: int, *, after_date: bool = False) -> tuple[int, dt.time] | None:
    """Return where a time of day ends, and the time.

    A bare number is one only after "at", a part of the day only after a date, "at" or "in the".
    """
    scene = Scene(words, _NOWHERE)
    said = Pieces(place)
    for _ in range(2):
        said = _part_of_day(scene, said, dated=after_date) or said
        said = _clock(scene, said, dated=after_date) or said
    time = said.time()
    return (said.end, time[1]) if time else None


def _when_at(scene: Scene, place: int) -> tuple[int, When] | None:
    try:
        said = _said_at(scene, place)
        when = said and said.when()
    except (ValueError, OverflowError):
        return None
    if said is None or when is None or (when.date and not FIRST_YEAR <= when.date.year <= LAST_YEAR):
        return None
    return said.end, when


def _said_at(scene: Scene, place: int) -> Pieces | None:
    said = Pieces(place)
    for _ in range(5):
        step = (
            _day(scene, said)
            or _part_of_day(scene, said, dated=said.date is not None)
            or _clock(scene, said, dated=said.date is not None)
            or _zone(scene, said)
        )
        if step is None:
            break
        said = step
    if said.end == place or (said.date is None and said.clock is not None and said.part is None
                             and _is_bare(scene, place, said.end)):  # fmt: skip
        return None
    return said


def _is_bare(scene: Scene, place: int, end: int) -> bool:
    """Return whether a time without a date is but a number, or one before a name: "at 10 Downing Street"."""
    at = end - 1
    if not scene.word(at).isdigit():
        return False
    return at == place or (place > 0 and not scene.is_over(end))


def _day(scene: Scene, said: Pieces) -> Pieces | None:
    if said.is_exact or (said.date is not None and said.date != scene.moment.today):
        return None
    if instant := now_at(scene, said) or instant_at(scene, said):
        return instant
    if said.date is not None:
        return None
    lead = first_of(scene.words, said.end, _DAY_LEADS)
    if scene.word(said.end) == "at" and first_of(scene.words, said.end + 1, _EDGES):
        lead = 1
    # "5pm friday": after a time a day is meant, whatever follows.
    is_timed = said.clock is not None or said.part is not None
    for taken in sorted({lead, 0}, reverse=True):
        # "For monday" alone is a date, "for monday meeting" is not: "for" says no more than nothing.
        is_led = taken > 0 and scene.word(said.end) != "for"
        if found := day_at(scene, said, said.end + taken, led=is_led or is_timed):
            return found
    return None


def _part_of_day(scene: Scene, said: Pieces, *, dated: bool) -> Pieces | None:
    if said.part is not None or said.is_exact:
        return None
    lead = first_of(scene.words, said.end, ("in the early", "in the late", "in the", "in", "at", "early", "late"))
    at = said.end + lead
    hour = DAYTIMES.get(scene.word(at))
    if hour is None or scene.word(at) == "noon":
        return None
    if lead and scene.word(said.end) != "early" and scene.word(said.end) != "late":
        is_meant = begins(scene.words, said.end, "in the") or said.clock is not None or scene.word(said.end) == "at"
    else:
        is_meant = dated or said.clock is not None
    return replace(said, end=at + 1, part=hour) if is_meant else None


def _clock(scene: Scene, said: Pieces, *, dated: bool) -> Pieces | None:
    if said.clock is not None:
        return None
    lead = first_of(scene.words, said.end, _TIME_LEADS)
    word = scene.word(said.end)
    is_at = lead > 0 and (word in ("at", "@") or "at" in scene.words[said.end : said.end + lead])
    if word == "for" and not dated and not scene.alone:
        lead = 0
    found = clock_at(scene, said.end + lead, led=is_at, dated=dated)
    return found and replace(said, end=found[0], clock=found[1])


def _zone(scene: Scene, said: Pieces) -> Pieces | None:
    if said.clock is None or said.zone is not None or said.is_exact:
        return None
    found = zone_at(scene, said.end)
    return found and replace(said, end=found[0], zone=found[1])
