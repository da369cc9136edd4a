"""Rules come from strangers: what is accepted, what is refused, with which code, and that refusing is quick."""

from __future__ import annotations

import datetime as dt

import pytest
from recurrence_rules import Frequency, RecurrenceError, Rule, Skip, Start, Weekday, check, errors, parse_rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=DAILY", Rule(Frequency.DAILY)),
        ("rrule:freq=weekly;interval=2;byday=fr,mo;wkst=su",
         Rule(Frequency.WEEKLY, 2, weekdays=(Weekday(0), Weekday(4)), week_start=6)),
        ("FREQ=MONTHLY;BYDAY=-1FR", Rule(Frequency.MONTHLY, weekdays=(Weekday(4, -1),))),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,15", Rule(Frequency.MONTHLY, month_days=(-1, 15))),
        ("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD",
         Rule(Frequency.MONTHLY, month_days=(31,), skip=Skip.BACKWARD)),
        ("FREQ=YEARLY;BYYEARDAY=-1,+100;BYWEEKNO=53;BYSETPOS=-1",
         Rule(Frequency.YEARLY, year_days=(-1, 100), week_numbers=(53,), positions=(-1,))),
        ("FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=FORWARD", Rule(Frequency.MONTHLY, skip=Skip.FORWARD)),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=5",
         Rule(Frequency.YEARLY, months=(2,), month_days=(29,), count=5)),
        ("FREQ=DAILY;UNTIL=20261231", Rule(Frequency.DAILY, until=dt.date(2026, 12, 31))),
        ("FREQ=DAILY;UNTIL=20261231T220000Z",
         Rule(Frequency.DAILY, until=dt.datetime(2026, 12, 31, 22, tzinfo=dt.UTC))),
    ],
)  # fmt: skip
def test_a_rule_is_read(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "rule_malformed"),
        ("every day", "rule_malformed"),
        ("INTERVAL=2", "rule_malformed"),
        ("FREQ=DAILY\nRRULE:FREQ=WEEKLY", "rule_malformed"),
        ("FREQ=DAILY;;COUNT=1", "rule_malformed"),
        ("FREQ=DAILY;COUNT=\u0661", "rule_malformed"),
        ("FREQ=DAILY;" + "X" * 200, "rule_too_long"),
        ("FREQ=DAILY;FREQ=WEEKLY", "rule_part_repeated"),
        ("FREQ=DAILY;FROM=COMPLETION", "rule_part_unknown"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "rule_position_malformed"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", "rule_position_malformed"),
        ("FREQ=YEARLY;BYWEEKNO=54", "rule_week_number_malformed"),
        ("FREQ=YEARLY;BYWEEKNO=0", "rule_week_number_malformed"),
        ("FREQ=MONTHLY;BYWEEKNO=20", "rule_part_unsupported"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "rule_part_unsupported"),
        ("FREQ=YEARLY;BYYEARDAY=367", "rule_year_day_malformed"),
        ("FREQ=YEARLY;BYYEARDAY=-0", "rule_year_day_malformed"),
        ("FREQ=MONTHLY;BYYEARDAY=20", "rule_part_unsupported"),
        ("FREQ=DAILY;BYHOUR=9", "rule_part_unsupported"),
        ("FREQ=YEARLY;BYYEARDAY=366;BYDAY=MO;RSCALE=GREGORIAN;SKIP=FORWARD", "rule_part_unsupported"),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;RSCALE=GREGORIAN;SKIP=BACKWARD", "rule_part_unsupported"),
        ("FREQ=YEARLY;BYMONTHDAY=1", "rule_part_unsupported"),
        ("FREQ=YEARLY;BYDAY=54MO", "rule_weekday_malformed"),
        ("FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR", "rule_part_unsupported"),
        ("FREQ=WEEKLY;BYDAY=1MO", "rule_part_unsupported"),
        ("FREQ=HOURLY;BYDAY=MO", "rule_part_unsupported"),
        ("FREQ=HOURLY;BYSETPOS=1", "rule_part_unsupported"),
        ("FREQ=MINUTELY", "rule_frequency_unsupported"),
        ("FREQ=SECONDLY", "rule_frequency_unsupported"),
        ("FREQ=DAILY;INTERVAL=0", "rule_interval_out_of_range"),
        ("FREQ=DAILY;INTERVAL=-1", "rule_interval_out_of_range"),
        ("FREQ=DAILY;INTERVAL=1000", "rule_interval_out_of_range"),
        ("FREQ=DAILY;INTERVAL=99999999999", "rule_interval_out_of_range"),
        ("FREQ=DAILY;COUNT=0", "rule_count_out_of_range"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "rule_count_with_until"),
        ("FREQ=DAILY;UNTIL=20260230", "rule_until_malformed"),
        ("FREQ=DAILY;UNTIL=2026-02-20", "rule_until_malformed"),
        ("FREQ=WEEKLY;BYDAY=XX", "rule_weekday_malformed"),
        ("FREQ=MONTHLY;BYDAY=6MO", "rule_date_impossible"),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=6MO,-7TU", "rule_date_impossible"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3,-4", "rule_date_impossible"),
        ("FREQ=DAILY;BYSETPOS=2", "rule_date_impossible"),
        ("FREQ=MONTHLY;BYDAY=0MO", "rule_weekday_malformed"),
        ("FREQ=DAILY;WKST=8", "rule_weekday_malformed"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "rule_month_day_malformed"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "rule_month_day_malformed"),
        ("FREQ=YEARLY;BYMONTH=13", "rule_month_malformed"),
        ("FREQ=YEARLY;BYMONTH=-1", "rule_month_malformed"),
        ("FREQ=MONTHLY;SKIP=BACKWARD", "rule_skip_malformed"),
        ("FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=SIDEWAYS", "rule_skip_malformed"),
        ("FREQ=MONTHLY;RSCALE=CHINESE", "rule_part_unsupported"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rule_date_impossible"),
        ("FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31", "rule_date_impossible"),
    ],
)
def test_a_rule_is_refused_with_its_case(text: str, code: str) -> None:
    with pytest.raises(RecurrenceError) as caught:
        parse_rule(text)
    assert caught.value.code == code
    assert str(caught.value)


