"""Words by what they begin from, so that "watered the plants" is what "water plants" asked for."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_BASES = {
    "got": ("get", "buy"), "bought": ("buy",), "wrote": ("write",), "written": ("write",), "did": ("do",),
    "done": ("do",), "paid": ("pay",), "sent": ("send",), "went": ("go",), "gone": ("go",), "made": ("make",),
    "took": ("take",), "taken": ("take",), "fed": ("feed",), "met": ("meet",), "saw": ("see",), "seen": ("see",),
    "told": ("tell",), "brought": ("bring",), "found": ("find",), "ran": ("run",), "swam": ("swim",),
    "built": ("build",), "gave": ("give",), "given": ("give",), "spoke": ("speak",), "spoken": ("speak",),
    "drove": ("drive",), "rode": ("ride",), "sold": ("sell",), "hung": ("hang",), "read": ("read",), "cut": ("cut",),
    "put": ("put",), "chose": ("choose",), "threw": ("throw",), "thrown": ("throw",), "swept": ("sweep",),
    "cleaned": ("clean",), "dropped": ("drop",), "planned": ("plan",), "shopped": ("shop",),
}  # fmt: skip
_NO_PAST = {"need", "feed", "speed", "bed", "red", "seed", "weed", "shed", "indeed", "led", "used", "tired"}
SMALL = {"the", "a", "an", "my", "our", "this", "that", "to", "of", "for", "at", "on", "in", "with", "and", "some"}


def stems(text: str) -> frozenset[str]:
    """Return what the words of a text begin from; small words left out, unless there are no others."""
    words = _WORD.findall(text.casefold())
    told = [word for word in words if word not in SMALL] or words
    return frozenset(base for word in told for base in _bases(word))


def is_past(word: str) -> bool:
    """Return whether a word says that something was done."""
    return word in _BASES or (len(word) > 4 and word.endswith("ed") and word not in _NO_PAST)


def _bases(word: str) -> tuple[str, ...]:
    return tuple(_cut(base) for base in _BASES.get(word, (word,)))


def _cut(word: str) -> str:
    for ending in ("ing", "ied", "ed", "es", "s", "e", "y"):
        if len(word) - len(ending) >= 3 and word.endswith(ending):
            return word[: -len(ending)]
    return word
