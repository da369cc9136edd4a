"""Holidays: a date on one is skipped, or kept on the last workday before or the first after, once and in order."""

# ruff: noqa: E501 - tables read best with one case a line
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_rules import (
    Closed,
    DaysOff,
    Ended,
    Next,
    Start,
    next_occurrence,
    occurrence_of,
    occurrences,
    parse_rule,
    preview,
    wall_of,
)

BERLIN = "Europe/Berlin"
WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
Policy = Literal["skip", "before", "after"]


@dataclass(frozen=True)
class Days:
    """Holidays as a set; Monday to Friday are worked."""

    holidays: frozenset[dt.date]

    def is_holiday(self, date: dt.date, /) -> bool:
        return date in self.holidays

    def is_workday(self, date: dt.date, /) -> bool:
        return date.weekday() < 5

    def between(self, first: dt.date, last: dt.date, /) -> list[dt.date]:
        return [day for day in self.holidays if first <= day <= last]


EASTER = Days(
    frozenset(map(dt.date.fromisoformat, ["2026-01-01", "2026-04-03", "2026-04-06", "2026-12-25", "2027-01-01"]))
)


def start(text: str) -> Start:
    wall = dt.datetime.fromisoformat(text)
    return Start(wall.date(), wall.time() if "T" in text else None, BERLIN)


def days(policy: Policy, holidays: Days = EASTER) -> DaysOff:
    return DaysOff(holidays, policy)


@pytest.mark.parametrize(
    ("text", "begin", "skip", "before", "after"),
    [
        # moved, under the key of its own date
        ("FREQ=WEEKLY;BYDAY=FR", "2026-03-27", "03-27 04-10 04-17", "03-27 04-02 04-10", "03-27 04-07 04-10"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "2025-12-01", "12-01 02-01 03-01", "12-01 12-31 02-01", "12-01 01-02 02-01"),
        # the neighbour serves for both
        (WORKDAYS, "2026-04-02", "04-02 04-07 04-08", "04-02 04-07 04-08", "04-02 04-07 04-08"),
        ("FREQ=DAILY", "2026-04-02", "04-02 04-04 04-05", "04-02 04-04 04-05", "04-02 04-04 04-05"),
        ("FREQ=MONTHLY;BYMONTHDAY=3,6", "2026-04-01", "05-03 05-06 06-03", "04-02 05-03 05-06", "04-07 05-03 05-06"),
        # the last workday, and the first
        (WORKDAYS.replace("WEEKLY", "MONTHLY") + ";BYSETPOS=1", "2026-12-01", "12-01 02-01 03-01", "12-01 12-31 02-01", "12-01 01-04 02-01"),
        ("FREQ=MONTHLY;COUNT=2;BYMONTHDAY=25", "2026-12-01", "01-25", "12-24 01-25", "12-28 01-25"),
    ],
)  # fmt: skip
def test_a_date_on_a_holiday(text: str, begin: str, skip: str, before: str, after: str) -> None:
    policies: list[tuple[Policy, str]] = [("skip", skip), ("before", before), ("after", after)]
    for policy, expected in policies:
        found = preview(parse_rule(text), start(begin), 3, days_off=days(policy))
        assert [f"{one.date:%m-%d}" for one in found] == expected.split(), policy


def test_the_key_stays_and_names_the_day_to_which_it_was_moved() -> None:
    rule, begin, off = parse_rule("FREQ=WEEKLY"), start("2026-04-03T09:00"), days("after")
    first = next(occurrences(rule, begin, days_off=off))
    assert (first.key, first.date, first.time) == ("2026-04-03T09:00:00", dt.date(2026, 4, 7), dt.time(9))
    assert occurrence_of(rule, begin, first.key, days_off=off) == first


def test_what_was_moved_past_the_closing_instant_is_still_to_come() -> None:
    easter_sunday = dt.datetime(2026, 4, 5, 12, tzinfo=dt.UTC)
    closed = Closed("2026-03-27T09:00:00", easter_sunday, BERLIN)
    found = next_occurrence(parse_rule("FREQ=WEEKLY"), start("2026-03-27T09:00"), closed, days_off=days("after"))
    assert isinstance(found, Next)
    assert (found.key, found.date, found.passed_over) == ("2026-04-03T09:00:00", dt.date(2026, 4, 7), 0)


