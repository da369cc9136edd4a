"""Which dates a rule has: our own cases, and python-dateutil as an independent oracle over generated rules."""

# ruff: noqa: E501 - tables read best with one case a line
from __future__ import annotations

import datetime as dt
from itertools import islice, pairwise, takewhile

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
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-01", "2026-01-30 2026-02-27 2026-03-31"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3", "2026-01-29", "2026-02-04 2026-03-04"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-01", "2026-01-02 2026-01-09"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2", "2026-01-01", "2026-01-07 2026-01-14"),  # the cut week counts, too
        ("FREQ=WEEKLY;BYDAY=SA,SU;BYSETPOS=2;WKST=SU", "2026-12-27", "2027-01-02 2027-01-09"),
        ("FREQ=WEEKLY;BYDAY=TU,FR;BYMONTH=1;BYSETPOS=1", "2025-12-31", "2026-01-02 2026-01-06 2026-01-13"),
        ("FREQ=WEEKLY;BYMONTHDAY=1,3", "1997-09-02", "1997-09-03 1997-10-01 1997-10-03"),
        ("FREQ=WEEKLY;BYMONTHDAY=31,-31;BYDAY=TH", "2026-12-28", "2026-12-31 2027-07-01 2028-08-31"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=TU,WE", "2026-01-01", "2026-01-07 2026-01-13 2026-01-21"),
        ("FREQ=DAILY;INTERVAL=7;BYMONTHDAY=1,20", "2025-01-01", "2025-01-01 2025-08-20 2025-10-01"),
        ("FREQ=DAILY;BYDAY=MO,TU;BYSETPOS=-1", "2026-01-05", "2026-01-05 2026-01-06 2026-01-12"),
        ("FREQ=YEARLY;BYDAY=20MO", "2026-01-01", "2026-05-18 2027-05-17"),
        ("FREQ=YEARLY;BYDAY=-1SU", "2026-01-01", "2026-12-27 2027-12-26"),
        ("FREQ=YEARLY;BYDAY=TU,TH", "2026-12-29", "2026-12-29 2026-12-31 2027-01-05"),
        ("FREQ=YEARLY;BYMONTH=1,2;BYSETPOS=-1", "2026-02-14", "2026-02-14 2027-02-14"),
        ("FREQ=YEARLY;BYYEARDAY=1,100,-1", "2026-04-10", "2026-04-10 2026-12-31 2027-01-01"),
        ("FREQ=YEARLY;BYYEARDAY=366", "2026-01-01", "2028-12-31 2032-12-31"),
        ("FREQ=YEARLY;BYWEEKNO=20", "2026-05-13", "2026-05-13 2027-05-19"),  # the start's weekday
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2026-01-01", "2027-01-04 2028-01-03 2029-01-01"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2024-06-01", "2024-12-30 2025-12-29"),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", "2020-12-28", "2021-01-03 2027-01-03"),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FR", "2026-06-01", "2027-01-01 2027-12-31 2028-12-29"),
        ("FREQ=YEARLY;BYWEEKNO=-52;BYDAY=TU", "2025-06-01", "2026-01-06 2027-01-05 2028-01-04"),  # 2026 has 53 weeks
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=SA;WKST=SU", "2026-06-01", "2027-01-09 2028-01-08"),
        ("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD", "2026-01-31", "2026-01-31 2026-03-01 2026-03-31 2026-05-01"),
        ("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=1,31", "2026-02-01", "2026-02-01 2026-03-01 2026-03-31"),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD", "2024-02-29", "2024-02-29 2025-03-01 2026-03-01 2027-03-01 2028-02-29"),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;BYYEARDAY=366", "2024-12-31", "2024-12-31 2026-01-01 2027-01-01"),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD;BYYEARDAY=-366", "2024-01-01", "2024-01-01 2024-12-31 2025-12-31"),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;BYWEEKNO=53", "2020-12-30", "2020-12-30 2022-01-01 2023-01-01"),
        ("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=-31", "2026-01-01", "2026-01-01 2026-01-31 2026-03-01"),
        ("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=31;BYDAY=SU", "2026-01-01", "2026-03-01 2026-05-31"),
        ("RSCALE=GREGORIAN;FREQ=DAILY;SKIP=BACKWARD;BYMONTHDAY=31", "2026-01-01", "2026-01-31 2026-03-31"),  # it picks days
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


