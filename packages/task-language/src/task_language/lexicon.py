"""Single words of English that stand for weekdays, months, numbers, places in a row and units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
SHORT_WEEKDAYS = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6,
    "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "last": -1,
}  # fmt: skip
UNITS = {
    "minute": "minutes", "min": "minutes", "mins": "minutes", "hour": "hours", "hr": "hours", "hrs": "hours",
    "second": "seconds", "sec": "seconds", "day": "days", "week": "weeks", "fortnight": "fortnights", "month": "months",
    "quarter": "quarters", "year": "years",
}  # fmt: skip
DAYTIMES = {"morning": 9, "noon": 12, "afternoon": 15, "evening": 18, "night": 20}
"""Hours that are meant when only the part of the day is said; answers say them, so nobody has to guess."""

_DIGITS = re.compile(r"\d{1,3}", re.ASCII)
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)", re.ASCII)


def word_at(words: Sequence[str], place: int) -> str:
    """Return a word, empty past the end."""
    return words[place] if 0 <= place < len(words) else ""


def begins(words: Sequence[str], place: int, phrase: str) -> int:
    """Return how many words `phrase` takes if the words from `place` on say it, else 0."""
    return first_of(words, place, (phrase,))


def first_of(words: Sequence[str], place: int, phrases: tuple[str, ...]) -> int:
    """Return how many words the first matching phrase takes, 0 when none does; put longer ones first."""
    for wanted in _by_first_word(phrases).get(word_at(words, place), ()):
        if all(word_at(words, place + n) == word for n, word in enumerate(wanted)):
            return len(wanted)
    return 0


def entry_at(words: Sequence[str], place: int, table: dict[str, int]) -> tuple[int, int] | None:
    """Return where the first phrase of a table that the words say ends, and its number."""
    taken = first_of(words, place, tuple(table))
    return (place + taken, table[" ".join(words[place : place + taken])]) if taken else None


@lru_cache(maxsize=512)
def _by_first_word(phrases: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the phrases as words under their first one: most places of a line begin none of them."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for words in (tuple(phrase.split()) for phrase in phrases):
        found[words[0]] = (*found.get(words[0], ()), words)
    return found


def number(word: str) -> int | None:
    """Return a whole number from 1 to 999, in digits or (to twelve) in words."""
    if _DIGITS.fullmatch(word):
        return int(word) or None
    return NUMBERS.get(word)


def ordinal(word: str) -> int | None:
    """Return a place in a row: 1st to 99th, first to tenth, -1 for last."""
    match = _ORDINAL.fullmatch(word)
    return int(match.group(1)) or None if match else ORDINALS.get(word)


def unit(word: str) -> str | None:
    """Return seconds, minutes, hours, days, weeks, fortnights, months, quarters or years."""
    return UNITS.get(word) or UNITS.get(word.removesuffix("s"))


def weekday(word: str, *, short: bool = True) -> int | None:
    """Return a weekday (0 is Monday), in the plural too; `short` also takes mon, tue, …"""
    for form in (word, word.removesuffix("s")):
        if form in WEEKDAYS:
            return WEEKDAYS[form]
        if short and form in SHORT_WEEKDAYS:
            return SHORT_WEEKDAYS[form]
    return None
