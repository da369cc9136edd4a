"""Rules in the language of the request."""

from __future__ import annotations

import pytest
from actors import Person

pytestmark = pytest.mark.integration
WORKDAY = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
DUE = {"date": "2030-01-31", "time": "17:00", "time_zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("asked", "language", "words"),
    [
        ("de-AT,de;q=0.9", "de", "jeden Monat am letzten Arbeitstag, um 17:00 Uhr (Zeitzone Berlin)"),
        ("fr", "fr", "tous les mois le dernier jour ouvré, à 17:00 (heure de Berlin)"),
        ("es", "es", "cada mes el último día laborable, a las 17:00 (hora de Berlin)"),
        ("vi", "vi", "hằng tháng vào ngày làm việc cuối cùng, lúc 17:00 (giờ Berlin)"),
        ("pt", "en", "every month on the last workday, at 17:00 Berlin time"),
    ],
)
async def test_a_rule_is_said_in_the_language_that_was_asked_for(ada: Person, asked: str, language: str, words: str):
    task = await ada.create(due=DUE, recurrence={"rrule": WORKDAY})
    series = await ada.call("GET", f"/series/{task['series_id']}", accept_language=asked)
    shown = await ada.call("POST", "/recurrence/preview", {"rrule": WORKDAY, "start": DUE}, accept_language=asked)
    for answer in (series, shown):
        assert answer.json()["text"] == words
        assert (answer.headers["content-language"], answer.headers["vary"]) == (language, "Accept-Language")
