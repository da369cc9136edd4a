"""What the phrases of every language are made of: numbers from both ends, clocks, dates, places, weekdays."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from recurrence_rules.phrases import Either, Heard, Keyed, Listed, Number, Only, Phrase, Spoken, Taken, Template, among
from recurrence_rules.rule import Frequency, Skip
from recurrence_rules.zones import zone_names

WORKDAY, WEEKEND_DAY, ANY_DAY = "workday", "weekend day", "day"
_UNITS = (Frequency.HOURLY, Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY, Frequency.YEARLY)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
_FURTHEST = 366


def nths() -> Iterable[int]:
    """Return every place that a rule can count to, from the beginning and from the end."""
    return (nth for nth in range(-_FURTHEST, _FURTHEST + 1) if nth)


def counted(words: Callable[[int], str]) -> Spoken:
    """Return the phrase of a place in a row: 2 is the second, -1 the last."""
    return Spoken(words, nths)


def near(numbers: Sequence[int]) -> bool:
    """Say whether places are counted from the beginning, or are among the last two."""
    return min(numbers) >= -2


class Clock:
    """A time of day: 17:00, or 17:00:30."""

    def say(self, value: dt.time) -> str:
        """Return what a clock shows; seconds only where there are some."""
        return value.isoformat("seconds" if value.second else "minutes")

    def hear(self, text: str, at: int) -> Heard:
        """Yield the time that stands there."""
        if match := _CLOCK.match(text, at):
            hour, minute, second = match.groups()
            yield dt.time(int(hour), int(minute), int(second or 0)), match.end()


def place(zone_name: str) -> str:
    """Return what people call a zone: its city, or its whole name where others share the city's."""
    return _places().get(zone_name) or zone_name


def places(words: Callable[[str], str] = str) -> Spoken:
    """Return the phrase of a zone; `words` may put a preposition before its name."""
    return Spoken(lambda zone_name: words(place(zone_name)), _places)


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """Return the zones with their names. A city belongs to the zone of tz's own table; other zones are said whole.

    Those of the table come last, so that "Singapore" is read as Asia/Singapore and not as the old link of that name.
    """
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    of_table = [line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")]
    links = sorted(zone_names().difference(of_table))
    return {name: _spaced(name) for name in links} | {name: city(name) for name in of_table}


def city(zone_name: str) -> str:
    """Return the last part of a zone's name, as people write it."""
    return _spaced(zone_name.rpartition("/")[2])


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def every(one: Mapping[Frequency, str], several: Mapping[Frequency, str]) -> Phrase:
    """Return the phrase of (unit, interval): words for each unit alone, and templates with {n}."""
    return Keyed({unit: Either(among({1: one[unit]}), Template(several[unit], n=Number())) for unit in one})


def one_or_more(one: Phrase, several: Phrase) -> Phrase:
    """Return the phrase of a tuple that has other words for one value than for several."""
    return Either(Only(lambda values: len(values) == 1, one), Only(lambda values: len(values) > 1, several))


def date(words: str, day: Phrase, months: dict[int, str]) -> Phrase:
    """Return the phrase of a date; the words have the slots day, month and year."""
    return Taken(
        Template(words, day=day, month=among(months), year=Number()),
        lambda value: (value.day, value.month, value.year),
        lambda parts: dt.date(parts[2], parts[1], parts[0]),
    )


def units(names: str) -> dict[Frequency, str]:
    """Return the words for hours, days, weeks, months and years, split at commas."""
    return dict(zip(_UNITS, names.split(", "), strict=True))


def numbered(names: str, first: int = 0) -> dict[int, str]:
    """Return names split at commas, with their numbers."""
    return dict(enumerate(names.split(", "), first))


def moved(words: dict[tuple[Skip, bool], str], units: dict[str, str]) -> Phrase:
    """Return the phrase of (skip, whether a day at the end is missing, month or year); words have a slot."""
    return among(
        {
            (skip, at_end, unit): f" ({text.format(shorter)})"
            for (skip, at_end), text in words.items()
            for unit, shorter in units.items()
        }
    )


def rows(item: Phrase, conjunction: str) -> Listed:
    """Return the phrase of several, with a word before the last."""
    return Listed(item, f" {conjunction} ")
