"""Lines as people type them without a verb of the grammar: told, asked back, politely; and what is no act."""

from __future__ import annotations

import datetime as dt

import pytest
from task_language import (
    Add,
    Complete,
    DeleteList,
    Did,
    Listed,
    Lists,
    Moment,
    Move,
    No,
    NotUnderstood,
    Pause,
    Perhaps,
    Remind,
    Rename,
    RenameList,
    Reopen,
    Resume,
    Search,
    Skip,
    Target,
    Undo,
    WasDone,
    say_date,
    say_due,
    say_reminder,
    stems,
    understand,
)

NOON = Moment(dt.datetime(2026, 11, 21, 11, 0, tzinfo=dt.UTC), "Europe/Berlin")
"""A Saturday."""
RENT = Target("rent")


@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("oh no, I did not do the rent after all", Reopen(RENT)),
        ("could you please undo that?", Undo()),
        ("wait, no, take that back", Undo()),
        ("no, leave it", No()),
        ("the rent is due on 2 december", Move(RENT, understand("move rent to 2 december", NOON).when)),
        ("the rent can wait two days", Move(RENT, days_later=2)),
        ("push the rent back a week", Move(RENT, days_later=7)),
        ("push back the rent 3 days", Move(RENT, days_later=3)),
        ("not going to the rent today", Skip(RENT, of_series=True)),
        ("skip today's rent", Skip(RENT)),
        ("put rent on hold", Pause(RENT)),
        ("pause rent because I am away", Pause(RENT)),
        ("start rent again", Resume(RENT)),
        ("I watered the plants", Did("watered the plants")),
        ("the rent is finished", Complete(RENT)),
        ("rename rent to the flat", Rename(RENT, "the flat")),
        ("rename my home list to Flat", RenameList("home", "Flat")),
        ("get rid of the home list", DeleteList("home", Target("home list"))),
        ("show my lists", Lists()),
        ("do I have anything about the rent?", Search("rent")),
        ("what did I do yesterday", WasDone("yesterday", dt.date(2026, 11, 20), dt.date(2026, 11, 20))),
        ("what did I do last week?", WasDone("last week", dt.date(2026, 11, 9), dt.date(2026, 11, 15))),
        ("what have I done this week", WasDone("this week", dt.date(2026, 11, 16), dt.date(2026, 11, 21))),
        ("what did I do on monday", WasDone("monday", dt.date(2026, 11, 16), dt.date(2026, 11, 16))),
        ("what did I finish in the last 3 days", WasDone("the last 3 days", dt.date(2026, 11, 19), NOON.today)),
        ("what's on tomorrow evening", Listed("tomorrow evening", dt.date(2026, 11, 22), dt.date(2026, 11, 22))),
    ],
)
def test_what_is_said_otherwise(line: str, intent: object) -> None:
    assert understand(line, NOON) == intent


@pytest.mark.parametrize(
    ("line", "title", "list_name"),
    [
        ("need to pay rent", "pay rent", None),
        ("don't forget to pay rent", "pay rent", None),
        ("todo: pay rent", "pay rent", None),
        ("can you add pay rent to my list please", "pay rent", None),
        ("add stamps to my Errands list", "stamps", "Errands"),
    ],
)
def test_what_is_added(line: str, title: str, list_name: str | None) -> None:
    intent = understand(line, NOON)

    assert isinstance(intent, Add)
    assert (intent.draft.title, intent.draft.list_name) == (title, list_name)


def test_a_reminder_is_asked_for_in_other_words() -> None:
    intent = understand("set a reminder for rent 45 minutes before", NOON)

    assert isinstance(intent, Remind)
    assert (intent.target, intent.reminding.minutes_before) == (RENT, 45)


@pytest.mark.parametrize("line", ["dentist friday 3pm", "yoga every monday at 18:00", "car inspection tomorrow"])
def test_a_line_with_a_date_and_no_verb_may_be_a_task(line: str) -> None:
    assert isinstance(understand(line, NOON), Perhaps)


@pytest.mark.parametrize(
    "line",
    [
        "is it friday tomorrow", "why is rent due tomorrow", "I am so tired today", "dentist friday?", "buy milk",
        "what is 7 times 8 tomorrow", "share my list with Bob", "tell me a joke about tomorrow", "i need", "thanks!",
        "delete all my tasks", "what's the weather like tomorrow", "I will be away tomorrow",
    ],
)  # fmt: skip
def test_a_remark_or_a_question_is_no_act(line: str) -> None:
    assert isinstance(understand(line, NOON), NotUnderstood)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("water plants", "watered the plants ✅"),
        ("buy milk", "got the milk"),
        ("write the report", "i have written the report"),
        ("pay rent", "I paid the rent at last"),
    ],
)
def test_what_was_done_begins_like_what_was_to_do(title: str, told: str) -> None:
    assert stems(title) <= stems(told)


def test_dates_are_said_in_five_languages() -> None:
    date, time = dt.date(2027, 2, 28), dt.time(17)
    said = [say_date(date, time, NOON.today, language=language) for language in ("en", "de", "fr", "es", "vi")]

    assert said == [
        "Sun 28 Feb 2027 17:00", "So 28. Feb. 2027 17:00", "dim. 28 févr. 2027 17:00", "dom 28 feb 2027 17:00",
        "Chủ Nhật 28 tháng 2 năm 2027 17:00",
    ]  # fmt: skip
    german = Moment(NOON.now, NOON.zone, language="de")
    assert say_due(dt.date(2026, 11, 22), dt.time(9), "Asia/Tokyo", german) == "morgen 09:00 Zeit von Tokyo"
    assert [say_reminder(60, "de"), say_reminder(2880, "fr"), say_reminder(0, "vi")] == [
        "1 Stunde vorher", "2 jours avant", "đúng hạn",
    ]  # fmt: skip
