"""The next occurrence: measured from the closing instant, without drift, at a cost that does not grow with age."""

# ruff: noqa: E501 - tables read best with one case a line
from __future__ import annotations

import datetime as dt
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_rules import Closed, Ended, Next, Start, next_occurrence, occurrences, parse_rule
from recurrence_rules.grid import Steps, grid_of

BERLIN = "Europe/Berlin"


def following(
    text: str,
    start: str,
    key: str,
    closed_at: str,
    *,
    number: int = 1,
    day_zone: str = BERLIN,
    due: str | None = None,
    **policy: object,
) -> Next | Ended:
    wall = dt.datetime.fromisoformat(start)
    begin = Start(wall.date(), wall.time() if "T" in start else None, BERLIN)
    instant = dt.datetime.fromisoformat(closed_at).astimezone(dt.UTC)
    postponed = dt.date.fromisoformat(due) if due else None
    return next_occurrence(parse_rule(text), begin, Closed(key, instant, day_zone, number, postponed), **policy)


def outcome(result: Next | Ended) -> tuple[str, int]:
    return (result.key, result.passed_over) if isinstance(result, Next) else (result.reason, 0)


@pytest.mark.parametrize(
    ("text", "start", "key", "closed_at", "expected"),
    [
        # in time, early, late: the first that is still to come, and how many it passed over
        ("FREQ=DAILY", "2026-05-01T09:00", "2026-05-01T09:00:00", "2026-05-01T08:00+02:00", ("2026-05-02T09:00:00", 0)),
        ("FREQ=DAILY", "2026-05-01T09:00", "2026-05-04T09:00:00", "2026-05-01T08:00+02:00", ("2026-05-05T09:00:00", 0)),
        ("FREQ=DAILY", "2026-05-01T09:00", "2026-05-01T09:00:00", "2026-05-04T08:59+02:00", ("2026-05-04T09:00:00", 2)),
        ("FREQ=DAILY", "2026-05-01T09:00", "2026-05-01T09:00:00", "2026-05-04T09:00+02:00", ("2026-05-05T09:00:00", 3)),
        # date-only: after the closing day, in the person's zone (23:30 UTC is the 5th in Berlin)
        ("FREQ=DAILY", "2026-05-01", "2026-05-01", "2026-05-04T08:00+02:00", ("2026-05-05", 3)),
        ("FREQ=DAILY", "2026-05-01", "2026-05-01", "2026-05-04T23:30+00:00", ("2026-05-06", 4)),
        ("FREQ=MONTHLY", "2026-01-31", "2026-01-31", "2026-02-01T12:00+01:00", ("2026-03-31", 0)),
        ("FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD", "2026-01-31", "2026-02-28", "2026-02-28T12:00+01:00", ("2026-03-31", 0)),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-05-01", "2026-05-01", "2026-05-20T12:00+02:00", ("2026-05-29", 1)),
        # COUNT counts those passed over; UNTIL is the last
        ("FREQ=DAILY;COUNT=3", "2026-05-01", "2026-05-01", "2026-05-02T12:00+02:00", ("2026-05-03", 1)),
        ("FREQ=DAILY;COUNT=3", "2026-05-01", "2026-05-01", "2026-05-03T12:00+02:00", ("count", 0)),
        ("FREQ=DAILY;UNTIL=20260503", "2026-05-01", "2026-05-02", "2026-05-02T12:00+02:00", ("2026-05-03", 0)),
        ("FREQ=DAILY;UNTIL=20260503", "2026-05-01", "2026-05-03", "2026-05-03T12:00+02:00", ("until", 0)),
        ("FREQ=YEARLY;INTERVAL=999", "9001-05-01", "9001-05-01", "9001-05-03T12:00+02:00", ("until", 0)),
    ],
)  # fmt: skip
def test_on_schedule(text: str, start: str, key: str, closed_at: str, expected: tuple[str, int]) -> None:
    assert outcome(following(text, start, key, closed_at)) == expected


def test_each_gives_the_very_next_even_if_it_is_past() -> None:
    result = following("FREQ=DAILY", "2026-05-01", "2026-05-01", "2027-01-01T00:00+01:00", missed="each")
    assert outcome(result) == ("2026-05-02", 0)


def test_the_grid_survives_a_key_off_it_and_clock_changes() -> None:
    assert outcome(following("FREQ=DAILY;INTERVAL=3", "2026-03-27T09:00", "2026-03-28T12:00:00", "2026-03-28T13:00+01:00")) == (
        "2026-03-30T09:00:00", 0,
    )  # fmt: skip
    result = following("FREQ=DAILY", "2026-03-01T02:30", "2026-03-28T02:30:00", "2026-03-28T10:00+01:00")
    assert isinstance(result, Next)
    assert (result.key, result.time) == ("2026-03-29T02:30:00", dt.time(3, 30))
    assert result.at == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)


