"""FREQ=HOURLY counts the time that passes: none is lost, doubled or moved when clocks are changed."""

# ruff: noqa: E501 - tables read best with one case a line
from __future__ import annotations

import datetime as dt
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_rules import (
    Closed,
    Ended,
    Next,
    RecurrenceError,
    Start,
    check,
    key_before,
    next_occurrence,
    occurrence_of,
    occurrences,
    parse_rule,
)

BERLIN = "Europe/Berlin"
ZONES = [BERLIN, "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia", "America/Sao_Paulo", "UTC"]


def start(text: str, zone: str = BERLIN) -> Start:
    wall = dt.datetime.fromisoformat(text)
    return Start(wall.date(), wall.time() if "T" in text else None, zone)


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("text", "begin", "zone", "shown"),
    [
        ("FREQ=HOURLY", "2026-03-29T00:30", BERLIN, "00:30 01:30 03:30 04:30"),  # no half past two
        ("FREQ=HOURLY", "2026-10-25T01:30", BERLIN, "01:30 02:30 02:30 03:30"),  # two of them
        ("FREQ=HOURLY;INTERVAL=2", "2026-10-25T00:00", BERLIN, "00:00 02:00 03:00 05:00"),
        ("FREQ=HOURLY", "2026-10-04T01:15", "Australia/Lord_Howe", "01:15 02:45 03:45 04:45"),  # half an hour
        ("FREQ=HOURLY;INTERVAL=12", "2011-12-29T12:00", "Pacific/Apia", "12:00 00:00 12:00 00:00"),
        ("FREQ=HOURLY;INTERVAL=24", "2026-03-28T09:00", BERLIN, "09:00 10:00 10:00 10:00"),  # elapsed: not a day
    ],
)
def test_hours_are_those_that_pass(text: str, begin: str, zone: str, shown: str) -> None:
    found = list(islice(occurrences(parse_rule(text), start(begin, zone)), 4))
    assert [f"{one.time:%H:%M}" for one in found] == shown.split()
    gaps = {b.at - a.at for a, b in pairwise(found)}
    assert gaps == {dt.timedelta(hours=parse_rule(text).interval)}


@given(
    st.dates(dt.date(2005, 1, 1), dt.date(2035, 1, 1)), st.times(), st.sampled_from(ZONES), st.integers(1, 30),
    st.integers(0, 24 * 3000),
)  # fmt: skip
@settings(deadline=None)
def test_next_of_next_is_the_list_and_a_late_one_is_counted(
    date: dt.date, time: dt.time, zone: str, interval: int, late: int
) -> None:
    rule, begins = (
        parse_rule(f"FREQ=HOURLY;INTERVAL={interval}"),
        Start(date, time.replace(microsecond=0), zone),
    )
    listed = list(islice(occurrences(rule, begins), 30))
    assert all(a.key < b.key and b.at - a.at == dt.timedelta(hours=interval) for a, b in pairwise(listed))
    for one, following in pairwise(listed):
        assert occurrence_of(rule, begins, one.key) == one
        for missed in ("next", "each"):
            found = next_occurrence(rule, begins, Closed(one.key, one.at, zone), missed=missed)
            assert isinstance(found, Next)
            assert (found.key, found.at, found.date, found.time) == (
                following.key, following.at, following.date, following.time,
            )  # fmt: skip
    first = listed[0]
    found = next_occurrence(rule, begins, Closed(first.key, first.at + dt.timedelta(hours=late), zone))
    assert isinstance(found, Next)
    assert found.at > first.at + dt.timedelta(hours=late) >= found.at - dt.timedelta(hours=interval)
    assert found.passed_over == late // interval


