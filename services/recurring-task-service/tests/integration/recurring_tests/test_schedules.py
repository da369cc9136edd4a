"""What is not due yet: by schedule and after a pause it is asked for at its very instant."""

from __future__ import annotations

import datetime as dt

import pytest
from recurrence_rules import resolve
from recurring_task_service.bootstrap import Process

from .conftest import Backend
from .story import Owner, Story, records, rows

pytestmark = pytest.mark.integration


async def test_what_opens_by_schedule_is_asked_for_at_its_instant_and_costs_no_attempt(
    process: Process, backend: Backend, owner: Owner
) -> None:
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    story = Story(recurrence={"trigger": "on_schedule"})
    due = {"date": str(tomorrow), "time": "09:00:00", "time_zone": "Europe/Berlin"}
    await process.consumer.handle(records(story.occurrence(due=due, occurrence_key=f"{tomorrow}T09:00:00")))
    await process.advancer.drain()
    opens = resolve(tomorrow + dt.timedelta(days=1), dt.time(9), "Europe/Berlin")
    row = "SELECT not_before, attempts, claim, last_error FROM recurring.wanted"
    assert (owner.execute(row).fetchall(), backend.calls) == ([(opens, 0, None, None)], [])
    assert (await process.advancer.step() or 0) > 80_000
    await process.consumer.handle(records(story.act(1, "updated", due={**due, "date": "2026-05-01"},
                                                    occurrence_key="2026-05-01T09:00:00")))  # fmt: skip
    await process.advancer.drain()
    assert [body["predecessor_version"] for _, _, body in backend.calls] == [2]


async def test_with_no_next_one_nothing_is_due_before_something_is_done(
    process: Process, backend: Backend, owner: Owner
) -> None:
    story = Story(rrule="FREQ=DAILY;COUNT=1", recurrence={"trigger": "on_schedule"})
    first = story.occurrence()
    await process.consumer.handle(records(first))
    await process.advancer.drain()
    forever = "SELECT not_before = 'infinity' FROM recurring.wanted"
    assert (owner.execute(forever).fetchall(), backend.calls) == ([(True,)], [])
    assert await process.advancer.step() is None
    await process.consumer.handle(records(first, first))
    assert owner.execute(forever).fetchall() == [(True,)]
    await process.consumer.handle(records(story.complete()))
    await process.advancer.drain()
    assert [body["end_reason"] for _, _, body in backend.calls] == ["count"]


async def test_a_paused_series_is_resumed_on_its_day(process: Process, backend: Backend, owner: Owner) -> None:
    story = Story()
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)
    await process.consumer.handle(
        records(story.occurrence(), story.series_act("paused", "paused", resume_on=str(tomorrow)))
    )
    await process.advancer.drain()
    assert (len(rows(owner)), backend.calls) == (1, [])
    await process.consumer.handle(records(story.series_act("paused", "paused", resume_on="2026-05-02")))
    backend.answers = [(200, {"outcome": "resumed"})]
    await process.advancer.drain()
    [(path, _, body)] = backend.calls
    assert (path.rsplit("/", 1)[1], body, rows(owner)) == ("resume", {"series_version": 3}, [])
