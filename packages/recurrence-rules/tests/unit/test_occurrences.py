"""Which dates a rule has: our own cases, and python-dateutil as an independent oracle over generated rules."""

# ruff: noqa: E501 - tables read best with one case a line
from __future__ import annotations

import datetime as dt
from itertools import islice, pairwise

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_rules import RecurrenceError, Start, occurrences, parse_rule, preview


def keys(text: str, start: str, count: int, zone: str = "Europe/Berlin", **exceptions: list[str]) -> list[str]:
    wall = dt.datetime.fromisoformat(start)
    time = wall.time() if "T" in start else None
    found = islice(occurrences(parse_rule(text), Start(wall.date(), time, zone), **exceptions), count)
    return [one.key for one in found]


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("FREQ=MONTHLY", "2026-01-31", "2026-01-31 2026-03-31 2026-05-31 2026-07-31"),
        ("FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"),
        ("FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD;BYMONTHDAY=30", "2027-12-30", "2027-12-30 2028-01-30 2028-02-29 2028-03-30"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"),
        ("FREQ=YEARLY", "2024-02-29", "2024-02-29 2028-02-29 2032-02-29"),
        ("FREQ=YEARLY", "2096-02-29", "2096-02-29 2104-02-29"),
        ("FREQ=YEARLY;RSCALE=GREGORIAN;SKIP=BACKWARD", "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=MO", "2026-01-05", "2026-01-05 2026-01-11 2026-01-19 2026-01-25"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "2026-01-05", "2026-01-05 2026-01-18 2026-01-19 2026-02-01"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30", "2026-01-30 2026-02-27 2026-03-27"),
        ("FREQ=MONTHLY;BYDAY=5WE", "2026-01-01", "2026-04-29 2026-07-29 2026-09-30"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01", "2026-02-13 2026-03-13 2026-11-13"),
        ("FREQ=MONTHLY;BYDAY=MO,2TU", "2026-06-01", "2026-06-01 2026-06-08 2026-06-09 2026-06-15"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-01-01", "2026-11-26 2027-11-25 2028-11-23"),
        ("FREQ=DAILY;BYDAY=MO,FR", "2026-01-01", "2026-01-02 2026-01-05 2026-01-09"),
        ("FREQ=DAILY;INTERVAL=10;BYMONTH=1", "2025-12-30", "2026-01-09 2026-01-19 2026-01-29 2027-01-04"),
        ("FREQ=WEEKLY;BYDAY=TU", "2026-01-01", "2026-01-06 2026-01-13"),  # a start off the rule is no occurrence
        ("FREQ=DAILY;COUNT=2", "2026-01-01", "2026-01-01 2026-01-02"),
        ("FREQ=DAILY;UNTIL=20260102", "2026-01-01", "2026-01-01 2026-01-02"),
        ("FREQ=DAILY;UNTIL=20260102T230000Z", "2026-01-01", "2026-01-01 2026-01-02 2026-01-03"),  # the 3rd in Berlin
    ],
)  # fmt: skip
def test_dates(text: str, start: str, expected: str) -> None:
    want = expected.split()
    ends = "COUNT" in text or "UNTIL" in text
    assert keys(text, start, len(want) + ends) == want


def test_until_is_inclusive_in_all_its_forms() -> None:
    for until in ("20260102", "20260102T170000", "20260102T160000Z"):
        assert len(keys(f"FREQ=DAILY;UNTIL={until}", "2026-01-01T17:00", 9)) == 2
    for until in ("20260101", "20260102T165959", "20260102T155959Z"):
        assert len(keys(f"FREQ=DAILY;UNTIL={until}", "2026-01-01T17:00", 9)) == 1


def test_exceptions_beat_additions_and_both_are_wall_times() -> None:
    rdates = ["2026-01-01T12:00", "2026-01-02", "2026-01-03T18:00:00", "2025-12-31"]
    exdates = ["2026-01-02T09:00", "2026-01-04"]
    assert keys("FREQ=DAILY", "2026-01-01T09:00", 4, rdates=rdates, exdates=exdates) == [
        "2026-01-01T09:00:00", "2026-01-01T12:00:00", "2026-01-03T09:00:00", "2026-01-03T18:00:00",
    ]  # fmt: skip
    with pytest.raises(RecurrenceError):
        keys("FREQ=DAILY", "2026-01-01", 1, rdates=["2026-01-02T12:00"])


def test_a_preview_is_bounded() -> None:
    start = Start(dt.date(2026, 1, 1), None, "UTC")
    assert len(preview(parse_rule("FREQ=DAILY"), start, 10**9)) == 100


SKIP_IN_PLAIN_RFC_5545 = {
    31: "FREQ=MONTHLY;BYMONTHDAY=-1",
    30: "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
    29: "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1",
}


@pytest.mark.parametrize("day", [29, 30, 31])
def test_skip_backward_is_its_exact_rfc_5545_form(day: int) -> None:
    start = dt.datetime.combine(dt.date(2023, 12, 29), dt.time())
    ours = keys(f"FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD;BYMONTHDAY={day}", "2023-12-29", 80)
    oracle = rrulestr(SKIP_IN_PLAIN_RFC_5545[day], dtstart=start)
    assert ours == [one.date().isoformat() for one in islice(oracle, 80)]


weekdays = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True)
counted = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5]), st.sampled_from(["MO", "TH", "SU"])).map(
        lambda pair: f"{pair[0]}{pair[1]}"
    ),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip
