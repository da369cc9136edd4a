"""Wall times at the edges of zones: gaps, ambiguous hours, odd offsets, a day that never was."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from recurrence_rules import (
    Closed,
    Next,
    RecurrenceError,
    Start,
    next_occurrence,
    occurrences,
    parse_rule,
    parse_wall,
    resolve,
    wall_of,
    zone,
    zones,
)
from recurrence_rules.errors import WallTimeMalformed, ZoneUnknown


@pytest.mark.parametrize(
    ("wall", "zone_name", "instant"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30Z"),  # gap: becomes 03:30
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30Z"),  # ambiguous: the first, summer time
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30Z"),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30Z"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45Z"),  # a gap of half an hour: becomes 02:45
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45Z"),
        ("2026-01-01T00:00", "Asia/Kathmandu", "2025-12-31T18:15Z"),
        ("2011-12-30T09:00", "Pacific/Apia", "2011-12-30T19:00Z"),  # the day left out: 09:00 on the 31st
        ("2026-07-01", "Europe/Berlin", "2026-07-01T21:59:59Z"),  # date-only: its last second
        ("2026-03-28", "America/Nuuk", "2026-03-29T00:59:59Z"),  # 22:59:59: from there to midnight
        ("2019-02-16", "America/Sao_Paulo", "2019-02-17T02:59:59Z"),  # the second 23:59:59 of that day
        ("2018-11-03", "America/Sao_Paulo", "2018-11-04T02:59:59Z"),  # the next day begins at 01:00
        ("2011-12-30", "Pacific/Apia", "2011-12-31T09:59:59Z"),  # the day left out: the 31st
        ("2011-12-29", "Pacific/Apia", "2011-12-30T09:59:59Z"),
    ],
)
def test_a_wall_time_becomes_one_instant(wall: str, zone_name: str, instant: str) -> None:
    date, time = parse_wall(wall)
    assert resolve(date, time, zone_name) == dt.datetime.fromisoformat(instant)
    assert resolve(date, time, zone_name).tzinfo is dt.UTC


def test_a_completion_day_is_that_of_the_zone() -> None:
    late = dt.datetime(2026, 5, 1, 23, 30, tzinfo=dt.UTC)
    assert wall_of(late, "Pacific/Auckland") == dt.datetime.fromisoformat("2026-05-02T11:30")
    assert wall_of(late, "America/Los_Angeles") == dt.datetime.fromisoformat("2026-05-01T16:30")


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "localtime", "a" * 5000, "\0"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ZoneUnknown):
        zone(name)


@pytest.mark.parametrize(
    "text",
    ["", "2026-2-1", "2026-02-30", "2026-01-01T25:00", "9999-12-30", "0001-01-01", "2026-01-01T10:00Z", "x" * 99],
)
def test_what_is_no_wall_time_is_refused(text: str) -> None:
    with pytest.raises(WallTimeMalformed):
        parse_wall(text)


def test_a_time_with_a_zone_of_its_own_and_a_year_out_of_range_are_refused() -> None:
    with pytest.raises(RecurrenceError):
        resolve(dt.date(2026, 1, 1), dt.time(9, tzinfo=dt.UTC), "UTC")
    with pytest.raises(RecurrenceError):
        resolve(dt.date(9999, 12, 31), None, "Etc/GMT+12")
    with pytest.raises(RecurrenceError):
        Start(dt.date(9999, 12, 31), None, "UTC")


@pytest.mark.parametrize("zone_name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_wall_time_survives_a_year_of_clock_changes(zone_name: str) -> None:
    start = Start(dt.date(2026, 1, 1), dt.time(9), zone_name)
    for number, one in zip(range(730), occurrences(parse_rule("FREQ=DAILY"), start), strict=False):
        assert (one.date, one.time) == (start.date + dt.timedelta(days=number), dt.time(9))
        assert wall_of(one.at, zone_name).time() == dt.time(9)


def test_a_gap_moves_one_occurrence_and_not_the_grid() -> None:
    daily = occurrences(parse_rule("FREQ=DAILY"), Start(dt.date(2026, 3, 28), dt.time(2, 30), "Europe/Berlin"))
    shown = [(one.key, one.time) for one, _ in zip(daily, range(3), strict=False)]
    assert shown == [
        ("2026-03-28T02:30:00", dt.time(2, 30)),
        ("2026-03-29T02:30:00", dt.time(3, 30)),
        ("2026-03-30T02:30:00", dt.time(2, 30)),
    ]


@pytest.mark.parametrize("time", [dt.time(9), None])
def test_a_day_that_a_zone_left_out_does_not_double_the_next_one(time: dt.time | None) -> None:
    daily = occurrences(parse_rule("FREQ=DAILY"), Start(dt.date(2011, 12, 29), time, "Pacific/Apia"))
    assert [next(daily).date.day for _ in range(3)] == [29, 31, 1]
    weekly = occurrences(parse_rule("FREQ=WEEKLY"), Start(dt.date(2011, 12, 23), time, "Pacific/Apia"))
    assert [next(weekly).date.isoformat() for _ in range(3)] == ["2011-12-23", "2011-12-31", "2012-01-06"]


@pytest.mark.parametrize("time", [dt.time(23, 30), None])
def test_an_hour_left_out_before_midnight_takes_no_day_away(time: dt.time | None) -> None:
    """In Nuuk clocks go from 23:00 on Saturday to 00:00 on Sunday; what was due in that hour is due, and once."""
    daily = occurrences(parse_rule("FREQ=DAILY"), Start(dt.date(2026, 3, 27), time, "America/Nuuk"))
    found = [next(daily) for _ in range(4)]
    assert [one.key[:10] for one in found] == ["2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30"]
    if time is None:
        assert [one.date.day for one in found] == [27, 28, 29, 30]


def test_a_day_left_out_is_not_passed_over() -> None:
    start = Start(dt.date(2011, 12, 29), dt.time(9), "Pacific/Apia")
    closed = Closed("2011-12-29T09:00:00", resolve(dt.date(2011, 12, 29), dt.time(12), "Pacific/Apia"), "Pacific/Apia")
    found = next_occurrence(parse_rule("FREQ=DAILY"), start, closed)
    assert isinstance(found, Next)
    assert (found.key, found.passed_over) == ("2011-12-31T09:00:00", 0)


def test_a_zone_whose_rules_change_keeps_wall_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is wall time and a zone's name: with other rules of the zone only the instants are others."""
    rule, start = parse_rule("FREQ=DAILY"), Start(dt.date(2026, 7, 1), dt.time(9), "Europe/Berlin")
    before = list(islice(occurrences(rule, start), 3))
    without_summer_time = ZoneInfo("Africa/Lagos")  # +01:00 all year
    monkeypatch.setattr(zones, "zone", lambda _name: without_summer_time)
    after = list(islice(occurrences(rule, start), 3))
    assert [(one.key, one.date, one.time) for one in after] == [(one.key, one.date, one.time) for one in before]
    assert [b.at - a.at for a, b in zip(before, after, strict=True)] == [dt.timedelta(hours=1)] * 3
    following = next_occurrence(rule, start, Closed(before[0].key, before[0].at, "Europe/Berlin"))
    assert isinstance(following, Next)
    assert (following.key, following.at) == (after[1].key, after[1].at)
