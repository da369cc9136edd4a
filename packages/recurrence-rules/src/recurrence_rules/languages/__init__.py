"""The words of each language: one table of phrases per file, with the same names of facts in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from recurrence_rules.languages.english import ENGLISH
from recurrence_rules.languages.french import FRENCH
from recurrence_rules.languages.german import GERMAN
from recurrence_rules.languages.spanish import SPANISH
from recurrence_rules.languages.vietnamese import VIETNAMESE
from recurrence_rules.phrases import Phrase

Language = Literal["en", "de", "fr", "es", "vi"]

PHRASES: Mapping[Language, Mapping[str, Phrase]] = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "vi": VIETNAMESE,
}