TEXTS = [
    WORKDAYS, "FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=WEEKLY;BYDAY=FR,SU", "FREQ=MONTHLY;BYMONTHDAY=-1,1",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1", "FREQ=DAILY;COUNT=40", "FREQ=HOURLY;INTERVAL=5",
]  # fmt: skip


@settings(deadline=None)
@given(
    st.sampled_from(TEXTS), st.sampled_from(["skip", "before", "after"]), st.frozensets(st.integers(0, 120), max_size=30),
    st.sampled_from([dt.time(9), None]), st.integers(0, 80),
)  # fmt: skip
def test_in_order_never_on_a_holiday_and_next_of_next_is_the_list(
    text: str, policy: Policy, holidays: frozenset[int], time: dt.time | None, late: int
) -> None:
    first = dt.date(2026, 1, 1)
    off = days(policy, Days(frozenset(first + dt.timedelta(days=day) for day in holidays)))
    rule, begin = parse_rule(text), Start(first, dt.time(9) if "HOURLY" in text else time, BERLIN)
    listed = list(islice(occurrences(rule, begin, days_off=off), 25))
    assert all(a.key < b.key and a.at < b.at for a, b in pairwise(listed))
    assert not any(off.calendar.is_holiday(one.date) for one in listed)
    for one, following in pairwise(listed):
        found = next_occurrence(rule, begin, Closed(one.key, one.at, BERLIN), days_off=off)
        assert isinstance(found, Next)
        assert (found.key, found.at, found.date, found.passed_over) == (following.key, following.at, following.date, 0)
    if listed:
        closed_at = listed[0].at + dt.timedelta(days=late, hours=1)
        found = next_occurrence(rule, begin, Closed(listed[0].key, closed_at, BERLIN), days_off=off)
        everything = list(islice(occurrences(rule, begin, days_off=off), 500))
        closing_day = wall_of(closed_at, BERLIN).date()
        later = [one for one in everything if (one.at > closed_at if begin.time else one.date > closing_day)]
        if later:
            assert isinstance(found, Next)
            assert (found.key, found.passed_over) == (later[0].key, everything.index(later[0]) - 1)
        else:
            assert isinstance(found, Ended)


@pytest.mark.parametrize(
    ("policy", "expected"), [("skip", "2026-04-04"), ("before", "2026-04-04"), ("after", "2026-04-07")]
)
def test_after_completion(policy: Policy, expected: str) -> None:
    closed = Closed("2026-04-01", dt.datetime(2026, 4, 2, 12, tzinfo=dt.UTC), BERLIN)
    found = next_occurrence(
        parse_rule("FREQ=DAILY"), start("2026-04-01"), closed, anchor="completion", days_off=days(policy)
    )
    assert isinstance(found, Next)
    assert found.passed_over == 0
    assert found.date.isoformat() == expected, "strictly after the closing day, so not before the holiday on that day"


def test_a_rule_of_holidays_alone_comes_to_an_end() -> None:
    class Always:
        asked = 0

        def is_holiday(self, date: dt.date, /) -> bool:
            self.asked += 1
            return True

        def is_workday(self, date: dt.date, /) -> bool:
            return False

        def between(self, first: dt.date, last: dt.date, /) -> list[dt.date]:
            return [dt.date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]

    policies: list[Policy] = ["skip", "before", "after"]
    for policy in policies:
        for text in ("FREQ=DAILY", "FREQ=YEARLY", "FREQ=HOURLY"):
            always = Always()
            off = DaysOff(always, policy)
            rule, begin = parse_rule(text), start("2026-01-01T09:00")
            assert list(occurrences(rule, begin, days_off=off)) == []
            closed = Closed("2026-01-01T09:00:00", dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC), BERLIN)
            assert next_occurrence(rule, begin, closed, days_off=off) == Ended("until")
            assert always.asked < 5000


