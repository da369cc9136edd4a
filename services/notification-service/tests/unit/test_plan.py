"""The plan: heads in, reminders out. No clock, no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from event_contracts.identifiers import uuid7
from notification_service.domain.heads import SeriesHead, TaskHead, UserHead
from notification_service.domain.plan import plan, revision_of

USER, TASK, FIRST, SECOND = (uuid7() for _ in range(4))
MADE = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def before_due(minutes: int, reminder: UUID = FIRST) -> dict[str, Any]:
    return {"id": str(reminder), "minutes_before": minutes, "relative_to": "due"}


def before_start(minutes: int) -> dict[str, Any]:
    return {"id": str(FIRST), "minutes_before": minutes, "relative_to": "start"}


def absolute(instant: str, reminder: UUID = FIRST) -> dict[str, Any]:
    return {"id": str(reminder), "at": instant}


TIMED = TaskHead(
    user_id=USER, task_id=TASK, version=1, title="Pay rent", status="open", due_date=dt.date(2026, 5, 31),
    due_time=dt.time(17, 0), due_zone="Europe/Berlin", due_at=at("2026-05-31T15:00Z"), start_date=dt.date(2026, 5, 20),
    reminders=[before_due(30)], user_time_zone="Europe/Berlin", deleted_at=None, withdrawn_at=None, created_at=MADE,
)  # fmt: skip
DATED = replace(TIMED, due_time=None, due_at=at("2026-05-31T21:59:59Z"))
PERSON = UserHead(USER, 1, "a@example.org", "A", "America/New_York", "en", 0, None)


def instants(task: TaskHead, user: UserHead | None = None) -> list[str]:
    return [reminder.fire_at.strftime("%m-%dT%H:%M") for reminder in plan(task, user)]


@pytest.mark.parametrize(
    ("task", "user", "expected"),
    [
        (TIMED, None, ["05-31T14:30"]),
        (TIMED, PERSON, ["05-31T14:30"]),
        (replace(TIMED, reminders=[before_due(0)]), None, ["05-31T15:00"]),
        (replace(TIMED, reminders=[before_start(60)]), None, ["05-20T06:00"]),
        (replace(TIMED, reminders=[before_start(60)]), PERSON, ["05-20T12:00"]),
        (DATED, None, ["05-31T06:30"]),
        (DATED, PERSON, ["05-31T12:30"]),
        (replace(TIMED, reminders=[absolute("2026-05-30T08:00:00Z")]), PERSON, ["05-30T08:00"]),
        (replace(TIMED, due_date=None, due_time=None, due_at=None), None, []),
        (replace(TIMED, start_date=None, reminders=[before_start(5)]), None, []),
        (replace(TIMED, reminders=[]), None, []),
    ],
)
def test_relative_to_due_or_start_or_absolute(task: TaskHead, user: UserHead | None, expected: list[str]) -> None:
    assert instants(task, user) == expected


def test_a_date_is_nine_in_the_users_zone_also_when_the_clock_changed_that_night() -> None:
    spring = replace(DATED, due_date=dt.date(2026, 3, 29), reminders=[before_due(0)])
    assert instants(spring) == ["03-29T07:00"]
    assert instants(replace(spring, due_date=dt.date(2026, 3, 28))) == ["03-28T08:00"]


@pytest.mark.parametrize(
    "changes",
    [{"status": "done"}, {"status": "skipped"}, {"status": "missed"}, {"deleted_at": MADE}, {"withdrawn_at": MADE}],
)
def test_a_task_that_is_not_open_reminds_of_nothing(changes: dict[str, Any]) -> None:
    assert instants(replace(TIMED, **changes)) == []


def test_a_person_who_is_gone_is_reminded_of_nothing() -> None:
    assert instants(TIMED, replace(PERSON, deleted_at=MADE)) == []


def test_what_had_passed_with_its_due_before_the_task_was_made_is_left_out() -> None:
    late = replace(TIMED, created_at=at("2026-05-31T14:45Z"))
    assert instants(late) == ["05-31T14:30"], "the due is still to come: told at once"
    assert instants(replace(TIMED, created_at=at("2026-05-31T15:01Z"))) == []
    assert instants(replace(TIMED, created_at=None)) == ["05-31T14:30"]


def test_the_revision_changes_with_what_the_instant_hangs_on_and_with_nothing_else() -> None:
    [first] = plan(TIMED, None)
    assert plan(replace(TIMED, version=9, title="Pay the rent"), PERSON) == [first]
    moved = replace(TIMED, due_at=at("2026-05-31T16:00Z"))
    [other] = plan(replace(moved, reminders=[before_due(90)]), None)
    assert (other.fire_at, other.revision != first.revision) == (first.fire_at, True)
    assert plan(moved, None)[0].revision != first.revision
    assert plan(replace(TIMED, task_id=uuid7()), None)[0].revision != first.revision
    assert 0 <= first.revision < 2**48, "JavaScript must read it exactly"


def test_one_per_reminder_id_sorted() -> None:
    task = replace(TIMED, reminders=[before_due(5, SECOND), before_due(10, FIRST), before_due(15, SECOND)])
    assert [p.reminder_id for p in plan(task, None)] == sorted([FIRST, SECOND])
    assert {p.reminder_id: p.fire_at for p in plan(task, None)}[SECOND] == at("2026-05-31T14:55Z")


def test_absurd_dates_and_zones_do_not_stop_the_plan() -> None:
    assert instants(replace(DATED, user_time_zone="Mars/Olympus")) == ["05-31T08:30"]
    assert instants(replace(DATED, due_date=dt.date(9999, 12, 31))) == []
    assert instants(replace(TIMED, due_at=dt.datetime.min.replace(tzinfo=dt.UTC))) == []


def test_the_revision_is_the_same_in_every_process() -> None:
    task = UUID("01a1fdf0-1c2e-7b61-9a40-0d1f6a7c2e11")
    reminder = {"id": "01a1fdf0-1c2e-7b60-8f1a-52c7a5d1e0b4", "minutes_before": 30, "relative_to": "due"}
    assert revision_of(task, reminder, at("2026-05-31T15:00Z")) == 29025148668502


def test_a_paused_series_reminds_of_nothing() -> None:
    of_series = replace(TIMED, series_id=SECOND)
    going_on, paused = (SeriesHead(USER, SECOND, 2, paused) for paused in (False, True))
    assert plan(of_series, PERSON, going_on) == plan(of_series, PERSON) != []
    assert plan(of_series, PERSON, paused) == []
