"""What a wish asks: after completions from the heads alone, by schedule what has opened, after a pause what comes."""

# ruff: noqa: E501 - tables read best with one case a line
from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from recurring_task_service.domain.decide import Ask, Job, Resume, Wait, decide

BERLIN = "Europe/Berlin"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def job(now: str, key: str = "2026-05-01T09:00:00", **changes: Any) -> Job:
    """A daily task of 09:00 in Berlin, its first occurrence open, going on by schedule."""
    date, _, time = key.partition("T")
    base: dict[str, Any] = {
        "user_id": UUID(int=1), "series_id": UUID(int=2), "predecessor_id": UUID(int=3), "predecessor_version": 4,
        "series_version": 5, "claim": UUID(int=6), "attempts": 1, "predecessor_open": True, "occurrence_key": key,
        "occurrence_number": 1, "due_date": dt.date.fromisoformat(date),
        "due_time": dt.time.fromisoformat(time) if time else None, "due_zone": BERLIN, "begin_date": None,
        "reminders": [], "closed_at": None, "day_zone": BERLIN, "now": at(now), "status": "active",
        "rrule": "FREQ=DAILY", "anchor": "schedule", "missed": "next", "trigger": "on_schedule", "exdates": [],
        "rdates": [], "start_date": dt.date(2026, 5, 1), "start_time": dt.time(9) if time else None,
        "start_zone": BERLIN, "on_holiday": "ignore", "country": None, "region": None, "resume_on": None, "resumed_at": None, "event_id": None, "correlation_id": None,
        "traceparent": None,
    }  # fmt: skip
    return Job(**{**base, **changes})


def said(decision: Ask | Resume | Wait) -> Any:
    match decision:
        case Wait(until):
            return until
        case Ask(body):
            found = body["next"]
            return (found["occurrence_key"], body["passed_over"]) if found else body["end_reason"]
        case Resume():
            return "resume"


@pytest.mark.parametrize(
    ("now", "changes", "expected"),
    [
        ("2026-05-01T08:00+02:00", {}, at("2026-05-02T09:00+02:00")),
        ("2026-05-02T08:59:59+02:00", {}, at("2026-05-02T09:00+02:00")),
        ("2026-05-02T09:00+02:00", {}, ("2026-05-02T09:00:00", 0)),
        # a service that was away makes the newest that has opened, and counts the others
        ("2026-05-09T08:59+02:00", {}, ("2026-05-08T09:00:00", 6)),
        ("2026-05-09T09:00+02:00", {}, ("2026-05-09T09:00:00", 7)),
        ("2126-05-09T12:00+02:00", {}, ("2126-05-09T09:00:00", 36531)),
        # reminders and start open it earlier; nothing is missed before it is due
        ("2026-05-02T08:29+02:00", {"reminders": [{"minutes_before": 30}]}, at("2026-05-02T08:30+02:00")),
        ("2026-05-02T08:30+02:00", {"reminders": [{"minutes_before": 30}]}, ("2026-05-02T09:00:00", 0)),
        ("2026-05-02T00:00+02:00", {"begin_date": dt.date(2026, 5, 1)}, ("2026-05-02T09:00:00", 0)),
        ("2026-05-02T00:00+02:00", {"reminders": [{"at": "2026-04-30T22:00:00Z"}]}, ("2026-05-02T09:00:00", 0)),
        ("2026-05-01T08:00+02:00", {"begin_date": dt.date(2026, 4, 1)}, at("2026-05-01T09:00+02:00")),
        ("2026-05-01T08:00+02:00", {"begin_date": dt.date(2026, 4, 1), "predecessor_open": False}, ("2026-05-02T09:00:00", 0)),
        ("2026-05-02T10:00+02:00", {"due_date": dt.date(2026, 5, 4)}, at("2026-05-04T09:00+02:00")),
        # a closed one waits for the next one's instant all the same
        ("2026-05-01T10:00+02:00", {"predecessor_open": False, "closed_at": at("2026-05-01T09:30+02:00")}, at("2026-05-02T09:00+02:00")),
        # date-only: with its day
        ("2026-05-02T00:00+02:00", {"key": "2026-05-01"}, ("2026-05-02", 0)),
        ("2026-05-05T12:00+02:00", {"key": "2026-05-01"}, ("2026-05-05", 3)),
        # over the night in which clocks change
        ("2026-10-24T10:00+02:00", {"key": "2026-10-24T09:00:00"}, at("2026-10-25T09:00+01:00")),
        # each: the very next, whatever the time
        ("2026-05-09T09:00+02:00", {"missed": "each"}, ("2026-05-02T09:00:00", 0)),
        ("2026-05-01T10:00+02:00", {"missed": "each"}, at("2026-05-02T09:00+02:00")),
        # the last one stays open; once it is closed, the series ends
        ("2026-05-09T09:00+02:00", {"rrule": "FREQ=DAILY;COUNT=1"}, None),
        ("2026-05-09T09:00+02:00", {"rrule": "FREQ=DAILY;COUNT=1", "predecessor_open": False}, "count"),
        ("2026-05-09T09:00+02:00", {"rrule": "FREQ=DAILY;COUNT=4"}, ("2026-05-04T09:00:00", 2)),
        # after a pause
        ("2026-05-09T08:00+02:00", {"resumed_at": at("2026-05-09T07:00+02:00")}, at("2026-05-09T09:00+02:00")),
        ("2026-05-09T08:00+02:00", {"resumed_at": at("2026-05-09T07:00+02:00"), "missed": "each"}, ("2026-05-02T09:00:00", 0)),
    ],
)  # fmt: skip
def test_by_schedule(now: str, changes: dict[str, Any], expected: Any) -> None:
    assert said(decide(job(now, **changes))) == expected


