"""What people say to the chat, and which act each line becomes."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from task_language import (
    Add,
    Choose,
    Complete,
    Delete,
    Help,
    Intent,
    Listed,
    MakeList,
    Moment,
    Move,
    MoveToList,
    No,
    NotUnderstood,
    OnlyThis,
    Pause,
    Remind,
    ReminderWish,
    Reopen,
    RepeatTask,
    Resume,
    Search,
    Skip,
    SkipMissed,
    Snooze,
    StopRepeating,
    Target,
    ToNextDate,
    Undo,
    Yes,
    say_date,
    say_reminder,
    understand,
)
from task_language.pieces import When

NOON = Moment(dt.datetime(2026, 11, 21, 11, 0, tzinfo=dt.UTC), "Europe/Berlin")
RENT = Target("pay rent")
TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("done with pay rent", Complete(RENT)),
        ("I'm done with the pay rent.", Complete(RENT)),
        ("Complete pay rent", Complete(RENT)),
        ("mark pay rent as done", Complete(RENT)),
        ("pay rent is done", Complete(RENT)),
        ("done with the second one", Complete(Target(number=2))),
        ("done with it", Complete(Target(is_it=True))),
        ("reopen pay rent", Reopen(RENT)),
        ("skip pay rent", Skip(RENT)),
        ("skip all missed of pay rent", SkipMissed(RENT)),
        ("please skip the missed ones of it", SkipMissed(Target(is_it=True))),
        ("skip all overdue pay rent", SkipMissed(RENT)),
        ("catch up on pay rent", SkipMissed(RENT)),
        ("skip all the bills", Skip(Target("all the bills"))),
        ("postpone pay rent to the next date", ToNextDate(RENT)),
        ("move it to its next date", ToNextDate(Target(is_it=True))),
        ("push pay rent to the next one", ToNextDate(RENT)),
        ("pause pay rent", Pause(RENT)),
        ("pause pay rent until 1 December", Pause(RENT, dt.date(2026, 12, 1))),
        ("please pause it until monday", Pause(Target(is_it=True), dt.date(2026, 11, 23))),
        ("pause pay rent for 2 weeks", Pause(RENT, dt.date(2026, 12, 5))),
        ('pause "wait until dawn"', Pause(Target("wait until dawn"))),
        ("resume pay rent", Resume(RENT)),
        ("stop repeating pay rent", StopRepeating(RENT)),
        ("don't repeat it", StopRepeating(Target(is_it=True))),
        ("end the series of pay rent", StopRepeating(RENT)),
        ("delete pay rent", Delete(RENT)),
        ("please remove the last one", Delete(Target(number=-1))),
        ("delete pay rent only this time", Delete(RENT, only_this=True)),
        ("search rent", Search("rent")),
        ("when is pay rent due?", Search("pay rent")),
        ("undo", Undo()),
        ("Help!", Help()),
        ("yes", Yes()),
        ("No, keep it", No()),
        ("only this one", OnlyThis()),
        ("the second one", Choose(2)),
        ("2", Choose(2)),
        ("the last one", Choose(-1)),
        ("what is due today", Listed("today", TODAY, TODAY)),
        ("What's due tomorrow?", Listed("tomorrow", dt.date(2026, 11, 22), dt.date(2026, 11, 22))),
        ("what is due this week", Listed("this week", TODAY, dt.date(2026, 11, 22))),
        ("what do I have to do on friday", Listed("friday", dt.date(2026, 11, 27), dt.date(2026, 11, 27))),
        ("what is overdue", Listed("overdue", overdue=True)),
        ("show #home", Listed("tagged #home", tag="home")),
        ("list my tasks", Listed("open")),
        ("show list Household", Listed("in household", list_name="household")),
        ("show my shopping list", Listed("in shopping", list_name="shopping")),
        ("what is on my Ada's list?", Listed("in ada's", list_name="ada's")),
        ("show the friday list", Listed("friday", dt.date(2026, 11, 27), dt.date(2026, 11, 27))),
        ("show my list", Listed("open")),
        ("show my todo list", Listed("open")),
        ("move pay rent to Household", MoveToList(RENT, "Household")),
        ("put pay rent into the list Flat 4", MoveToList(RENT, "Flat 4")),
        ("put pay rent on my Flat list", MoveToList(RENT, "Flat")),
        ("move the trip to Berlin to my travel list", MoveToList(Target("trip to Berlin"), "travel")),
        ("move it to no list", MoveToList(Target(is_it=True), None)),
        ("make a list Household", MakeList("Household")),
        ("create a new list called “Flat 4”", MakeList("Flat 4")),
        ("new list Home", MakeList("Home")),
        ("make a shopping list", MakeList("shopping")),
    ],
)
def test_a_line_becomes_an_act(line: str, intent: Intent) -> None:
    assert understand(line, NOON) == intent


def test_adding_takes_everything_that_quick_add_knows() -> None:
    intent = understand("add water the plants every 3 days after completion", NOON)

    assert isinstance(intent, Add)
    assert (intent.draft.title, intent.draft.rrule) == ("water the plants", "FREQ=DAILY;INTERVAL=3")
    assert intent.draft.repeat is not None
    assert intent.draft.repeat.anchor == "completion"


def test_a_list_of_something_is_to_be_written() -> None:
    intent = understand("add a list of guests tomorrow", NOON)

    assert isinstance(intent, Add)
    assert (intent.draft.title, intent.draft.date) == ("a list of guests", dt.date(2026, 11, 22))


def test_remind_me_to_do_something_is_a_task_with_a_reminder() -> None:
    intent = understand("remind me to call Ada tomorrow at 17:00", NOON)

    assert isinstance(intent, Add)
    assert (intent.draft.title, intent.draft.time) == ("call Ada", dt.time(17))
    assert intent.draft.reminders == (ReminderWish(0),)


@pytest.mark.parametrize(
    ("line", "target", "date", "time", "days"),
    [
        ("move pay rent to friday", RENT, dt.date(2026, 11, 27), None, None),
        ("reschedule the move to Berlin to 24 december at 9", Target("move to Berlin"), dt.date(2026, 12, 24), 9, None),
        ("push it to 18:00", Target(is_it=True), None, 18, None),
        ("postpone pay rent by 2 weeks", RENT, None, None, 14),
    ],
)
def test_moving(line: str, target: Target, date: dt.date | None, time: int | None, days: int | None) -> None:
    intent = understand(line, NOON)

    assert isinstance(intent, Move)
    assert (intent.target, intent.days_later) == (target, days)
    assert (intent.when and intent.when.date, intent.when and intent.when.time) == (date, time and dt.time(time))


def test_repeating_and_reminding() -> None:
    repeated = understand("make pay rent repeat every month on the 31st", NOON)
    before = understand("remind me 30 minutes before pay rent", NOON)
    about = understand("remind me about pay rent tomorrow at 9", NOON)

    assert isinstance(repeated, RepeatTask)
    assert (repeated.target, repeated.repeat.month_days) == (RENT, (31,))
    assert isinstance(before, Remind)
    assert (before.target, before.reminding.minutes_before) == (RENT, 30)
    assert isinstance(about, Remind)
    assert about.target == RENT
    assert about.reminding.when is not None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "empty"),
        ("   \x00\t ", "unknown"),
        ("x" * 501, "too_long"),
        ("banana telephone", "unknown"),
        ("buy milk", "unknown"),
        ("what is the meaning of life", "unknown"),
        ("don't delete pay rent", "unknown"),
        ("delete everything", "unknown"),
        ("complete all", "unknown"),
        ("add", "incomplete"),
        ("add tomorrow", "incomplete"),
        ("delete", "incomplete"),
        ("move pay rent", "incomplete"),
        ("move pay rent to", "incomplete"),
        ("make a list", "incomplete"),
        ("pause", "incomplete"),
        ("pause pay rent until the cows come home", "incomplete"),
        ("pause pay rent until 17:00", "incomplete"),
        ("pause everything", "unknown"),
        ("resume", "incomplete"),
        ("stop repeating", "incomplete"),
        ("stop repeating everything", "unknown"),
        ("repeat pay rent now and then", "incomplete"),
        ("remind me about pay rent", "incomplete"),
    ],
)
def test_what_is_not_understood_says_why(line: str, reason: str) -> None:
    intent = understand(line, NOON)

    assert isinstance(intent, NotUnderstood)
    assert intent.reason == reason
    assert intent.hint.endswith(".")


WORDS = st.sampled_from(
    "add delete done with move to by on remind me about repeat every day 2 the second one yes no it is undo what due"  # noqa: SIM905
    ' today week #x skip mark as 30 minutes before last 9999-12-31 in 999 years please and " ( 🌱'
    " pause resume until for stop repeating list into make a my new called no".split()
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=600), st.lists(WORDS, max_size=60).map(" ".join)))
def test_every_line_has_an_answer(line: str) -> None:
    assert understand(line, NOON) == understand(line, NOON)


def test_dates_are_said_as_people_say_them() -> None:
    assert say_date(TODAY, dt.time(17), TODAY) == "today 17:00"
    assert say_date(dt.date(2026, 11, 22), None, TODAY) == "tomorrow"
    assert say_date(dt.date(2026, 11, 30), dt.time(17), TODAY) == "Mon 30 Nov 17:00"
    assert say_date(dt.date(2027, 2, 28), None, TODAY) == "Sun 28 Feb 2027"
    assert say_date(TODAY, None, TODAY, near=False) == "Sat 21 Nov"
    assert [say_reminder(m) for m in (0, 1, 30, 60, 2880)] == [
        "when it is due", "1 minute before", "30 minutes before", "1 hour before", "2 days before",
    ]  # fmt: skip


IT = Target(is_it=True)


def until(date: dt.date | None, *clock: int) -> When:
    return When(date, dt.time(*clock) if clock else None)


@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("snooze it", Snooze(IT)),
        ("snooze", Snooze(IT)),
        ("remind me again", Snooze(IT)),
        ("remind me later", Snooze(IT)),
        ("snooze the rent for an hour", Snooze(Target("rent"), until(TODAY, 13))),
        ("snooze for 10 minutes", Snooze(IT, until(TODAY, 12, 10))),
        ("snooze for another half an hour", Snooze(IT, until(TODAY, 12, 30))),
        ("please snooze pay rent until tomorrow at 9", Snooze(RENT, until(dt.date(2026, 11, 22), 9))),
        ("snooze it to friday", Snooze(IT, until(dt.date(2026, 11, 27)))),
        ("snooze pay rent for 2 days", Snooze(RENT, until(dt.date(2026, 11, 23)))),
        ("snooze pay rent in 2 hours", Snooze(RENT, until(TODAY, 14))),
        ("snooze tomorrow", Snooze(IT, until(dt.date(2026, 11, 22)))),
        ("snooze the second one until 5pm", Snooze(Target(number=2), until(None, 17))),
        ("remind me again tomorrow at 9", Snooze(IT, until(dt.date(2026, 11, 22), 9))),
        ("remind me again in an hour", Snooze(IT, until(TODAY, 13))),
        ("remind me again about pay rent tomorrow at 9", Snooze(RENT, until(dt.date(2026, 11, 22), 9))),
        ("remind me again about pay rent", Snooze(RENT)),
        ("snooze call for papers", Snooze(Target("call for papers"))),
    ],
)
def test_putting_a_reminder_off(line: str, intent: Intent) -> None:
    assert understand(line, NOON) == intent


@pytest.mark.parametrize("line", ["remind me again when pigs fly", "snooze it until whenever"])
def test_until_when_is_asked_for(line: str) -> None:
    found = understand(line, NOON)
    assert isinstance(found, NotUnderstood)
    assert "until when" in found.hint