def test_count_until_and_exceptions() -> None:
    def shown(text: str, **exceptions: list[str]) -> str:
        found = occurrences(parse_rule(text), start("2026-10-25T01:00"), **exceptions)
        return " ".join(f"{one.time:%H:%M}" for one in islice(found, 5))

    assert shown("FREQ=HOURLY;COUNT=3") == "01:00 02:00 02:00"
    assert shown("FREQ=HOURLY;UNTIL=20261025T010000Z") == "01:00 02:00 02:00"
    assert shown("FREQ=HOURLY;UNTIL=20261025T020000") == "01:00 02:00 02:00"
    assert shown("FREQ=HOURLY;INTERVAL=12;UNTIL=20261025") == "01:00 12:00"
    assert shown("FREQ=HOURLY", exdates=["2026-10-25T02:00"]) == "01:00 03:00 04:00 05:00 06:00", "both of them"
    assert shown("FREQ=HOURLY;INTERVAL=10", exdates=["2026-10-25"]) == "06:00 16:00 02:00 12:00 22:00"
    assert shown("FREQ=HOURLY;INTERVAL=4;COUNT=2", rdates=["2026-10-25T03:30"]) == "01:00 03:30 04:00"


@pytest.mark.parametrize(
    ("text", "key", "closed", "policy", "expected"),
    [
        ("FREQ=HOURLY;INTERVAL=6", "2026-05-01T09:00:00", "2026-05-01T09:17:45+02:00", {}, ("2026-05-01T15:17:00", 0)),
        # early: strictly after its own hour, so that keys rise
        ("FREQ=HOURLY", "2026-05-01T12:00:00", "2026-05-01T09:10+02:00", {}, ("2026-05-01T12:10:00", 0)),
        ("FREQ=HOURLY", "2026-05-01T12:00:00", "2026-05-01T09:00+02:00", {}, ("2026-05-01T13:00:00", 0)),
        ("FREQ=HOURLY;COUNT=1", "2026-05-01T09:00:00", "2026-05-01T09:00+02:00", {}, ("count", 0)),
        ("FREQ=HOURLY;UNTIL=20260501T100000", "2026-05-01T09:00:00", "2026-05-01T09:01+02:00", {}, ("until", 0)),
        ("FREQ=HOURLY", "2026-05-01T09:00:00", "2026-05-01T09:00+02:00", {"resumed": "2026-05-01T11:30+02:00"}, ("2026-05-01T12:00:00", 2)),
        ("FREQ=HOURLY", "2026-05-01T09:00:00", "2026-05-01T09:00+02:00", {"exdates": ["2026-05-01"]}, ("2026-05-02T00:00:00", 0)),
    ],
)  # fmt: skip
def test_after_completion(
    text: str, key: str, closed: str, policy: dict[str, object], expected: tuple[str, int]
) -> None:
    resumed = policy.get("resumed")
    before = Closed(key, instant(closed), BERLIN, resumed=instant(resumed) if isinstance(resumed, str) else None)
    found = next_occurrence(
        parse_rule(text), start("2026-05-01T09:00"), before, anchor="completion", exdates=policy.get("exdates", ())
    )  # pyright: ignore[reportArgumentType]
    assert expected == ((found.reason, 0) if isinstance(found, Ended) else (found.key, found.passed_over))


def test_the_way_to_the_first_of_a_day_counts_midnight_as_clocks_show_it() -> None:
    rule, begin = parse_rule("FREQ=HOURLY"), start("2026-01-01T09:00")
    for day in (dt.date(2026, 1, 5), dt.date(2026, 7, 5)):
        before = Closed(key_before(rule, begin, day), instant("2026-01-01T00:00Z"), BERLIN)
        found = next_occurrence(rule, begin, before, missed="each")
        assert isinstance(found, Next)
        assert (found.date, found.time) == (day, dt.time(0))


def test_what_hours_cannot_do_is_refused() -> None:
    with pytest.raises(RecurrenceError, match="no time of day"):
        check(parse_rule("FREQ=HOURLY"), start("2026-05-01"))
    with pytest.raises(RecurrenceError, match="UNTIL is before"):
        check(parse_rule("FREQ=HOURLY;UNTIL=20260101"), start("2026-05-01T09:00"))
