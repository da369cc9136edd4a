"""Where a phrase stands: the words around it decide whether "may", "last friday" or "the sunday" is a date at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from task_language.lexicon import ORDINALS, word_at
from task_language.moment import Moment

Words = Sequence[str]

_SAYS = {"is", "was", "were", "be", "it's", "that's", "due", "by", "on", "since"}
_OWNERS = {"the", "a", "an", "my", "our", "your", "his", "her", "their", "its", "some", "no"}
_NAMES = {"black", "good", "cyber", "ash", "easter", "palm", "bloody", "super", "shrove", "whit", "usa", "ruby"}
"""Words that make another thing of a weekday: Black Friday, Good Friday, Palm Sunday."""
_ROWS = {*ORDINALS, "past", "previous", "next", "this", "every", "each", "coming", "following"}
_GOING_ON = {
    "at", "@", "on", "by", "for", "with", "to", "from", "in", "and", "or", "then", "about", "until", "till", "because",
    "so", "if", "is", "was", "that", "remind", "reminder", "every", "each", "every!", "due", "after", "before", "-",
    "daily", "weekly", "monthly", "yearly", "p1", "p2", "p3", "p4", "urgent", "high", "medium", "low", "starting",
    "repeat", "repeating", "noon", "midnight", "morning", "afternoon", "evening", "night", "when", "while", "we", "i",
    "tomorrow", "today", "tonight", "next", "this", "early", "late", "half", "quarter", "as", "a", "an", "the",
}  # fmt: skip
"""What may follow a date without being described by it: "14 nov with Ada", but not "3 march magazines"."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The words, who says them and when, and whether they are `alone`: nothing but one date or time, nothing else.

    Alone, "may" and "last friday" can be nothing else; beside a title they are left to it.
    """

    words: Words
    moment: Moment
    alone: bool = False

    def word(self, at: int) -> str:
        """Return a word, empty outside of the line."""
        return word_at(self.words, at)

    def tells(self, at: int) -> bool:
        """Return whether the word before says that a date comes: "is", "was", "due", "by", "on"; or all is a date."""
        return self.alone or self.word(at - 1) in _SAYS

    def is_free(self, at: int) -> bool:
        """Return whether no word before makes a weekday part of something else: "the friday report", "Black Friday"."""
        before = self.word(at - 1)
        return self.alone or not (before in _OWNERS or before in _NAMES or before in _ROWS or _is_place(before))

    def is_over(self, end: int) -> bool:
        """Return whether nothing follows that a date could describe."""
        following = self.word(end)
        return not following or following in _GOING_ON or following[0] in "#+!(" or _is_clock(following)


def _is_place(word: str) -> bool:
    return word[:1].isdigit() and word[-2:] in ("st", "nd", "rd", "th")


def _is_clock(word: str) -> bool:
    return word[:1].isdigit() and (":" in word or word.endswith(("am", "pm")))
