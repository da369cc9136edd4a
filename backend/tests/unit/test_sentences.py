"""The chat's catalogues: the same sentences with the same values in every language."""

from __future__ import annotations

import string

import pytest
from todo_backend.doors.chat.sentences import CATALOGUES, language_of

OF_ENGLISH = {"not_understood", "cannot"}
"""These tell what the grammar says, which is English; others name examples instead."""


def values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_language_says_all_there_is_with_the_same_values(language: str) -> None:
    english, other = CATALOGUES["en"], CATALOGUES[language]  # type: ignore[index]

    assert other.keys() == english.keys()
    assert [n for n in english if n not in OF_ENGLISH and values(english[n]) != values(other[n])] == []
    assert language == "en" or sum(other[n] == english[n] for n in english) <= 1


@pytest.mark.parametrize(("locale", "language"), [("de-AT", "de"), ("FR_ca", "fr"), ("pt-BR", "en"), ("", "en")])
def test_the_language_of_a_locale(locale: str, language: str) -> None:
    assert language_of(locale) == language
