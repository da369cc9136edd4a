"""A rule in words, as people would say it, and back: "every month on the last Friday, at 17:00 Berlin time"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from recurrence_rules.days_off import DaysOff
from recurrence_rules.errors import WordsNotUnderstood
from recurrence_rules.languages import PHRASES, Language
from recurrence_rules.phrases import Phrase
from recurrence_rules.rule import Frequency, Rule
from recurrence_rules.said import Anchor, Fact, Said, facts_of, said_by
from recurrence_rules.spelled import spelled
from recurrence_rules.wall import Start

MOST_READ = 4000
"""Characters of words that are read; the longest rule, all of its numbers said, has fewer."""

_ANY = Start(dt.date(2000, 1, 1), None, "UTC")


def describe(
    rule: Rule,
    start: Start,
    *,
    anchor: Anchor = "schedule",
    days_off: DaysOff | None = None,
    language: Language = "en",
) -> str:
    """Return what a rule that starts at a wall time means, in one phrase without a full stop.

    With days off it says what becomes of a holiday, not whose holidays they are.
    """
    on_holiday = days_off.on_holiday if days_off else None
    if on_holiday and rule.frequency is Frequency.HOURLY:
        # An hour of a holiday has no other day to go to: it is left out, whatever was chosen.
        on_holiday = "skip"
    said = Said(spelled(rule, start, anchor=anchor), anchor, start.time, start.zone, on_holiday)
    return _words(said, PHRASES[language])


def read_words(text: str, language: Language = "en") -> Said:
    """Return what words of describe() say: the rule in the form of spelled(), and what else there was.

    Only describe()'s own words are understood. Raises WordsNotUnderstood.
    """
    phrases = PHRASES[language]
    if len(text) <= MOST_READ:
        for facts in _heard(text, 0, phrases):
            try:
                said = said_by(facts)
            except (ValueError, TypeError):
                continue
            if _words(said, phrases) == text and spelled(said.rule, _ANY, anchor=said.anchor) == said.rule:
                return said
    raise WordsNotUnderstood(repr(text[:80]))


def _words(said: Said, phrases: Mapping[str, Phrase]) -> str:
    return "".join(phrases[name].say(value) or "" for name, value in facts_of(said))


def _heard(text: str, at: int, phrases: Mapping[str, Phrase], before: tuple[str, ...] = ()) -> Iterator[list[Fact]]:
    """Yield each way in which the text, from a place on, is a row of facts; each is said once at most."""
    if at == len(text):
        yield []
        return
    for name, phrase in phrases.items():
        if name not in before:
            for value, end in phrase.hear(text, at):
                yield from ([(name, value), *rest] for rest in _heard(text, end, phrases, (*before, name)))
