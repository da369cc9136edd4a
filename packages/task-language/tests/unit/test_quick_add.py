"""Quick add: what a line means, told by examples."""

from __future__ import annotations

import datetime as dt

import pytest
from recurrence_rules import Start, parse_rule, preview
from task_language import Draft, Moment, ReminderWish, parse

# Saturday, noon in Berlin.
NOON = Moment(dt.datetime(2026, 11, 21, 11, 0, tzinfo=dt.UTC), "Europe/Berlin")


def read(text: str, moment: Moment = NOON) -> Draft:
    return parse(text, moment)


@pytest.mark.parametrize(
    ("text", "title", "date", "time"),
    [
        ("Buy milk", "Buy milk", None, None),
        ("Buy milk today", "Buy milk", "2026-11-21", None),
        ("Buy milk tomorrow at 5pm", "Buy milk", "2026-11-22", "17:00"),
        ("Buy milk at 5", "Buy milk", "2026-11-21", "17:00"),
        ("Buy milk at 9", "Buy milk", "2026-11-22", "09:00"),
        ("tomorrow evening call Ada", "call Ada", "2026-11-22", "18:00"),
        ("Call Ada, 17:30 on friday.", "Call Ada", "2026-11-27", "17:30"),
        ("Call Ada next friday noon", "Call Ada", "2026-11-27", "12:00"),
        ("Call Ada this weekend", "Call Ada", "2026-11-21", None),
        ("Report by 5 january", "Report", "2027-01-05", None),
        ("Report January 5th, 2028", "Report", "2028-01-05", None),
        ("Report 2027-02-28", "Report", "2027-02-28", None),
        ("Report on the 15th", "Report", "2026-12-15", None),
        ("Report in two weeks", "Report", "2026-12-05", None),
        ("Report a week from now", "Report", "2026-11-28", None),
        ("Tea in 20 minutes", "Tea", "2026-11-21", "12:20"),
        ("Pay rent the last of the month 17:00", "Pay rent", "2026-11-30", "17:00"),
        ("Report the day after tomorrow", "Report", "2026-11-23", None),
        ("Report next month", "Report", "2026-12-01", None),
        ("Play monday songs on friday", "Play monday songs", "2026-11-27", None),
        ('Read "due tomorrow" tomorrow', 'Read "due tomorrow"', "2026-11-22", None),
        ('Read "due tomorrow"', 'Read "due tomorrow"', None, None),
        ("Buy sun cream", "Buy sun cream", None, None),
        ("Buy sun cream sun", "Buy sun cream", "2026-11-22", None),
        ("Buy sun cream sun #beach", "Buy sun cream", "2026-11-22", None),
        ("Call Ada thu about sun cream", "Call Ada about sun cream", "2026-11-26", None),
        ("Sing 99 songs in may", "Sing 99 songs in may", None, None),
        ("Report 30 february", "Report 30 february", None, None),
        ("Report 2026-02-30", "Report 2026-02-30", None, None),
        ("Meet at 25:00", "Meet at 25:00", None, None),
    ],
)
def test_dates_and_times(text: str, title: str, date: str | None, time: str | None) -> None:
    draft = read(text)

    shown = (draft.date and draft.date.isoformat(), draft.time and draft.time.isoformat("minutes"))
    assert (draft.title, *shown) == (title, date, time)


