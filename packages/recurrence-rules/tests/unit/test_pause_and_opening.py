"""What follows a pause, and when an occurrence opens by schedule."""

# ruff: noqa: E501 - tables read best with one case a line
from __future__ import annotations

import datetime as dt

import pytest
from recurrence_rules import Closed, Ended, Next, Start, next_occurrence, opens_at, parse_rule

BERLIN = "Europe/Berlin"


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("text", "start", "key", "closed", "resumed", "policy", "expected"),
    [
        # the first that is still to come when the series goes on; those of the pause are counted
        ("FREQ=DAILY", "2026-05-01T09:00", "2026-05-01T09:00:00", "2026-05-01T10:00+02:00", "2026-05-10T08:59+02:00", {}, ("2026-05-10T09:00:00", 8)),
        ("FREQ=DAILY", "2026-05-01T09:00", "2026-05-01T09:00:00", "2026-05-01T10:00+02:00", "2026-05-10T09:00+02:00", {}, ("2026-05-11T09:00:00", 9)),
        # date-only: that day itself is still to come, unless it is the day on which the last one was closed
        ("FREQ=DAILY", "2026-05-01", "2026-05-01", "2026-05-01T10:00+02:00", "2026-05-10T20:00+02:00", {}, ("2026-05-10", 8)),
        ("FREQ=DAILY", "2026-05-01", "2026-05-01", "2026-05-10T10:00+02:00", "2026-05-10T20:00+02:00", {}, ("2026-05-11", 9)),
        # a pause that nothing fell into changes nothing
        ("FREQ=WEEKLY", "2026-05-01", "2026-05-01", "2026-05-01T10:00+02:00", "2026-05-03T20:00+02:00", {}, ("2026-05-08", 0)),
        ("FREQ=WEEKLY", "2026-05-01", "2026-05-08", "2026-05-20T10:00+02:00", "2026-05-03T20:00+02:00", {}, ("2026-05-22", 1)),
        # each: nothing is passed over
        ("FREQ=DAILY", "2026-05-01", "2026-05-01", "2026-05-01T10:00+02:00", "2026-05-10T20:00+02:00", {"missed": "each"}, ("2026-05-02", 0)),
        # after completion: whole intervals until the day on which it goes on
        ("FREQ=DAILY;INTERVAL=3", "2026-05-01", "2026-05-01", "2026-05-01T10:00+02:00", "2026-05-09T20:00+02:00", {"anchor": "completion"}, ("2026-05-10", 2)),
        ("FREQ=DAILY;INTERVAL=3", "2026-05-01", "2026-05-01", "2026-05-01T10:00+02:00", "2026-05-09T20:00+02:00", {"anchor": "completion", "missed": "each"}, ("2026-05-04", 0)),
        ("FREQ=WEEKLY;BYDAY=MO", "2026-05-04", "2026-05-04", "2026-05-04T10:00+02:00", "2026-05-19T20:00+02:00", {"anchor": "completion"}, ("2026-05-25", 2)),
        ("FREQ=DAILY;COUNT=3", "2026-05-01", "2026-05-01", "2026-05-01T10:00+02:00", "2026-05-09T20:00+02:00", {"anchor": "completion"}, ("count", 0)),
        ("FREQ=DAILY;COUNT=3", "2026-05-01", "2026-05-01", "2026-05-01T10:00+02:00", "2026-05-09T20:00+02:00", {}, ("count", 0)),
        ("FREQ=DAILY;UNTIL=20260505", "2026-05-01", "2026-05-01", "2026-05-01T10:00+02:00", "2026-05-09T20:00+02:00", {"anchor": "completion"}, ("until", 0)),
    ],
)  # fmt: skip
def test_after_a_pause(
    text: str, start: str, key: str, closed: str, resumed: str, policy: dict[str, str], expected: tuple[str, int]
) -> None:
    wall = dt.datetime.fromisoformat(start)
    begin = Start(wall.date(), wall.time() if "T" in start else None, BERLIN)
    before = Closed(key, instant(closed), BERLIN, resumed=instant(resumed))
    result = next_occurrence(parse_rule(text), begin, before, **policy)  # pyright: ignore[reportArgumentType]
    found = (result.key, result.passed_over) if isinstance(result, Next) else (result.reason, 0)
    assert found == expected
    assert isinstance(result, Next | Ended)


def test_it_opens_at_the_earliest_of_start_reminders_and_due() -> None:
    nine = (dt.date(2026, 3, 29), dt.time(9), BERLIN)
    day = (dt.date(2026, 3, 29), None, BERLIN)
    assert opens_at(nine) == instant("2026-03-29T09:00+02:00")
    assert opens_at(day) == instant("2026-03-29T00:00+01:00"), "a day begins before its clocks change"
    assert opens_at(nine, before_due=(30, 10)) == instant("2026-03-29T08:30+02:00")
    assert opens_at(nine, before_due=(8 * 60,)) == instant("2026-03-28T23:00+00:00"), "minutes are elapsed time"
    assert opens_at(nine, dt.date(2026, 3, 27), before_due=(30,)) == instant("2026-03-27T00:00+01:00")
    assert opens_at(nine, dt.date(2026, 3, 27), before_start=(600,)) == instant("2026-03-26T23:00+01:00")
    assert opens_at(nine, dt.date(2026, 3, 27), before_start=(30,)) == instant("2026-03-27T00:00+01:00")
    assert opens_at(day, before_due=(30,)) == opens_at(day), "half past eight is on its day"
    assert opens_at(day, before_due=(600,)) == instant("2026-03-28T21:00+00:00"), "ten hours before nine"
    assert opens_at(nine, before_start=(30,)) == instant("2026-03-29T08:30+02:00")
    assert opens_at(nine, at=(instant("2026-03-20T08:00+01:00"),)) == instant("2026-03-20T08:00+01:00")
