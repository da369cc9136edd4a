"""What the built-in model says, by language: one catalogue per file, with the same names in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from recurrence_rules import Language

from todo_backend.doors.chat.sentences.english import ENGLISH
from todo_backend.doors.chat.sentences.french import FRENCH
from todo_backend.doors.chat.sentences.german import GERMAN
from todo_backend.doors.chat.sentences.refusals import REFUSALS
from todo_backend.doors.chat.sentences.spanish import SPANISH
from todo_backend.doors.chat.sentences.vietnamese import VIETNAMESE
from todo_backend.doors.tools.refused import Refused

CATALOGUES: Mapping[Language, Mapping[str, str]] = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "vi": VIETNAMESE,
}

_BY_NAME: dict[str, Language] = {language: language for language in get_args(Language)}


def sentence(language: Language, name: str, /, **values: Any) -> str:
    """Return a sentence of a catalogue with its values put in."""
    return CATALOGUES[language][name].format(**values)


def refusal(language: Language, refused: Refused) -> str:
    """Return what was refused, why, and that nothing was changed, unless that is not known."""
    if language == "en":
        words = refused.sentence
    else:
        words = REFUSALS[language].get(refused.code) or sentence(language, "refused_because", sentence=refused.sentence)
    # What else a refusal says is written in English for programs; the name of a list is the person's own.
    detail = f"“{refused.detail}”" if refused.code == "list_not_found" else refused.detail if language == "en" else None
    if detail:
        words = f"{words.rstrip('.')} ({detail.rstrip('.')})."
    if refused.may_be_done:
        return words if language == "en" else f"{words} {sentence(language, 'look_whether_done')}"
    if language == "en" and "nothing was" in refused.sentence:
        return words
    return sentence(language, "refused", sentence=words.rstrip("."))


def language_of(locale: str) -> Language:
    """Return the language of an account's locale, "de-AT" is German; English where there is no catalogue."""
    return _BY_NAME.get(locale.replace("_", "-").split("-")[0].lower(), "en")
