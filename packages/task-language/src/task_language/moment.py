"""The speaker's here and now, which every phrase is read against, and the words of a line with their places."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from recurrence_rules import Language, wall_of

LINE_LIMIT = 500
"""Characters of a line; what is longer was not typed as one thought."""

_WORD = re.compile(r"[^\s,;()\"“”]+")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
QUOTED = "\0"
"""Stands for each word in quotes: no phrase of the grammar matches it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An aware instant, the speaker's IANA zone and the first day of their week (0 is Monday).

    `day_first`: whether 3/4 is the third of April to them; else it is 4 March. `language`: what dates are said in.
    """

    now: dt.datetime
    zone: str
    week_start: int = 0
    day_first: bool = False
    language: Language = "en"

    @property
    def wall(self) -> dt.datetime:
        """Return what the speaker's clock shows, naive."""
        return wall_of(self.now, self.zone)

    @property
    def today(self) -> dt.date:
        """Return the speaker's day."""
        return self.wall.date()

    def week_of(self, day: dt.date) -> dt.date:
        """Return the first day of the week that `day` is in."""
        return day - dt.timedelta(days=(day.weekday() - self.week_start) % 7)


@dataclass(frozen=True, slots=True)
class Word:
    """One word in lower case, without closing punctuation; `start` and `end` are its place in the line."""

    text: str
    start: int
    end: int


def words_of(line: str) -> list[Word]:
    """Return the words of a line; those in quotes match nothing."""
    quoted = [match.span() for match in _QUOTED.finditer(line)]
    found: list[Word] = []
    for match in _WORD.finditer(line):
        core = match.group().rstrip(".?:!") or match.group()
        if core.lower() == "every" and match.group()[len(core) :].startswith("!"):
            core += "!"
        start, end = match.start(), match.start() + len(core)
        inside = any(first <= start < last for first, last in quoted)
        found.append(Word(QUOTED if inside else core.lower().replace("\u2019", "'"), start, end))
    return found
