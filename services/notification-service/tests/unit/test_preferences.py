"""What a person may want of reminders, and what the plan makes of it. No clock, no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from event_contracts.identifiers import uuid7
from notification_service.domain.heads import TaskHead, UserHead
from notification_service.domain.plan import default_reminder, plan
from notification_service.domain.preferences import Preferences, PreferencesRefused, merged

NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
NOTHING = Preferences(uuid7())


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def before_due(minutes: int) -> dict[str, Any]:
    return {"id": str(uuid7()), "minutes_before": minutes, "relative_to": "due"}


TIMED = TaskHead(
    user_id=NOTHING.user_id, task_id=uuid7(), version=1, title="Pay rent", status="open",
    due_date=dt.date(2026, 5, 31), due_time=dt.time(17, 0), due_zone="Europe/Berlin", due_at=at("2026-05-31T15:00Z"),
    start_date=None, reminders=[], user_time_zone="Europe/Berlin", deleted_at=None, withdrawn_at=None, created_at=NOW,
)  # fmt: skip
DATED = replace(TIMED, due_time=None, due_at=at("2026-05-31T21:59:59Z"))
PERSON = UserHead(NOTHING.user_id, 1, "a@example.org", "A", "America/New_York", "en", 0, None)


def test_what_is_absent_stays_and_each_change_is_one_version() -> None:
    first = merged(NOTHING, {"default_hour": dt.time(7), "agenda_at": dt.time(8)}, NOW)
    assert (first.version, first.default_hour, first.agenda_at) == (1, dt.time(7), dt.time(8))
    assert merged(first, {"agenda_at": None}, NOW).default_hour == dt.time(7)
    assert merged(first, {"default_hour": dt.time(7)}, NOW) is first


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"quiet_from": dt.time(22)}, "quiet_hours_half"),
        ({"quiet_from": dt.time(22), "quiet_to": dt.time(22)}, "quiet_hours_empty"),
        ({"review_at": dt.time(18)}, "review_half"),
        ({"review_day": 6}, "review_half"),
    ],
)
def test_what_contradicts_itself_is_refused_with_a_sentence(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(PreferencesRefused, match=r"\.$") as refused:
        merged(NOTHING, fields, NOW)
    assert refused.value.code == code


def test_the_default_lead_counts_for_what_was_made_after_it_was_wanted() -> None:
    wanted = merged(NOTHING, {"default_lead_minutes": 10}, NOW)
    assert wanted.lead_since == NOW
    assert merged(wanted, {"default_lead_minutes": 20}, NOW + dt.timedelta(1)).lead_since == NOW, "it goes on"
    assert merged(wanted, {"default_lead_minutes": None}, NOW).lead_since is None
    bare = replace(TIMED, reminders=[], created_at=NOW)
    [planned] = plan(bare, PERSON, None, wanted)
    assert (planned.reminder_id, planned.fire_at) == (default_reminder(bare.task_id), at("2026-05-31T14:50Z"))
    assert plan(replace(bare, created_at=NOW - dt.timedelta(1)), PERSON, None, wanted) == []
    assert plan(replace(DATED, reminders=[], created_at=NOW), PERSON, None, wanted) == [], "a date has no time"
    assert len(plan(replace(bare, reminders=[before_due(5)]), PERSON, None, wanted)) == 1, "its own instead"


def test_a_date_reminds_at_the_hour_that_its_person_wants_in_the_persons_zone() -> None:
    dated = replace(DATED, reminders=[before_due(0)])
    early = merged(NOTHING, {"default_hour": dt.time(6, 30)}, NOW)
    [nine], [half_past_six] = plan(dated, PERSON), plan(dated, PERSON, None, early)
    assert (nine.fire_at, half_past_six.fire_at) == (at("2026-05-31T13:00Z"), at("2026-05-31T10:30Z"))
    assert nine.revision != half_past_six.revision, "one planned before can be told from one planned after"
    timed = replace(TIMED, reminders=[before_due(0)])
    assert plan(timed, PERSON) == plan(timed, PERSON, None, early)
