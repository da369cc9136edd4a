"""What is said around a wish and says nothing of it: "could you … please", "oops", "no wait", "from now on"."""

from __future__ import annotations

from task_language.lexicon import first_of
from task_language.line import Line

_BEFORE = (
    "could you please", "can you please", "would you please", "could you", "can you", "would you", "will you",
    "please", "pls", "i want to", "i would like to", "i'd like to", "i wanna", "let's", "ok", "okay", "hey", "hi",
    "hello", "and", "now", "then", "so", "well", "oh no", "oh", "oops", "ups", "sorry", "actually", "no wait",
    "wait no", "wait a minute", "wait", "hm", "hmm", "alright", "right so", "just", "quick",
)  # fmt: skip
_AFTER = (
    ("for", "me", "please"), ("for", "me"), ("if", "you", "can"), ("please",), ("pls",), ("plz",), ("thanks",),
    ("thank", "you"), ("thx",), ("from", "now", "on"), ("after", "all"), ("any", "more"), ("anymore",), ("as", "well"),
    ("already",),
)  # fmt: skip


def without_manners(line: Line) -> Line:
    """Return a line without what is said out of politeness or surprise; a line of nothing else stays."""
    while (taken := first_of(line.low, 0, _BEFORE)) and taken < len(line.low):
        line = line.part(taken)
    while taken := next((len(end) for end in _AFTER if tuple(line.low[-len(end) :]) == end), 0):
        if taken == len(line.low):
            break
        line = line.part(0, -taken)
    return line
