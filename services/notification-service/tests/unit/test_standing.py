"""What becomes of each reminder: those in the past have a clear state, too."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import pytest
from event_contracts.identifiers import uuid7
from notification_service.domain.heads import SeriesHead, TaskHead
from notification_service.domain.inputs import Inputs
from notification_service.domain.preferences import Preferences
from notification_service.domain.snooze import Snooze, snooze_id
from notification_service.domain.standing import Standing, Tried, standings

USER, TASK, REMINDER, SERIES = (uuid7() for _ in range(4))
NOW = dt.datetime(2026, 5, 31, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def head(due: dt.datetime | None, made: dt.datetime = NOW - 24 * HOUR, **changes: Any) -> TaskHead:
    wall = due or NOW
    task = TaskHead(
        user_id=USER, task_id=TASK, version=3, title="Pay rent", status="open", due_date=due and wall.date(),
        due_time=due and wall.time(), due_zone="UTC", due_at=due, start_date=None,
        reminders=[{"id": str(REMINDER), "minutes_before": 30, "relative_to": "due"}], user_time_zone="UTC",
        deleted_at=None, withdrawn_at=None, created_at=made,
    )  # fmt: skip
    return replace(task, **changes)


def of(
    task: TaskHead,
    *tried: Tried,
    paused: bool = False,
    preferences: Preferences | None = None,
    snooze: Snooze | None = None,
) -> list[Standing]:
    series = {(USER, SERIES): SeriesHead(USER, SERIES, 1, paused)}
    inputs = Inputs(
        {}, {}, series, {USER: preferences} if preferences else {}, {(USER, TASK): snooze} if snooze else {}
    )
    return standings(task, inputs, tried, NOW)


def tried(at: dt.datetime, state: str = "sent", late: bool = False, reminder: UUID = REMINDER) -> Tried:
    return Tried(reminder, at, state, late, NOW if state == "sent" else None)


LEAD = dt.timedelta(minutes=30)
TO_COME, PASSED = NOW + HOUR, NOW - HOUR


@pytest.mark.parametrize(
    ("task", "state", "at"),
    [
        (head(TO_COME), "planned", TO_COME - LEAD),
        # Set when its instant had passed, what it reminds of has not: told at once.
        (head(NOW + LEAD / 2, made=NOW), "due", NOW - LEAD / 2),
        # Moved into the past after it was made: told at once, and marked late.
        (head(PASSED), "due", PASSED - LEAD),
        # Both had passed when the task was made.
        (head(PASSED, made=NOW), "passed", PASSED - LEAD),
        (head(NOW - 31 * 24 * HOUR, made=NOW - 90 * 24 * HOUR), "passed", NOW - 31 * 24 * HOUR - LEAD),
        (head(None), "undated", None),
        (head(TO_COME, status="done"), "closed", TO_COME - LEAD),
        (head(TO_COME, deleted_at=NOW), "closed", TO_COME - LEAD),
    ],
)
def test_before_anything_was_told(task: TaskHead, state: str, at: dt.datetime | None) -> None:
    [one] = of(task)
    assert (one.reminder_id, one.kind, one.state, one.at, one.told_at) == (REMINDER, "own", state, at, None)


def test_an_absolute_one_in_the_past_is_passed_with_a_new_task_and_told_with_an_old_one() -> None:
    absolute = [{"id": str(REMINDER), "at": PASSED.isoformat()}]
    assert [one.state for one in of(head(None, made=NOW, reminders=absolute))] == ["passed"]
    assert [one.state for one in of(head(None, reminders=absolute))] == ["due"]


@pytest.mark.parametrize(
    ("state", "becomes"), [("queued", "due"), ("dropped", "due"), ("sent", "told"), ("dead", "failed")]
)
def test_what_was_done_about_it(state: str, becomes: str) -> None:
    [one] = of(head(PASSED), tried(PASSED - LEAD, state, late=True))
    assert one.state == becomes
    assert (one.told_at, one.late) == ((NOW, True) if becomes == "told" else (None, False))


def test_told_stays_told_when_the_task_is_done_and_says_so_beside_a_new_instant() -> None:
    told = tried(PASSED - LEAD)
    [done] = of(head(PASSED, status="done"), told)
    assert (done.state, done.told_at) == ("told", NOW)
    [moved] = of(head(TO_COME), told)
    assert (moved.state, moved.at, moved.told_at) == ("planned", TO_COME - LEAD, NOW)


def test_one_that_repeats_is_planned_until_the_last() -> None:
    nagging = [{"id": str(REMINDER), "minutes_before": 0, "relative_to": "due", "repeat_minutes": 90, "repeat_most": 1}]
    again = uuid5(REMINDER, "again 1")
    [between] = of(head(PASSED, reminders=nagging), tried(PASSED))
    assert (between.state, between.at, between.told_at) == ("planned", PASSED + 1.5 * HOUR, NOW)
    late = dt.timedelta(minutes=-90)
    [over] = of(head(PASSED + late, reminders=nagging), tried(PASSED + late), tried(PASSED, reminder=again))
    assert (over.state, over.at) == ("told", PASSED)


def test_of_a_paused_series_nobody_is_told() -> None:
    assert [one.state for one in of(head(TO_COME, series_id=SERIES), paused=True)] == ["paused"]


def test_the_one_that_a_person_wants_of_all_and_one_that_was_put_off() -> None:
    wanted = Preferences(USER, default_lead_minutes=10, lead_since=NOW - 90 * 24 * HOUR)
    [default] = of(head(TO_COME, reminders=[]), preferences=wanted)
    assert (default.kind, default.state, default.at) == ("default", "planned", TO_COME - dt.timedelta(minutes=10))
    own, snoozed = of(head(PASSED), tried(PASSED - LEAD), snooze=Snooze(USER, TASK, REMINDER, TO_COME, NOW))
    assert (own.state, own.kind) == ("told", "own")
    assert (snoozed.reminder_id, snoozed.kind, snoozed.state, snoozed.at) == (
        snooze_id(TASK),
        "snooze",
        "planned",
        TO_COME,
    )