def test_after_a_completion_the_clock_does_not_matter() -> None:
    closed = {"trigger": "on_completion", "predecessor_open": False, "closed_at": at("2026-05-03T10:00+02:00")}
    for now in ("2026-05-03T10:00+02:00", "2027-05-03T10:00+02:00"):
        assert said(decide(job(now, **closed))) == ("2026-05-04T09:00:00", 2)
    later = at("2026-05-20T08:00+02:00")
    assert said(decide(job("2026-05-21T10:00+02:00", **closed, resumed_at=later))) == ("2026-05-20T09:00:00", 18)


def test_a_paused_series_goes_on_when_its_day_begins() -> None:
    paused = {"status": "paused", "resume_on": dt.date(2026, 6, 1)}
    assert said(decide(job("2026-05-31T23:59+02:00", **paused))) == at("2026-06-01T00:00+02:00")
    assert said(decide(job("2026-06-01T00:00+02:00", **paused))) == "resume"


@pytest.mark.parametrize(
    ("changes", "date", "key"),
    [
        ({"on_holiday": "skip"}, "2026-12-27", "2026-12-27T09:00:00"),
        ({"on_holiday": "ignore"}, "2026-12-25", "2026-12-25T09:00:00"),
        ({"on_holiday": "skip", "country": None}, "2026-12-25", "2026-12-25T09:00:00"),
        ({"on_holiday": "skip", "country": "FR"}, "2026-12-26", "2026-12-26T09:00:00"),
        # the 25th is left out, since the 27th lies on its way; that is a Sunday, but no holiday
        ({"on_holiday": "after", "rrule": "FREQ=DAILY;INTERVAL=2", "key": "2026-12-23T09:00:00"}, "2026-12-27", "2026-12-27T09:00:00"),
        ({"on_holiday": "before", "rrule": "FREQ=WEEKLY", "key": "2026-12-18T09:00:00"}, "2026-12-24", "2026-12-25T09:00:00"),
        ({"on_holiday": "after", "rrule": "FREQ=WEEKLY", "key": "2026-12-18T09:00:00"}, "2026-12-28", "2026-12-25T09:00:00"),
        ({"on_holiday": "after", "rrule": "FREQ=WEEKLY", "anchor": "completion", "key": "2026-12-17T09:00:00",
          "closed_at": at("2026-12-18T10:00+01:00")}, "2026-12-28", "2026-12-25T09:00:00"),
    ],
)  # fmt: skip
def test_on_public_holidays(changes: dict[str, Any], date: str, key: str) -> None:
    """Christmas 2026 is a Friday and a Saturday in Germany, in France the Friday alone."""
    done = {"trigger": "on_completion", "predecessor_open": False, "closed_at": at("2026-12-01T10:00+01:00"),
            "country": "DE", "key": "2026-12-24T09:00:00"}  # fmt: skip
    decision = decide(job("2026-12-24T10:00+01:00", **{**done, **changes}))
    assert isinstance(decision, Ask)
    assert (decision.body["next"]["date"], decision.body["next"]["occurrence_key"]) == (date, key)
    assert decision.body["country"] == changes.get("country", "DE")
