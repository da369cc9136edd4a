"""The language of a request: Accept-Language (RFC 9110, 12.5.4) among those that rules have words in."""

from __future__ import annotations

import re
from typing import Annotated, get_args

from fastapi import Depends, Header
from recurrence_rules import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
_BY_NAME: dict[str, Language] = {language: language for language in LANGUAGES}
ENGLISH: Language = "en"
MOST_READ = 500
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*", re.ASCII
)


def spoken(header: str | None) -> Language:
    """Return the language that a header asks for most, English where it asks for none that we have.

    A region is passed over (fr-CA is French), what is malformed, too: words in another language are better than none.
    """
    best, weight = ENGLISH, 0.0
    for item in (header or "")[:MOST_READ].split(","):
        match = _RANGE.fullmatch(item)
        wanted = _BY_NAME.get(match[1].lower()) if match else None
        asked = float(match[2] or 1) if match else 0.0
        if wanted is not None and asked > weight:
            best, weight = wanted, asked
    return best


def said_in(language: Language) -> dict[str, str]:
    """Return the headers of an answer with words in a language."""
    return {"Content-Language": language, "Vary": "Accept-Language"}


def _of_request(
    accept_language: Annotated[
        str | None, Header(description="the language of `text`: en, de, fr, es or vi; else English")
    ] = None,
) -> Language:
    return spoken(accept_language)


SpokenLanguage = Annotated[Language, Depends(_of_request)]
