"""Quiet hours and what was put off: wall times of a person, also in the nights on which clocks change."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from event_contracts.identifiers import uuid7
from event_contracts.reminders import SnoozePreset
from notification_service.domain.preferences import Preferences
from notification_service.domain.quiet import quiet_until
from notification_service.domain.snooze import SnoozeRefused, checked, until_of

BERLIN = "Europe/Berlin"
USER: UUID = uuid7()
NIGHT = Preferences(USER, quiet_from=dt.time(22), quiet_to=dt.time(7))
NOON = Preferences(USER, quiet_from=dt.time(12), quiet_to=dt.time(13))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("now", "wanted", "until"),
    [
        ("2026-06-01T21:59:59+02:00", NIGHT, None),
        ("2026-06-01T22:00:00+02:00", NIGHT, "2026-06-02T07:00+02:00"),
        ("2026-06-02T00:30:00+02:00", NIGHT, "2026-06-02T07:00+02:00"),
        ("2026-06-02T06:59:59+02:00", NIGHT, "2026-06-02T07:00+02:00"),
        ("2026-06-02T07:00:00+02:00", NIGHT, None),
        ("2026-06-02T12:30:00+02:00", NOON, "2026-06-02T13:00+02:00"),
        ("2026-06-02T13:00:00+02:00", NOON, None),
        ("2026-03-28T23:00:00+01:00", NIGHT, "2026-03-29T07:00+02:00"),  # clocks go forward that night
        ("2026-10-24T23:00:00+02:00", NIGHT, "2026-10-25T07:00+01:00"),  # and back
        ("2026-06-02T00:30:00+02:00", Preferences(USER), None),
        ("2026-06-02T00:30:00+02:00", None, None),
    ],
)
def test_quiet_until(now: str, wanted: Preferences | None, until: str | None) -> None:
    assert quiet_until(at(now), wanted, BERLIN) == (until and at(until))


def test_an_unknown_zone_is_as_quiet_as_utc() -> None:
    assert quiet_until(at("2026-06-01T23:00Z"), NIGHT, "Mars/Olympus") == at("2026-06-02T07:00Z")


# 2026-11-18 is a Wednesday; the week begins on Monday (0) or Sunday (6).
@pytest.mark.parametrize(
    ("preset", "now", "week_start", "until"),
    [
        ("10m", "2026-11-18T10:00+01:00", 0, "2026-11-18T10:10+01:00"),
        ("1h", "2026-11-18T23:30+01:00", 0, "2026-11-19T00:30+01:00"),
        ("this_evening", "2026-11-18T10:00+01:00", 0, "2026-11-18T18:00+01:00"),
        ("tomorrow", "2026-11-18T23:59+01:00", 0, "2026-11-19T09:00+01:00"),
        ("tomorrow", "2026-10-24T23:59+02:00", 0, "2026-10-25T09:00+01:00"),
        ("next_week", "2026-11-18T10:00+01:00", 0, "2026-11-23T09:00+01:00"),
        ("next_week", "2026-11-23T08:00+01:00", 0, "2026-11-30T09:00+01:00"),
        ("next_week", "2026-11-18T10:00+01:00", 6, "2026-11-22T09:00+01:00"),
        ("weekend", "2026-11-18T10:00+01:00", 0, "2026-11-21T09:00+01:00"),
        ("weekend", "2026-11-21T08:00+01:00", 0, "2026-11-28T09:00+01:00"),
    ],
)
def test_presets_mean_what_people_mean(preset: SnoozePreset, now: str, week_start: int, until: str) -> None:
    assert until_of(preset, at(now), BERLIN, week_start, Preferences(USER)) == at(until)


def test_days_come_at_the_hour_that_the_person_wants() -> None:
    early = Preferences(USER, default_hour=dt.time(6, 30))
    assert until_of("tomorrow", at("2026-11-18T10:00+01:00"), BERLIN, 0, early) == at("2026-11-19T06:30+01:00")


def test_what_lies_behind_or_too_far_ahead_is_refused_with_a_sentence() -> None:
    now = at("2026-11-18T19:00+01:00")
    with pytest.raises(SnoozeRefused, match=r"\.$") as evening:
        until_of("this_evening", now, BERLIN, 0, Preferences(USER))
    assert evening.value.code == "snooze_in_past"
    for instant, code in ((now, "snooze_in_past"), (now + dt.timedelta(days=400), "snooze_too_far")):
        with pytest.raises(SnoozeRefused, match=r"\.$") as refused:
            checked(instant, now)
        assert refused.value.code == code