positions = st.lists(st.sampled_from([1, 2, 3, 5, -1, -2, -4]), min_size=1, max_size=3, unique=True)
year_days = st.lists(st.sampled_from([1, 59, 60, 100, 365, 366, -1, -60, -366]), min_size=1, max_size=4, unique=True)
# dateutil takes weeks 52 and 53 of the year before for one another: see test_week_numbers_are_those_of_iso_8601.
weeks = st.lists(st.sampled_from([1, 2, 20, 51, -1, -2]), min_size=1, max_size=4, unique=True)
nth_of_year = st.lists(
    st.tuples(st.sampled_from([1, 20, 53, -1, -20]), st.sampled_from(["MO", "TH", "SU"])).map(
        lambda pair: f"{pair[0]}{pair[1]}"
    ),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Return a rule of the accepted profile, without an end."""
    if draw(st.integers(0, 2)) == 0:
        return draw(rules_of_years())
    text = draw(rules_of_months_and_days())
    # In a first week that the start cuts, dateutil lets BYSETPOS count only the rest of it: RFC 5545 counts all of it.
    if "WEEKLY" not in text and ("BYDAY" in text or "BYMONTHDAY" in text) and draw(st.booleans()):
        text += part("BYSETPOS", draw(positions))
    return text


@st.composite
def rules_of_years(draw: st.DrawFn) -> str:
    """Return a yearly rule that counts days, weeks or weekdays within the year."""
    text = f"FREQ=YEARLY;INTERVAL={draw(st.sampled_from([1, 1, 2, 3, 5]))};WKST={draw(st.sampled_from(['MO', 'SU', 'TH']))}"
    kind = draw(st.sampled_from(["days", "weeks", "both", "weekdays", "nth"]))
    if kind in ("days", "both"):
        text += part("BYYEARDAY", draw(year_days))
    if kind in ("weeks", "both"):
        text += part("BYWEEKNO", draw(weeks))
    # Without BYDAY dateutil gives all seven days of a week, others that of the start's weekday.
    if kind in ("weeks", "weekdays", "nth") or draw(st.booleans()):
        text += part("BYDAY", draw(nth_of_year if kind == "nth" else weekdays))
    if kind != "nth" and draw(st.booleans()):
        text += part("BYMONTH", draw(months))
    if draw(st.booleans()):
        text += part("BYSETPOS", draw(positions))
    return text


@st.composite
def rules_of_months_and_days(draw: st.DrawFn) -> str:
    """Return a rule of any frequency that names weekdays, days of the month and months."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    interval = draw(st.sampled_from([1, 1, 2, 3, 4, 5, 7, 12]))
    text = f"FREQ={frequency};INTERVAL={interval}"
    by_month = draw(st.none() | months)
    if by_month:
        text += part("BYMONTH", by_month)
    if frequency == "WEEKLY":
        text += draw(st.sampled_from(["", ";WKST=SU", ";WKST=WE"]))
    days_allowed = frequency != "YEARLY" or by_month
    if days_allowed and draw(st.booleans()):
        named = counted if frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()) else weekdays
        text += part("BYDAY", draw(named))
    if days_allowed and draw(st.booleans()):
        text += part("BYMONTHDAY", draw(month_days))
    return text


@given(
    st.sampled_from(["FORWARD", "BACKWARD", "OMIT"]), st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), st.integers(1, 7),
    st.lists(st.sampled_from([1, 28, 29, 30, 31, -1, -29, -30, -31]), min_size=1, max_size=3, unique=True),
)  # fmt: skip
def test_skip_moves_what_a_month_does_not_have(skip: str, start: dt.date, interval: int, days: list[int]) -> None:
    """Month by month, each day by itself: the plainest way to say what RFC 7529, section 4.1, means."""
    expected: set[dt.date] = set()
    for number in range(0, 60, interval):
        month = start.year * 12 + start.month - 1 + number
        first = dt.date(month // 12, month % 12 + 1, 1)
        following = dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
        length = (following - first).days
        for day in days:
            if abs(day) <= length:
                expected.add(first + dt.timedelta(days=day - 1 if day > 0 else length + day))
            elif skip != "OMIT":
                backward = dt.timedelta(days=skip == "BACKWARD")
                expected.add((following if day > 0 else first) - backward)
    listed = sorted(day for day in expected if day >= start)
    text = f"FREQ=MONTHLY;INTERVAL={interval};RSCALE=GREGORIAN;SKIP={skip}" + part("BYMONTHDAY", [*days])
    last = dt.date.fromordinal(start.toordinal() + 1700)
    ours = takewhile(lambda one: one.date < last, occurrences(parse_rule(text), Start(start, None, "UTC")))
    assert [one.date for one in ours] == [day for day in listed if day < last]


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    st.lists(st.sampled_from([1, 2, 20, 51, 52, 53, -1, -2, -51, -52, -53]), min_size=1, max_size=4, unique=True),
    st.sets(st.integers(0, 6), min_size=1),
)
def test_week_numbers_are_those_of_iso_8601(start: dt.date, numbers: list[int], days: set[int]) -> None:
    expected: list[dt.date] = []
    for date in (start + dt.timedelta(days=number) for number in range(3000)):
        year, week, _ = date.isocalendar()
        weeks_of_year = dt.date(year, 12, 28).isocalendar().week
        if date.weekday() in days and (week in numbers or week - weeks_of_year - 1 in numbers):
            expected.append(date)
    names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    text = "FREQ=YEARLY" + part("BYWEEKNO", [*numbers]) + part("BYDAY", [names[day] for day in days])
    ours = islice(occurrences(parse_rule(text), Start(start, None, "UTC")), len(expected))
    assert [one.date for one in ours] == expected


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
