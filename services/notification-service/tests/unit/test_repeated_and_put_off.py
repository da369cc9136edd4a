"""Reminders that come again until their task is done, and those that were put off. No clock, no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from event_contracts.identifiers import uuid7
from notification_service.domain.because import because_of
from notification_service.domain.heads import SeriesHead, TaskHead
from notification_service.domain.plan import MOST_REPEATS, plan
from notification_service.domain.preferences import Preferences
from notification_service.domain.snooze import Snooze

USER, TASK, FIRST = (uuid7() for _ in range(3))
DUE = dt.datetime(2026, 5, 31, 15, tzinfo=dt.UTC)
NAGGING = {"id": str(FIRST), "minutes_before": 0, "relative_to": "due", "repeat_minutes": 10, "repeat_most": 3}


def task(*reminders: dict[str, Any], **changes: Any) -> TaskHead:
    head = TaskHead(
        user_id=USER, task_id=TASK, version=1, title="Pills", status="open", due_date=DUE.date(), due_time=DUE.time(),
        due_zone="UTC", due_at=DUE, start_date=None, reminders=list(reminders), user_time_zone="UTC", deleted_at=None,
        withdrawn_at=None, created_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    return replace(head, **changes)


def minutes(*found: Any) -> list[float]:
    return sorted((one.fire_at - DUE).total_seconds() / 60 for one in found)


def put_off(minutes_after: int, reminder: UUID = FIRST) -> Snooze:
    return Snooze(USER, TASK, reminder, DUE + dt.timedelta(minutes=minutes_after), DUE)


def test_it_comes_again_on_a_grid_until_its_cap_and_each_time_is_its_own_row() -> None:
    planned = plan(task(NAGGING), None)
    assert minutes(*planned) == [0, 10, 20, 30]
    assert len({one.reminder_id for one in planned}) == 4
    assert {one.origin for one in planned} == {FIRST}
    moved = plan(task(NAGGING, due_at=DUE + dt.timedelta(minutes=1)), None)
    assert {one.revision for one in planned}.isdisjoint(one.revision for one in moved)


def test_done_deleted_and_paused_it_comes_no_more() -> None:
    for changes in ({"status": "done"}, {"status": "skipped"}, {"deleted_at": DUE}, {"withdrawn_at": DUE}):
        assert plan(task(NAGGING, **changes), None, snooze=put_off(5)) == []
    paused = SeriesHead(USER, TASK, 1, paused=True)
    assert plan(task(NAGGING, series_id=TASK), None, paused, snooze=put_off(5)) == []


def test_without_a_cap_of_its_own_it_has_that_of_its_person_and_never_more_than_a_row_can_hold() -> None:
    without = {name: value for name, value in NAGGING.items() if name != "repeat_most"}
    assert len(plan(task(without), None)) == 1 + Preferences(USER).nag_most
    assert len(plan(task(without), None, None, Preferences(USER, nag_most=2))) == 3
    assert len(plan(task({**NAGGING, "repeat_most": 10**9}), None)) == 1 + MOST_REPEATS


def test_put_off_it_comes_then_and_repetitions_only_after_it() -> None:
    assert minutes(*plan(task(NAGGING), None, snooze=put_off(25))) == [0, 25, 30]
    other = {"id": str(uuid7()), "minutes_before": 5, "relative_to": "due"}
    assert minutes(*plan(task(other, NAGGING), None, snooze=put_off(25, UUID(other["id"])))) == [-5, 0, 10, 20, 25, 30]
    assert minutes(*plan(task(), None, snooze=put_off(25))) == [25], "also of a task that has lost its reminders"
    again = {one.revision for one in plan(task(), None, snooze=put_off(26))}
    assert again != {one.revision for one in plan(task(), None, snooze=put_off(25))}


def test_each_message_says_why() -> None:
    head = task(NAGGING)
    first, second, *_ = sorted(plan(head, None), key=lambda one: one.fire_at)
    why = because_of(first, head, None, None, held=False)
    assert (why.kind, why.reminder_id, why.minutes_before) == ("due", FIRST, 0)
    assert why.sentence == "You asked to be reminded when it is due."
    assert why.since is not None, "the id says when it was made"
    again = because_of(second, head, None, None, held=True)
    assert (again.number, again.most, again.held, again.preference) == (1, 3, True, "quiet_hours")
    assert again.sentence.endswith("comes again (1 of 3). It waited for the end of your quiet hours.")
    late = put_off(25)
    snoozed = next(one for one in plan(head, None, snooze=late) if one.origin == FIRST and one.fire_at == late.until)
    why = because_of(snoozed, head, None, late, held=False)
    assert (why.kind, why.reminder_id, why.since) == ("snooze", FIRST, late.made_at)
    hour = {"id": str(uuid7()), "minutes_before": 90, "relative_to": "start"}
    wanted = Preferences(USER, default_lead_minutes=1440)
    bare = task()
    [lead] = plan(bare, None, None, wanted)
    why = because_of(lead, bare, wanted, None, held=False)
    assert (why.preference, why.sentence) == (
        "default_lead_minutes",
        "You want to be reminded 1 day before it is due of all that has a time.",
    )
    start = task(hour, start_date=DUE.date())
    [before] = plan(start, None)
    assert because_of(before, start, None, None, held=False).sentence == (
        "You asked to be reminded 90 minutes before it starts."
    )
