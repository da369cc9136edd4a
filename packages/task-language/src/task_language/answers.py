"""Whole lines that need no verb: yes and no, undo, help, and places in what was offered."""

from __future__ import annotations

from collections.abc import Sequence

from task_language import intents
from task_language.intents import Intent
from task_language.lexicon import number, ordinal

_YES = {"yes", "y", "yep", "yeah", "yup", "sure", "ok", "okay", "do it", "go ahead", "yes please", "confirm", "right",
        "correct", "yes do it", "yes delete it", "delete series", "delete the series", "the series",
        "the whole series", "please do", "yes add it", "add it", "yes do", "ok do it", "yes thanks"}  # fmt: skip
_NO = {"no", "n", "nope", "cancel", "never mind", "nevermind", "stop", "don't", "do not", "no thanks", "keep it",
       "forget it", "keep", "no keep it", "leave it", "nah", "nah leave it", "no leave it", "rather not", "better not",
       "nah thanks", "no don't", "no do not", "leave it be", "i changed my mind", "not that"}  # fmt: skip
_ONLY_THIS = {"only this", "only this one", "just this", "just this one", "this one only", "only this time",
              "only this occurrence"}  # fmt: skip
_UNDO = {"undo", "undo that", "undo it", "take it back", "take that back", "undo the last one", "revert that",
         "undo please", "revert", "put it back", "put that back", "that was a mistake", "that was wrong", "my mistake",
         "undo the last thing", "undo last", "go back", "revert it", "take it back again", "no take that back",
         "no take it back", "no undo that", "no undo it", "no undo"}  # fmt: skip
_HELP = {"help", "what can you do", "what can i say", "how does this work", "commands", "?"}


def place_of(low: Sequence[str]) -> int | None:
    """Return n of "the second one", "number 2", "#2", "2", "the last"."""
    core = [word for word in low if word not in ("the", "one", "number", "no", "option", "task")]
    if len(core) != 1:
        return None
    word = core[0].removeprefix("#").rstrip("!")
    if word.isascii() and word.isdigit():
        return number(word)
    place = ordinal(word)
    return place if place is not None and (place == -1 or place <= 50) else None


def answer(said: str, low: Sequence[str]) -> Intent | None:
    """Return what a whole line answers or asks by itself; None when it is none of these."""
    for phrases, intent in (
        (_YES, intents.Yes()),
        (_NO, intents.No()),
        (_ONLY_THIS, intents.OnlyThis()),
        (_UNDO, intents.Undo()),
        (_HELP, intents.Help()),
    ):
        if said in phrases:
            return intent
    place = place_of(low)
    return None if place is None else intents.Choose(place)
