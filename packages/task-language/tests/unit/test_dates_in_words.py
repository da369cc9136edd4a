"""Dates and times as people write them, read beside a title."""

from __future__ import annotations

import datetime as dt

import pytest
from task_language import Moment, parse

# Saturday, noon in Berlin.
NOON = Moment(dt.datetime(2026, 11, 21, 11, 0, tzinfo=dt.UTC), "Europe/Berlin")


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        # Counted from now.
        ("in 3 days", "2026-11-24"),
        ("in a fortnight", "2026-12-05"),
        ("in twenty-one days", "2026-12-12"),
        ("within two weeks", "2026-12-05"),
        ("within a couple of days", "2026-11-23"),
        ("in a quarter of an hour", "2026-11-21T12:15"),
        ("in an hour and a half", "2026-11-21T13:30"),
        ("in 2.5 hours", "2026-11-21T14:30"),
        ("in 1d 2h 5min", "2026-11-22T14:05"),
        ("+90min", "2026-11-21T13:30"),
        ("3 weeks hence", "2026-12-12"),
        ("in 3 days at 9", "2026-11-24T09:00"),
        ("a week from tomorrow", "2026-11-29"),
        ("2 days after next friday", "2026-11-29"),
        ("a week before christmas", "2026-12-18"),
        ("3 fridays from now", "2026-12-11"),
        ("a week on friday", "2026-12-04"),
        # Weekdays.
        ("friday", "2026-11-27"),
        ("this friday", "2026-11-27"),
        ("next friday", "2026-11-27"),
        ("the following tuesday", "2026-11-24"),
        ("wednesday after next", "2026-12-02"),
        ("on tuesday, next week", "2026-11-24"),
        ("next week wednesday", "2026-11-25"),
        ("thursday of next week", "2026-11-26"),
        ("mon 30 nov", "2026-11-30"),
        ("sun the 13th", "2026-12-13"),
        ("friday the 13th", "2027-08-13"),
        ("on the weekend", "2026-11-21"),
        ("next weekend", "2026-11-28"),
        # Written out.
        ("on the 3rd", "2026-12-03"),
        ("3rd of march", "2027-03-03"),
        ("march 3 2027", "2027-03-03"),
        ("the third of march", "2027-03-03"),
        ("march twenty-third", "2027-03-23"),
        ("4dec", "2026-12-04"),
        ("dec. 4th, 2028", "2028-12-04"),
        ("on 3/4", "2027-03-04"),
        ("due 24/12", "2026-12-24"),
        ("3/4/2027", "2027-03-04"),
        ("04.03.2027", "2027-03-04"),
        ("2027/mar/04", "2027-03-04"),
        ("4-mar-2027", "2027-03-04"),
        ("2027-03-04T17:00", "2027-03-04T17:00"),
        ("by christmas", "2026-12-25"),
        ("on easter monday", "2027-03-29"),
        # In months, weeks and years.
        ("at the end of the month", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("by end of week", "2026-11-22"),
        ("mid january", "2027-01-15"),
        ("at the beginning of april", "2027-04-01"),
        ("first monday of may", "2027-05-03"),
        ("on the last friday in january 2028", "2028-01-28"),
        ("last day of february", "2027-02-28"),
        ("on the last workday of january", "2027-01-29"),
        ("2nd to last day of may", "2027-05-30"),
        ("on the 20th of next month", "2026-12-20"),
        ("next quarter", "2027-01-01"),
        ("next march", "2027-03-01"),
        ("by eod", "2026-11-21"),
        ("eod friday", "2026-11-27"),
        # Times.
        ("tonight", "2026-11-21T20:00"),
        ("tonight at 9", "2026-11-21T21:00"),
        ("tonight at 2", "2026-11-22T02:00"),
        ("at noon", "2026-11-22T12:00"),
        ("at midnight", "2026-11-22T00:00"),
        ("at 5", "2026-11-21T17:00"),
        ("at 1730", "2026-11-21T17:30"),
        ("5pm tomorrow", "2026-11-22T17:00"),
        ("half past 3", "2026-11-21T15:30"),
        ("at a quarter to nine on friday", "2026-11-27T08:45"),
        ("20 minutes to 2pm tomorrow", "2026-11-22T13:40"),
        ("at ten thirty on monday", "2026-11-23T10:30"),
        ("at seven p.m. on monday", "2026-11-23T19:00"),
        ("tomorrow 19h30", "2026-11-22T19:30"),
        ("tomorrow 7:15:30", "2026-11-22T07:15:30"),
        ("monday morning at 9", "2026-11-23T09:00"),
        ("on monday at 8 in the evening", "2026-11-23T20:00"),
        ("on monday in the early morning at 6", "2026-11-23T06:00"),
        ("this afternoon at 4", "2026-11-21T16:00"),
        # The past, where it is told.
        ("due 2 days ago", "2026-11-19"),
        ("due last friday", "2026-11-20"),
        ("due the day before yesterday", "2026-11-19"),
    ],
)
def test_a_phrase_is_the_due_of_its_task(phrase: str, due: str) -> None:
    for line, title in ((f"Pay rent {phrase}", "Pay rent"), (f"Pay rent {phrase}!", "Pay rent"), (phrase, "")):
        draft = parse(line, NOON)
        assert draft.date is not None, line
        said = draft.date.isoformat() + (f"T{draft.time.isoformat()}".removesuffix(":00") if draft.time else "")
        assert (draft.title, said) == (title, due), line


@pytest.mark.parametrize(
    ("phrase", "due", "zone"),
    [
        ("at 17:00 Europe/London", "2026-11-21T17:00", "Europe/London"),
        ("tomorrow at 9am new york time", "2026-11-22T09:00", "America/New_York"),
        ("tomorrow at 8 UTC", "2026-11-22T08:00", "UTC"),
        ("at 6am Tokyo time", "2026-11-22T06:00", "Asia/Tokyo"),
    ],
)
def test_a_zone_is_that_of_the_task(phrase: str, due: str, zone: str) -> None:
    draft = parse(f"Call Ada {phrase}", NOON)

    assert draft.date is not None
    assert draft.time is not None
    assert (draft.title, dt.datetime.combine(draft.date, draft.time).isoformat("T", "minutes"), draft.zone) == (
        "Call Ada",
        due,
        zone,
    )


def test_who_writes_the_day_first_is_read_so() -> None:
    british = Moment(NOON.now, "Europe/London", day_first=True)

    assert parse("Pay rent on 3/4", british).date == dt.date(2027, 4, 3)
    assert parse("Pay rent on 12/24", british).date == dt.date(2026, 12, 24), "there is no month 24"
    assert parse("Pay rent every 3/4", british).rrule == "FREQ=YEARLY;BYMONTHDAY=3;BYMONTH=4"


def test_the_weekend_is_not_over_on_its_sunday() -> None:
    sunday = Moment(dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC), "Europe/Berlin")

    assert parse("Rest this weekend", sunday).date == dt.date(2026, 11, 22)
    assert parse("Rest next weekend", sunday).date == dt.date(2026, 11, 28)


def test_a_feast_that_has_been_is_counted_from() -> None:
    december = Moment(dt.datetime(2026, 12, 27, 11, 0, tzinfo=dt.UTC), "Europe/Berlin")

    assert parse("Return it a week after christmas", december).date == dt.date(2027, 1, 1)
    assert parse("Return it a week after christmas", NOON).date == dt.date(2027, 1, 1)
