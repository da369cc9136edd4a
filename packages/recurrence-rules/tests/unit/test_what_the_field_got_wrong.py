"""Faults that other products had for years, each named by what it did to people. None may come back here."""

from __future__ import annotations

import datetime as dt
from itertools import islice, pairwise

import pytest
from recurrence_rules import Closed, Next, RecurrenceError, Start, next_occurrence, occurrences, parse_rule

BERLIN, NEW_YORK, AUCKLAND = "Europe/Berlin", "America/New_York", "Pacific/Auckland"
MONTH_END = "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=31"


def lived(text: str, start: Start, count: int) -> list[dt.date]:
    """Complete occurrence after occurrence, each on its day, and return the dates that came."""
    rule, found = parse_rule(text), [start.date]
    first = next(occurrences(rule, start))
    key, at = first.key, first.at
    for number in range(1, count):
        following = next_occurrence(rule, start, Closed(key, at, start.zone, number))
        assert isinstance(following, Next)
        found.append(following.date)
        key, at = following.key, following.at
    return found


def test_month_end_drift_the_31st_stays_the_31st_after_a_february() -> None:
    days = [date.day for date in lived(MONTH_END, Start(dt.date(2026, 1, 31), None, BERLIN), 14)]
    assert days == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28]


def test_month_end_drift_february_29_comes_back_in_the_next_leap_year() -> None:
    text = "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD;BYMONTH=2;BYMONTHDAY=29"
    found = lived(text, Start(dt.date(2024, 2, 29), dt.time(9), BERLIN), 5)
    assert [date.day for date in found] == [29, 28, 28, 28, 29]


def test_seconds_for_months_a_month_is_not_thirty_days() -> None:
    found = lived("FREQ=MONTHLY", Start(dt.date(2026, 1, 15), dt.time(9), BERLIN), 13)
    assert {date.day for date in found} == {15}
    assert {(later - earlier).days for earlier, later in pairwise(found)} == {28, 30, 31}


def test_seconds_for_days_nine_o_clock_stays_nine_o_clock_when_clocks_change() -> None:
    begin = Start(dt.date(2026, 3, 27), dt.time(9), BERLIN)
    instants = [one.at for one in islice(occurrences(parse_rule("FREQ=DAILY"), begin), 4)]
    assert [(later - earlier) / dt.timedelta(hours=1) for earlier, later in pairwise(instants)] == [24, 23, 24]


def test_overdue_chains_one_completion_is_enough_after_months_away() -> None:
    begin = Start(dt.date(2026, 1, 5), dt.time(9), BERLIN)
    back = dt.datetime(2026, 6, 17, 10, tzinfo=dt.UTC)
    found = next_occurrence(parse_rule("FREQ=WEEKLY"), begin, Closed("2026-01-05T09:00:00", back, BERLIN))
    assert isinstance(found, Next)
    assert (found.date, found.passed_over) == (dt.date(2026, 6, 22), 23)
    assert found.at > back


@pytest.mark.parametrize(
    ("zone", "closed_at", "expected"),
    [
        # 22:30 on the 4th in New York is the 5th in UTC; 09:00 on the 5th in Auckland is the 4th in UTC.
        (NEW_YORK, "2026-05-05T02:30Z", dt.date(2026, 5, 7)),
        (AUCKLAND, "2026-05-04T21:00Z", dt.date(2026, 5, 8)),
    ],
)
def test_completion_in_utc_the_day_of_a_completion_is_the_persons(zone: str, closed_at: str, expected: dt.date) -> None:
    closed = Closed("2026-05-01", dt.datetime.fromisoformat(closed_at), zone)
    found = next_occurrence(
        parse_rule("FREQ=DAILY;INTERVAL=3"), Start(dt.date(2026, 5, 1), None, zone), closed, anchor="completion"
    )
    assert isinstance(found, Next)
    assert found.date == expected


@pytest.mark.parametrize("text", ["every blue moon", "FREQ=FORTNIGHTLY", "FREQ=MONTHLY;BYMOON=1", "2592000"])
def test_an_unknown_rule_does_not_silently_become_daily(text: str) -> None:
    with pytest.raises(RecurrenceError):
        parse_rule(text)