def test_a_day_that_was_done_does_not_come_again_when_the_series_moves_to_a_later_hour() -> None:
    rule, start, done_at = "FREQ=DAILY", "2026-04-01T18:00", "2026-05-01T05:00+02:00"
    for key, missed in (("2026-05-01T06:00:00", "next"), ("2026-05-01T06:00:00", "each"), ("2026-05-01", "next")):
        assert outcome(following(rule, start, key, done_at, missed=missed)) == ("2026-05-02T18:00:00", 0)
    # An extra date of that day has the day's own occurrence still before it.
    extra = following(rule, start, "2026-05-01T06:00:00", done_at, rdates=["2026-05-01T06:00"])
    assert outcome(extra) == ("2026-05-01T18:00:00", 0)


def test_exceptions_are_no_occurrences_and_are_not_counted_as_passed_over() -> None:
    result = following(
        "FREQ=DAILY", "2026-05-01", "2026-05-01", "2026-05-04T12:00+02:00", exdates=["2026-05-03", "2026-05-05"]
    )
    assert outcome(result) == ("2026-05-06", 2)
    result = following(
        "FREQ=WEEKLY", "2026-05-01T09:00", "2026-05-01T09:00:00", "2026-05-04T12:00+02:00",
        rdates=["2026-05-03T10:00", "2026-05-05T10:00"],
    )  # fmt: skip
    assert outcome(result) == ("2026-05-05T10:00:00", 1)


@pytest.mark.parametrize("end", ["COUNT=3", "UNTIL=20260503"])
@pytest.mark.parametrize("closed_at", ["2026-05-03T12:00+02:00", "2026-05-20T12:00+02:00"])
def test_nothing_is_passed_over_between_the_end_of_a_rule_and_an_extra_date_after_it(end: str, closed_at: str) -> None:
    passed = {key: 3 - int(key[9:]) for key in ("2026-05-01", "2026-05-03")}
    for key, over in passed.items():
        result = following(f"FREQ=DAILY;{end}", "2026-05-01", key, closed_at, rdates=["2026-05-30"])
        assert outcome(result) == ("2026-05-30", over)
        timed = following(f"FREQ=HOURLY;INTERVAL=24;{end}", "2026-05-01T09:00", f"{key}T09:00:00", closed_at,
                          rdates=["2026-05-30T10:00"])  # fmt: skip
        assert outcome(timed) == ("2026-05-30T10:00:00", over)
        # An extra date on the way is passed over itself, though the rule would have had it.
        result = following(f"FREQ=DAILY;{end}", "2026-05-01", key, "2026-05-20T12:00+02:00",
                           rdates=["2026-05-10", "2026-05-30"])  # fmt: skip
        assert outcome(result) == ("2026-05-30", over + 1)