month_days = st.lists(
    st.sampled_from([1, 2, 13, 28, 29, 30, 31, -1, -2, -29, -31]), min_size=1, max_size=4, unique=True
)
months = st.lists(st.integers(1, 12), min_size=1, max_size=5, unique=True)


def part(name: str, values: list[object]) -> str:
    return f";{name}=" + ",".join(str(value) for value in values)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Return a rule of the accepted profile, without an end."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    interval = draw(st.sampled_from([1, 1, 2, 3, 4, 5, 7, 12]))
    text = f"FREQ={frequency};INTERVAL={interval}"
    by_month = draw(st.none() | months)
    if by_month:
        text += part("BYMONTH", by_month)
    if frequency == "WEEKLY":
        text += draw(st.sampled_from(["", ";WKST=SU", ";WKST=WE"]))
    days_allowed = (frequency != "DAILY" or interval == 1) and (frequency != "YEARLY" or by_month)
    if days_allowed and draw(st.booleans()):
        named = counted if frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()) else weekdays
        text += part("BYDAY", draw(named))
    if days_allowed and frequency != "WEEKLY" and draw(st.booleans()):
        text += part("BYMONTHDAY", draw(month_days))
    return text


starts = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


@settings(deadline=None)  # correctness, not speed: steps are bounded by a test of their own
@given(rules(), starts)
def test_any_accepted_rule_agrees_with_dateutil(text: str, date: dt.date) -> None:
    """dateutil is a second, independently written engine; it gives up later than we do, so we compare a window."""
    try:
        rule = parse_rule(text)
    except RecurrenceError:
        return
    oracle = rrulestr(text + ";UNTIL=" + (date + dt.timedelta(days=4000)).strftime("%Y%m%d"),
                      dtstart=dt.datetime.combine(date, dt.time()))  # fmt: skip
    expected = [one.date() for one in islice(oracle, 60)]
    ours = [one.date for one in islice(occurrences(rule, Start(date, None, "UTC")), len(expected))]
    assert ours == expected


@settings(deadline=None)  # correctness, not speed: steps are bounded by a test of their own
@given(rules(), starts, st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe"]))
def test_occurrences_rise_strictly(text: str, date: dt.date, zone: str) -> None:
    try:
        rule = parse_rule(text)
    except RecurrenceError:
        return
    found = list(islice(occurrences(rule, Start(date, dt.time(2, 30), zone)), 50))
    assert all(a.key < b.key and a.at < b.at for a, b in pairwise(found))