def test_every_case_has_its_own_code_and_a_message() -> None:
    cases = RecurrenceError.__subclasses__()
    assert len({case.code for case in cases}) == len(cases)
    assert all(case.__doc__ and case.__doc__.strip().endswith(".") for case in cases)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;BYMONTHDAY=29",  # from a start in March: never
        "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31;BYMONTH=12",  # from a start in March: never
        "FREQ=DAILY;UNTIL=20200101",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=YEARLY;BYMONTH=6;BYWEEKNO=1",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
        "FREQ=DAILY;INTERVAL=14;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;INTERVAL=3",
    ],
)
def test_a_rule_without_an_occurrence_is_refused_in_a_bounded_number_of_steps(text: str) -> None:
    with pytest.raises(errors.NoOccurrence):
        check(parse_rule(text), Start(dt.date(2026, 3, 1), dt.time(9), "UTC"))


def test_a_leap_day_from_any_start_is_an_occurrence() -> None:
    for year in (1896, 2026, 2027, 2096):
        check(parse_rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), Start(dt.date(year, 3, 1), None, "UTC"))


def test_an_until_before_the_first_date_is_named() -> None:
    start = Start(dt.date(2030, 1, 1), None, "UTC")
    with pytest.raises(errors.NoOccurrence, match="UNTIL is before the first, 2030-01-07"):
        check(parse_rule("FREQ=WEEKLY;BYDAY=MO;UNTIL=20300106"), start)
    with pytest.raises(errors.NoOccurrence, match=r"start\.$"):
        check(parse_rule("FREQ=YEARLY;INTERVAL=999;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;UNTIL=20300106"), start)