@pytest.mark.parametrize(
    ("text", "start", "key", "closed_at", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-05-01T09:00", "2026-05-01T09:00:00", "2026-05-10T22:00+02:00", "2026-05-13T09:00:00"),
        # early: strictly after this occurrence's own date, so never the very same one again
        ("FREQ=DAILY;INTERVAL=3", "2026-05-01", "2026-05-10", "2026-05-08T12:00+02:00", "2026-05-11"),
        ("FREQ=DAILY", "2026-05-01", "2026-05-10", "2026-05-08T12:00+02:00", "2026-05-11"),
        ("FREQ=MONTHLY", "2026-01-15", "2026-01-15", "2026-01-31T12:00+01:00", "2026-02-28"),
        ("FREQ=YEARLY", "2024-02-01", "2024-02-01", "2024-02-29T12:00+01:00", "2025-02-28"),
        ("FREQ=WEEKLY", "2026-05-01", "2026-05-01", "2026-05-06T12:00+02:00", "2026-05-13"),
        # named days: the first of them after INTERVAL - 1 periods
        ("FREQ=WEEKLY;BYDAY=MO,WE", "2026-05-04", "2026-05-04", "2026-05-07T12:00+02:00", "2026-05-11"),
        ("FREQ=WEEKLY;BYDAY=MO,WE", "2026-05-04", "2026-05-06", "2026-05-04T12:00+02:00", "2026-05-11"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1SU", "2026-01-04", "2026-01-04", "2026-01-10T12:00+01:00", "2026-04-05"),
        ("FREQ=YEARLY;BYMONTH=4", "2026-04-15", "2026-04-15", "2026-06-01T12:00+02:00", "2027-04-15"),
        ("FREQ=DAILY;UNTIL=20260512", "2026-05-01", "2026-05-10", "2026-05-12T12:00+02:00", "until"),
    ],
)  # fmt: skip
def test_from_completion(text: str, start: str, key: str, closed_at: str, expected: str) -> None:
    assert outcome(following(text, start, key, closed_at, anchor="completion")) == (expected, 0)


def test_the_completion_day_is_the_persons() -> None:
    late = "2026-05-04T23:30+00:00"
    for day_zone, expected in ((BERLIN, "2026-05-06"), ("America/New_York", "2026-05-05")):
        result = following("FREQ=DAILY", "2026-05-01", "2026-05-01", late, anchor="completion", day_zone=day_zone)
        assert outcome(result)[0] == expected


def test_from_completion_count_is_that_of_the_closed_one_and_a_postponed_due_counts() -> None:
    for number, expected in ((2, "2026-05-03"), (3, "count")):
        result = following(
            "FREQ=DAILY;COUNT=3", "2026-05-01", "2026-05-02", "2026-05-02T12:00+02:00", anchor="completion", number=number
        )  # fmt: skip
        assert outcome(result)[0] == expected
    result = following(
        "FREQ=DAILY", "2026-05-01", "2026-05-02", "2026-05-02T12:00+02:00", anchor="completion", due="2026-05-09"
    )
    assert outcome(result)[0] == "2026-05-10"


TEXTS = [
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;INTERVAL=7;BYMONTH=2", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO;WKST=SU", "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;COUNT=40",
    "FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD", "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY;BYWEEKNO=1,20;BYDAY=MO,FR", "FREQ=YEARLY;BYYEARDAY=-1,100",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE;BYSETPOS=2,-1;WKST=SU", "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD",
    "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31,-1", "FREQ=DAILY;COUNT=30", "FREQ=WEEKLY;UNTIL=20270101T080000Z",
]  # fmt: skip


@settings(deadline=None)  # correctness, not speed: steps are bounded by a test of their own
@given(
    st.sampled_from(TEXTS),
    st.dates(dt.date(2005, 1, 1), dt.date(2040, 1, 1)),
    st.sampled_from([None, dt.time(2, 30), dt.time(0), dt.time(23, 30)]),
    st.sampled_from([BERLIN, "Pacific/Apia", "Australia/Lord_Howe", "UTC"]),
    st.booleans(),
)
def test_next_of_next_is_the_list_of_occurrences(
    text: str, date: dt.date, time: dt.time | None, zone: str, each: bool
) -> None:
    rule, start = parse_rule(text), Start(date, time, zone)
    listed = list(islice(occurrences(rule, start), 25))
    for one, expected in zip(listed, [*listed, None][1:], strict=True):
        result = next_occurrence(
            rule, start, Closed(one.key, one.at, zone), missed="each" if each else "next",
        )  # fmt: skip
        if isinstance(result, Ended):
            assert expected is None
        elif expected is not None:
            assert (result.key, result.at, result.date, result.time) == (
                expected.key, expected.at, expected.date, expected.time,
            )  # fmt: skip
            assert result.key > one.key


@settings(deadline=None)  # correctness, not speed: steps are bounded by a test of their own
@given(st.sampled_from(TEXTS), st.dates(dt.date(2005, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 3000))
def test_what_is_passed_over_is_what_the_list_has_in_between(text: str, date: dt.date, days_late: int) -> None:
    rule, start = parse_rule(text), Start(date, dt.time(9), BERLIN)
    listed = list(islice(occurrences(rule, start), 3100))
    if not listed:
        return
    closed_at = listed[0].at + dt.timedelta(days=days_late, hours=1)
    result = next_occurrence(rule, start, Closed(listed[0].key, closed_at, BERLIN))
    later = [one for one in listed if one.at > closed_at]
    if not later:
        assert isinstance(result, Ended)
    else:
        assert isinstance(result, Next)
        assert (result.key, result.passed_over) == (later[0].key, listed.index(later[0]) - 1)


@pytest.mark.parametrize("text", [text for text in TEXTS if "UNTIL" not in text and "COUNT" not in text])
@pytest.mark.parametrize("years", [0, 1, 20, 400])
def test_the_cost_does_not_grow_with_age_nor_with_lateness(text: str, years: int) -> None:
    """Steps, not time: how many periods the search looks at, for a series and for a backlog of any age."""
    start = Start(dt.date(2001, 1, 31), dt.time(9), BERLIN)
    rule = parse_rule(text)
    closed_at = dt.datetime(2001 + years, 3, 1, tzinfo=dt.UTC)
    grid = grid_of(rule, start.date)
    old = dt.date.fromordinal(next(grid.dates(dt.date(2001 + years, 1, 1).toordinal())))
    for key in ("2001-01-31T09:00:00", f"{old}T09:00:00"):
        steps = Steps()
        next_occurrence(rule, start, Closed(key, closed_at, BERLIN), steps=steps)
        assert steps.taken <= 12