@pytest.mark.parametrize("time", ["", "T09:00"])
def test_an_extra_date_on_a_holiday_stands_in_the_list_and_in_what_comes_next(time: str) -> None:
    """The rule's own date of Good Friday is skipped; somebody names that very day."""
    rule, begin, off = parse_rule(WORKDAYS), start(f"2026-04-01{time}"), days("skip")
    listed = occurrences(rule, begin, rdates=["2026-04-03"], days_off=off)
    assert [one.date.day for one in islice(listed, 4)] == [1, 2, 3, 7]
    keys = {day: f"2026-04-{day:02}{time and 'T09:00:00'}" for day in (2, 7)}
    for missed, expected in (("each", (3, 0)), ("next", (7, 1))):
        done = Closed(keys[2], dt.datetime(2026, 4, 6, 12, tzinfo=dt.UTC), BERLIN)
        found = next_occurrence(rule, begin, done, missed=missed, rdates=["2026-04-03"], days_off=off)
        assert isinstance(found, Next)
        assert (found.date.day, found.passed_over) == expected


@pytest.mark.parametrize("end", ["UNTIL=20260404", "COUNT=2"])
def test_a_date_after_the_end_serves_for_nothing(end: str) -> None:
    """Good Friday moves to Tuesday: Easter Sunday would lie on the way, but the rule has come to its end by then."""
    rule, begin, off = parse_rule(f"FREQ=DAILY;INTERVAL=2;{end}"), start("2026-04-01T09:00"), days("after")
    assert [one.date for one in occurrences(rule, begin, days_off=off)] == [dt.date(2026, 4, 1), dt.date(2026, 4, 7)]
    done = Closed("2026-04-01T09:00:00", dt.datetime(2026, 4, 1, 8, tzinfo=dt.UTC), BERLIN)
    found = next_occurrence(rule, begin, done, days_off=off)
    assert isinstance(found, Next)
    assert (found.key, found.date) == ("2026-04-03T09:00:00", dt.date(2026, 4, 7))
    assert occurrence_of(rule, begin, found.key, days_off=off).date == found.date
    goes_on = parse_rule("FREQ=DAILY;INTERVAL=2")
    assert [one.key[8:10] for one in islice(occurrences(goes_on, begin, days_off=off), 3)] == ["01", "05", "07"]


@pytest.mark.parametrize(
    ("policy", "single"), [("after", "2026-12-26"), ("after", "2026-12-28"), ("before", "2026-12-24")]
)
def test_an_extra_date_where_a_holiday_moves_one_to_serves_for_both(policy: Policy, single: str) -> None:
    """Christmas Day would be kept around the extra date: one of the two was lost when they came in the other's order."""
    rule, begin, off = parse_rule("FREQ=WEEKLY"), start("2026-12-18T09:00"), days(policy)
    listed = [one.date.isoformat() for one in islice(occurrences(rule, begin, rdates=[single], days_off=off), 3)]
    assert listed[:2] == ["2026-12-18", single]
    done = Closed("2026-12-18T09:00:00", dt.datetime(2026, 12, 18, 9, tzinfo=dt.UTC), BERLIN)
    for expected in listed[1:]:
        found = next_occurrence(rule, begin, done, rdates=[single], days_off=off)
        assert isinstance(found, Next)
        assert (found.date.isoformat(), found.passed_over) == (expected, 0)
        done = Closed(found.key, found.at, BERLIN)


def test_an_extra_date_on_a_holiday_is_kept_on_its_own_day() -> None:
    begin, off = start("2026-12-18T09:00"), days("before")
    assert occurrence_of(parse_rule("FREQ=WEEKLY"), begin, "2026-12-25T09:00:00", days_off=off).date.day == 24
    assert occurrence_of(parse_rule("FREQ=WEEKLY"), begin, "2026-12-25T10:00:00", days_off=off).date.day == 25
    assert occurrence_of(parse_rule("FREQ=DAILY;INTERVAL=2"), begin, "2026-12-25T09:00:00", days_off=off).date.day == 25