@pytest.mark.parametrize(
    ("text", "title", "rrule", "time"),
    [
        ("Stretch everyday at 6am", "Stretch", "FREQ=DAILY", "06:00"),
        ("Stretch mornings", "Stretch", "FREQ=DAILY", "09:00"),
        ("Stretch every evening at 7", "Stretch", "FREQ=DAILY", "19:00"),
        ("Stretch every evening at 7 am", "Stretch", "FREQ=DAILY", "07:00"),
        ("Stretch every morning at 7", "Stretch", "FREQ=DAILY", "07:00"),
        ("Call Ada once a week", "Call Ada", "FREQ=WEEKLY", None),
        ("Report semi-annually", "Report", "FREQ=MONTHLY;INTERVAL=6", None),
        ("Report bimonthly", "Report", "FREQ=MONTHLY;INTERVAL=2", None),
        ("Yoga at 9am on sundays", "Yoga", "FREQ=WEEKLY;BYDAY=SU", "09:00"),
        ("Yoga tuesdays and thursdays 18:00", "Yoga", "FREQ=WEEKLY;BYDAY=TU,TH", "18:00"),
        ("Yoga weekends", "Yoga", "FREQ=WEEKLY;BYDAY=SA,SU", None),
        ("Plan weekends menu", "Plan weekends menu", None, None),
        ("Pay every month on the 2nd last friday", "Pay", "FREQ=MONTHLY;BYDAY=-2FR", None),
        ("Pay on the second to last workday of every month", "Pay",
         "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", None),
        ("Pay every month on the 3rd last", "Pay", "FREQ=MONTHLY;BYMONTHDAY=-3", None),
        ("Pay every 1st and last friday of the month", "Pay", "FREQ=MONTHLY;BYDAY=-1FR,1FR", None),
        ("Party every year on the 1st friday", "Party", "FREQ=YEARLY;BYDAY=1FR", None),
        ("Party every year on the 13th friday", "Party", "FREQ=YEARLY;BYDAY=13FR", None),
        ("Party every 4/15", "Party", "FREQ=YEARLY;BYMONTHDAY=15;BYMONTH=4", None),
        ("Water every third day", "Water", "FREQ=DAILY;INTERVAL=3", None),
        ("Water every 10th week", "Water", "FREQ=WEEKLY;INTERVAL=10", None),
        ("Stretch every hour", "Stretch", "FREQ=HOURLY", "13:00"),
        ("Stretch hourly", "Stretch", "FREQ=HOURLY", "13:00"),
        ("Stretch once an hour", "Stretch", "FREQ=HOURLY", "13:00"),
        ("Stretch every 4 hours starting at 9", "Stretch", "FREQ=HOURLY;INTERVAL=4", "09:00"),
        ("Stretch every 4 hours at 15:00", "Stretch", "FREQ=HOURLY;INTERVAL=4", "15:00"),
        ("Stretch every 4 hours for 3 days", "Stretch", "FREQ=HOURLY;INTERVAL=4;UNTIL=20261123", "13:00"),
        ("Stretch every day from 7:30", "Stretch", "FREQ=DAILY", "07:30"),
    ],
)  # fmt: skip
def test_ways_to_say_that_it_comes_again(text: str, title: str, rrule: str | None, time: str | None) -> None:
    draft = read(text)

    shown = (draft.rrule if draft.repeat else None, draft.time and draft.time.isoformat("minutes"))
    assert (draft.title, *shown) == (title, rrule, time)


