"""Phrases that work both ways: what says a value also hears it, so that one table serves writing and reading.

`say` returns None for a value that a phrase has no words for; `hear` yields each value that the text at a place may
mean, with the place where its words end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

_SLOT = re.compile(r"\{(\w+)\}")
_DIGITS = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)

MOST_LISTED = 100
"""Values in a row that are heard: a rule of 200 characters has fewer."""

Heard = Iterator[tuple[Any, int]]


class Phrase(Protocol):
    """Words for values of one kind."""

    def say(self, value: Any, /) -> str | None:
        """Return the words for a value; None when this phrase is not for it."""
        ...

    def hear(self, text: str, at: int, /) -> Heard:
        """Yield what the words from a place on may mean, each with the place behind them."""
        ...


class Spoken:
    """Words that a function finds for each value of a finite domain; hearing looks them up."""

    def __init__(self, words: Callable[[Any], str | None], domain: Callable[[], Iterable[Hashable]]) -> None:
        self.say = words
        self._domain = domain

    @cached_property
    def _heard(self) -> tuple[dict[str, Any], tuple[int, ...]]:
        values = {words: value for value in self._domain() if (words := self.say(value)) is not None}
        return values, tuple(sorted({len(words) for words in values}, reverse=True))

    def hear(self, text: str, at: int) -> Heard:
        """Yield the values whose words stand there, those with the longest words first."""
        values, lengths = self._heard
        for length in lengths:
            words = text[at : at + length]
            if len(words) == length and words in values:
                yield values[words], at + length


def among(words: Mapping[Any, str]) -> Spoken:
    """Return the phrase of a table."""
    return Spoken(words.get, lambda: words)


class Keyed:
    """A phrase of pairs: the first of a pair says which of some phrases has the words for the second."""

    def __init__(self, phrases: Mapping[Any, Phrase]) -> None:
        self._phrases = phrases

    def say(self, value: tuple[Any, Any]) -> str | None:
        """Return the words of the second value."""
        return self._phrases[value[0]].say(value[1])

    def hear(self, text: str, at: int) -> Heard:
        """Yield the pairs that stand there."""
        for key, phrase in self._phrases.items():
            yield from (((key, value), end) for value, end in phrase.hear(text, at))


class Number:
    """A whole number from 1 to 9999, in digits."""

    def say(self, value: int) -> str:
        """Return its digits."""
        return str(value)

    def hear(self, text: str, at: int) -> Heard:
        """Yield the number that stands there."""
        if match := _DIGITS.match(text, at):
            yield int(match[0]), match.end()


class Listed:
    """Several values in a row: "a, b and c"; `last` stands before the last one."""

    def __init__(self, item: Phrase, last: str, comma: str = ", ") -> None:
        self._item, self._last, self._comma = item, last, comma

    def say(self, values: tuple[Any, ...]) -> str | None:
        """Return the words of all, None where one of them has none."""
        said = [self._item.say(value) for value in values]
        words = [each for each in said if each is not None]
        if not words or len(words) != len(said):
            return None
        return words[0] if len(words) == 1 else f"{self._comma.join(words[:-1])}{self._last}{words[-1]}"

    def hear(self, text: str, at: int) -> Heard:
        """Yield the one value that stands there, and each list that begins with it and comes to its end."""
        begun = [((value,), end) for value, end in self._item.hear(text, at)]
        yield from begun
        while begun:
            before, end = begun.pop()
            if len(before) >= MOST_LISTED:
                continue
            if text.startswith(self._last, end):
                yield from self._one_more(before, text, end + len(self._last))
            if text.startswith(self._comma, end):
                begun += self._one_more(before, text, end + len(self._comma))

    def _one_more(self, before: tuple[Any, ...], text: str, at: int) -> Heard:
        return (((*before, value), end) for value, end in self._item.hear(text, at))


class Template:
    """Fixed words around slots: "the {nth} {day}". One slot has the value itself, several a tuple in keyword order."""

    def __init__(self, words: str, **slots: Phrase) -> None:
        parts = _SLOT.split(words)
        self._texts, self._names = parts[::2], parts[1::2]
        self._slots, self._order = slots, list(slots)

    def say(self, value: Any) -> str | None:
        """Return the words with those of each slot in its place."""
        values = {self._order[0]: value} if len(self._order) == 1 else dict(zip(self._order, value or (), strict=True))
        said = self._texts[0]
        for name, following in zip(self._names, self._texts[1:], strict=True):
            words = self._slots[name].say(values[name])
            if words is None:
                return None
            said += words + following
        return said

    def hear(self, text: str, at: int) -> Heard:
        """Yield the values of the slots."""
        if text.startswith(self._texts[0], at):
            yield from self._rest(text, at + len(self._texts[0]), 0, {})

    def _rest(self, text: str, at: int, slot: int, values: dict[str, Any]) -> Heard:
        if slot == len(self._names):
            found = tuple(values[name] for name in self._order)
            yield (found[0] if len(found) == 1 else found or None), at
            return
        name, following = self._names[slot], self._texts[slot + 1]
        for value, end in self._slots[name].hear(text, at):
            if text.startswith(following, end):
                yield from self._rest(text, end + len(following), slot + 1, {**values, name: value})


class Either:
    """The first of some phrases that has words for a value."""

    def __init__(self, *phrases: Phrase) -> None:
        self._phrases = phrases

    def say(self, value: Any) -> str | None:
        """Return the words of the first phrase that has some."""
        return next((words for phrase in self._phrases if (words := phrase.say(value)) is not None), None)

    def hear(self, text: str, at: int) -> Heard:
        """Yield what any of the phrases hears."""
        for phrase in self._phrases:
            yield from phrase.hear(text, at)


class Only:
    """A phrase for some values alone: singular and plural, an hour with an article of its own."""

    def __init__(self, condition: Callable[[Any], bool], phrase: Phrase) -> None:
        self._condition, self._phrase = condition, phrase

    def say(self, value: Any) -> str | None:
        """Return the words of a value that meets the condition."""
        return self._phrase.say(value) if self._condition(value) else None

    def hear(self, text: str, at: int) -> Heard:
        """Yield the values that meet the condition."""
        return ((value, end) for value, end in self._phrase.hear(text, at) if self._condition(value))


class Taken:
    """A phrase whose value is made of others: a date of day, month and year."""

    def __init__(self, phrase: Phrase, apart: Callable[[Any], Any], together: Callable[[Any], Any]) -> None:
        self._phrase, self._apart, self._together = phrase, apart, together

    def say(self, value: Any) -> str | None:
        """Return the words of its parts."""
        return self._phrase.say(self._apart(value))

    def hear(self, text: str, at: int) -> Heard:
        """Yield the values that the parts make; parts that make none, such as 30 February, are passed by."""
        for parts, end in self._phrase.hear(text, at):
            try:
                value = self._together(parts)
            except ValueError:
                continue
            yield value, end
