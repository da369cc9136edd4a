"""One reminder worked out by itself is what the whole plan says of it: what is fired is judged by it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st
from notification_service.domain.heads import SeriesHead, TaskHead
from notification_service.domain.plan import default_reminder, plan, planned_one
from notification_service.domain.preferences import Preferences
from notification_service.domain.snooze import Snooze, snooze_id

USER, TASK, SERIES = (UUID(int=n) for n in range(1, 4))
DUE = dt.datetime(2026, 5, 31, 15, tzinfo=dt.UTC)
IDS = [UUID(int=n) for n in range(0xA0, 0xA6)]

repeats = st.fixed_dictionaries(
    {}, optional={"repeat_minutes": st.integers(1, 90), "repeat_most": st.integers(1, 4)}
).map(lambda found: found if "repeat_minutes" in found else {})
kinds = st.one_of(
    st.builds(
        lambda minutes, to: {"minutes_before": minutes, "relative_to": to},
        st.integers(0, 3000),
        st.sampled_from(["due", "start"]),
    ),
    st.integers(-5000, 5000).map(lambda minutes: {"at": (DUE + dt.timedelta(minutes=minutes)).isoformat()}),
)
reminders = st.lists(st.tuples(st.sampled_from(IDS), kinds, repeats), max_size=4, unique_by=lambda found: found[0])
snoozes = st.none() | st.builds(
    lambda reminder, minutes: Snooze(USER, TASK, reminder, DUE + dt.timedelta(minutes=minutes), DUE),
    st.sampled_from([*IDS, default_reminder(TASK)]),
    st.integers(-100, 1000),
)


def task(named: list[tuple[UUID, dict[str, Any], dict[str, Any]]], status: str, due: bool) -> TaskHead:
    definitions = [{"id": str(name), **kind, **repeat} for name, kind, repeat in named]
    return TaskHead(
        user_id=USER, task_id=TASK, version=1, title="Pills", status=status, due_date=DUE.date() if due else None,
        due_time=DUE.time() if due else None, due_zone="UTC", due_at=DUE if due else None,
        start_date=dt.date(2026, 5, 20), reminders=definitions, user_time_zone="Europe/Berlin", deleted_at=None,
        withdrawn_at=None, created_at=DUE - dt.timedelta(days=2), series_id=SERIES,
    )  # fmt: skip


@given(
    named=reminders,
    status=st.sampled_from(["open", "open", "open", "done"]),
    due=st.booleans(),
    paused=st.sampled_from([False, False, False, True]),
    lead=st.none() | st.integers(0, 100),
    snooze=snoozes,
)
def test_one_by_itself_is_what_the_plan_says(
    named: list[Any], status: str, due: bool, paused: bool, lead: int | None, snooze: Snooze | None
) -> None:
    around = (None, SeriesHead(USER, SERIES, 1, paused), Preferences(USER, default_lead_minutes=lead), snooze)
    head = task(named, status, due)
    whole = {one.reminder_id: one for one in plan(head, *around)}
    others = {
        *IDS,
        default_reminder(TASK),
        snooze_id(TASK),
        *(uuid5(name, f"again {n}") for name in IDS for n in (1, 4)),
    }
    for reminder_id in others | set(whole):
        assert planned_one(reminder_id, head, *around) == whole.get(reminder_id)
