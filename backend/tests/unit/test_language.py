"""Which language a request is answered in."""

from __future__ import annotations

import pytest
from todo_backend.doors.rest.language import spoken


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("VI-vn", "vi"),
        ("it, es;q=0.5, de;q=0.4", "es"),
        ("de;q=0.3, es;q=0.7", "es"),
        ("es;q=0", "en"),
        ("*", "en"),
        ("de;q=1.5, fr;q=.", "en"),
        ("pt-BR,pt", "en"),
        ("\x00,;;,de", "de"),
        ("it," * 10_000 + "de", "en"),
    ],
)
def test_the_language_that_is_asked_for_most(header: str | None, language: str) -> None:
    assert spoken(header) == language