@pytest.mark.parametrize(
    ("text", "rrule", "anchor", "first"),
    [
        ("every day", "FREQ=DAILY", "schedule", "2026-11-21"),
        ("every 4 hours", "FREQ=HOURLY;INTERVAL=4", "schedule", "2026-11-21T13:00"),
        ("every! 4 hours", "FREQ=HOURLY;INTERVAL=4", "completion", "2026-11-21T13:00"),
        ("every 4 hours at 9", "FREQ=HOURLY;INTERVAL=4", "schedule", "2026-11-22T09:00"),
        ("every 4 hours starting tomorrow", "FREQ=HOURLY;INTERVAL=4", "schedule", "2026-11-22T09:00"),
        ("daily at 9", "FREQ=DAILY", "schedule", "2026-11-22T09:00"),
        ("every 3 days after completion", "FREQ=DAILY;INTERVAL=3", "completion", "2026-11-21"),
        ("every! 3 days", "FREQ=DAILY;INTERVAL=3", "completion", "2026-11-21"),
        ("every other week", "FREQ=WEEKLY;INTERVAL=2", "schedule", "2026-11-21"),
        ("every weekday at 9:30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "schedule", "2026-11-23T09:30"),
        ("every mon, wed and fri for 10 times", "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=10", "schedule", "2026-11-23"),
        ("every 2 weeks on tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "schedule", "2026-11-24"),
        ("on mondays", "FREQ=WEEKLY;BYDAY=MO", "schedule", "2026-11-23"),
        ("last day of the month every month", "FREQ=MONTHLY;BYMONTHDAY=-1", "schedule", "2026-11-30"),
        ("the last of the month 17:00, monthly", "FREQ=MONTHLY;BYMONTHDAY=-1", "schedule", "2026-11-30T17:00"),
        ("last day of every month at 17:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "schedule", "2026-11-30T17:00"),
        ("monthly on the last day of the month", "FREQ=MONTHLY;BYMONTHDAY=-1", "schedule", "2026-11-30"),
        (
            "monthly on the 31st",
            "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD",
            "schedule",
            "2026-11-30",
        ),
        (
            "every month starting 2027-01-30",
            "FREQ=MONTHLY;BYMONTHDAY=30;RSCALE=GREGORIAN;SKIP=BACKWARD",
            "schedule",
            "2027-01-30",
        ),
        ("every month on the 1st and 15th", "FREQ=MONTHLY;BYMONTHDAY=1,15", "schedule", "2026-12-01"),
        (
            "every last workday of the month at 17:00",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "schedule",
            "2026-11-30T17:00",
        ),
        (
            "on the last working day of every month",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "schedule",
            "2026-11-30",
        ),
        ("monthly on the 3rd workday", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3", "schedule", "2026-12-03"),
        ("every 2nd workday of the month", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2", "schedule", "2026-12-02"),
        ("on workdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "schedule", "2026-11-23"),
        ("last friday of every month", "FREQ=MONTHLY;BYDAY=-1FR", "schedule", "2026-11-27"),
        ("every second tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "schedule", "2026-11-24"),
        ("every second tuesday of the month", "FREQ=MONTHLY;BYDAY=2TU", "schedule", "2026-12-08"),
        ("every year on 24 december", "FREQ=YEARLY;BYMONTHDAY=24;BYMONTH=12", "schedule", "2026-12-24"),
        (
            "every 29 february",
            "FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2;RSCALE=GREGORIAN;SKIP=BACKWARD",
            "schedule",
            "2027-02-28",
        ),
        ("every week until 2026-12-24", "FREQ=WEEKLY;UNTIL=20261224", "schedule", "2026-11-21"),
    ],
)
def test_rules(text: str, rrule: str, anchor: str, first: str) -> None:
    draft = read(f"Do it {text}")

    assert draft.title == "Do it"
    assert draft.repeat is not None
    assert (draft.rrule, draft.repeat.anchor) == (rrule, anchor)
    assert draft.date is not None
    said = draft.date.isoformat() + (f"T{draft.time:%H:%M}" if draft.time else "")
    assert said == first
    [shown] = preview(parse_rule(rrule), Start(draft.date, draft.time, draft.zone), 1)
    assert (shown.date, shown.time) == (draft.date, draft.time), "the draft's date is the first of its own rule"


@pytest.mark.parametrize(
    ("text", "on_holiday"),
    [
        ("every workday except holidays", "skip"),
        ("every workday at 7 except on public holidays", "skip"),
        ("every day, skipping public holidays", "skip"),
        ("every 2 days but not on bank holidays", "skip"),
        ("every month on the 1st or the workday before a public holiday", "before"),
        ("every friday, moved to the workday after a holiday", "after"),
        ("every friday", "ignore"),
    ],
)
def test_holidays(text: str, on_holiday: str) -> None:
    draft = parse(f"Buy bread {text}", NOON)
    assert (draft.title, draft.repeat and draft.repeat.on_holiday) == ("Buy bread", on_holiday)


def test_holidays_that_no_rule_is_about_stay_in_the_title() -> None:
    assert parse("Plan the holidays every year", NOON).title == "Plan the holidays"
    assert parse("Book rooms except holidays", NOON).title == "Book rooms except holidays"


def test_a_rule_has_the_zone_that_was_said() -> None:
    draft = read("Call Ada every friday at 5pm PST")

    assert draft.repeat is not None
    assert (draft.title, draft.zone, draft.repeat.zone) == ("Call Ada", "America/Los_Angeles", "America/Los_Angeles")
    assert (draft.date, draft.time) == (dt.date(2026, 11, 27), dt.time(17))


def test_every_second_workday_is_no_day_of_a_month() -> None:
    assert read("Do it every second workday").repeat is None


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Pay rent tomorrow at 17:00 remind me 30 minutes before", ReminderWish(30)),
        ("Pay rent tomorrow with a reminder half an hour early", ReminderWish(30)),
        ("Pay rent tomorrow at 17:00, remind me a day before", ReminderWish(1440)),
        ("Pay rent on friday remind me tomorrow at 9", ReminderWish(at=dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC))),
        ("Pay rent every friday at 17:00 remind me at 16:30", ReminderWish(30)),
        ("Pay rent tomorrow remind me when it is due", ReminderWish(0)),
    ],
)
def test_reminders(text: str, wish: ReminderWish) -> None:
    draft = read(text)

    assert (draft.title, draft.reminders) == ("Pay rent", (wish,))


def test_priority_tags_and_list() -> None:
    draft = read("Pay rent p1 #home #Money list:Flat")
    other = read("Buy milk to my Shopping list, high priority")

    assert (draft.title, draft.priority, draft.tags, draft.list_name) == (
        "Pay rent",
        "urgent",
        ("home", "money"),
        "Flat",
    )
    assert (other.title, other.priority, other.list_name) == ("Buy milk", "high", "Shopping")


def test_spans_mark_what_was_understood() -> None:
    text = "🌱 Water every 3 days after completion #garden"

    found = [(text[span.start : span.end], span.kind) for span in read(text).spans]

    assert found == [("every 3 days after completion", "recurrence"), ("#garden", "tag")]


def test_a_wall_time_follows_its_zone_across_a_clock_change() -> None:
    evening = Moment(dt.datetime(2027, 3, 27, 22, 30, tzinfo=dt.UTC), "Europe/Berlin")

    assert read("Tea in 3 hours", evening).time == dt.time(3, 30), "02:30 does not exist in that night"
    assert read("Tea tomorrow", Moment(evening.now, "Asia/Tokyo")).date == dt.date(2027, 3, 29)


def test_the_week_begins_where_its_person_says() -> None:
    sunday = Moment(NOON.now, "Europe/Berlin", week_start=6)

    assert read("Plan next week").date == dt.date(2026, 11, 23)
    assert read("Plan next week", sunday).date == dt.date(2026, 11, 22)
