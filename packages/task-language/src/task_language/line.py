"""What is left of a line of the chat after its verb, and the task that some words mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from task_language.answers import place_of
from task_language.intents import Target
from task_language.moment import Moment, Word, words_of

_IT = {"it", "that", "this", "that one", "this one", "that task", "this task", "the task"}


@dataclass(frozen=True, slots=True)
class Line:
    """The rest of a line after its verb."""

    text: str
    words: tuple[Word, ...]
    moment: Moment

    @property
    def low(self) -> list[str]:
        """Return the words as the grammar reads them, in small letters."""
        return [word.text for word in self.words]

    def part(self, first: int, past: int | None = None) -> Line:
        """Return the words from `first` on, before `past`, with the text that they stand in."""
        words = self.words[first:past]
        if not words:
            return replace(self, text="", words=())
        start = words[0].start
        # Shifted, not read anew: the quotes around them may lie outside.
        shifted = tuple(Word(w.text, w.start - start, w.end - start) for w in words)
        return replace(self, text=self.text[start : words[-1].end], words=shifted)

    def target(self) -> Target | None:
        """Return the task that these words mean, None when there are none."""
        return target_of(self.text, self.low)


def target_of(text: str, low: Sequence[str]) -> Target | None:
    """Return which task some words mean; None when there are none."""
    said = " ".join(low)
    if not low:
        return None
    if said in _IT:
        return Target(is_it=True)
    place = place_of(low)
    if place is not None:
        return Target(number=place)
    skipped = 1 if low[0] in ("the", "my", "task") and len(low) > 1 else 0
    words = words_of(text)
    rest = text[words[skipped].start : words[-1].end].strip(' "“”')
    return Target(words=rest) if rest else None
