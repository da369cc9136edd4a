"""Numbers as people write them: 3, 3rd, third, twenty-nine, twenty ninth, 2027, nineteen seventy two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from task_language.lexicon import begins, number, ordinal, word_at

Words = Sequence[str]

_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_TEENS = {"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19}
_ORDINAL_TEENS = {
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAY = re.compile(r"\d{1,2}", re.ASCII)
BUDDHIST = 543
"""Years that "2570 BE" counts before ours."""


def cardinal_at(words: Words, at: int) -> tuple[int, int] | None:
    """Return where a number ends and the number: in digits to 999, in words to 99 ("a" is none)."""
    word = word_at(words, at)
    if word in ("a", "an"):
        return None
    if (found := number(word) or _TEENS.get(word)) is not None:
        return at + 1, found
    tens, _, rest = word.partition("-")
    if tens not in _TENS:
        return None
    if rest:
        ones = _ones(rest)
        return (at + 1, _TENS[tens] + ones) if ones else None
    ones = _ones(word_at(words, at + 1))
    return (at + 2, _TENS[tens] + ones) if ones else (at + 1, _TENS[tens])


def day_number_at(words: Words, at: int) -> tuple[int, int, bool] | None:
    """Return where the day of a month ends, its number from 1 to 31, and whether it is said as a place in a row."""
    word, following = word_at(words, at), word_at(words, at + 1)
    placed = ordinal(word) or _ORDINAL_TEENS.get(word)
    if placed is not None:
        return (at + 1, placed, True) if 1 <= placed <= 31 else None
    tens, _, rest = word.partition("-")
    if tens in ("twenty", "thirty"):
        last = rest or following
        ones = ordinal(last) if last.isalpha() else None
        if ones is not None and 1 <= ones <= 9 and _TENS[tens] + ones <= 31:
            return at + (1 if rest else 2), _TENS[tens] + ones, True
    if word.isdigit() and not _DAY.fullmatch(word):
        return None
    found = cardinal_at(words, at)
    return (*found, False) if found and found[1] <= 31 else None


def year_at(words: Words, at: int) -> tuple[int, int] | None:
    """Return where a year of four digits ends, or one in words ("nineteen seventy two", "two thousand and thirty")."""
    word = word_at(words, at)
    if _YEAR.fullmatch(word):
        year = int(word)
        if word_at(words, at + 1) == "be" and year > BUDDHIST:
            return at + 2, year - BUDDHIST
        return at + 1, year
    if word == "two" and word_at(words, at + 1) == "thousand":
        end = at + 2 + begins(words, at + 2, "and")
        rest = cardinal_at(words, end)
        return (rest[0], 2000 + rest[1]) if rest else (at + 2, 2000)
    century = {**_TEENS, "twenty": 20}.get(word)
    if century is None or century < 15:
        return None
    rest = cardinal_at(words, at + 1 + begins(words, at + 1, "hundred"))
    return (rest[0], century * 100 + rest[1]) if rest and 10 <= rest[1] < 100 else None


def _ones(word: str) -> int:
    found = None if word[:1].isdigit() or word in ("a", "an") else number(word)
    return found if found is not None and found <= 9 else 0
