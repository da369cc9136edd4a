"""Whose public holidays count is told on another topic than tasks: late, changed, or by the backend's own refusal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from recurrence_rules import resolve
from recurring_task_service.bootstrap import Process

from .conftest import Backend
from .story import Owner, Story, records, rows

pytestmark = pytest.mark.integration

CHRISTMAS_EVE = {"date": "2099-12-24", "time": "09:00:00", "time_zone": "Europe/Berlin"}
"""A Thursday; on the 25th and 26th nobody works in Germany, nor on the Sunday after."""


def minding(**recurrence: Any) -> Story:
    return Story(recurrence={"on_holiday": "skip", **recurrence})


def christmas_eve(story: Story) -> bytes:
    return story.occurrence(due=CHRISTMAS_EVE, occurrence_key="2099-12-24T09:00:00")


async def test_the_holidays_of_the_account_are_asked(process: Process, backend: Backend, owner: Owner) -> None:
    story = minding()
    await process.consumer.handle(records(story.user_act(2, country="DE")))
    await process.consumer.handle(records(christmas_eve(story), story.complete()))
    await process.advancer.drain()
    [(_, _, body)] = backend.calls
    assert (body["next"]["date"], body["country"], body["region"]) == ("2099-12-27", "DE", None)
    assert rows(owner) == []


async def test_a_changed_country_renews_what_waits_for_its_instant(
    process: Process, backend: Backend, owner: Owner
) -> None:
    story = minding(trigger="on_schedule")
    waits = "SELECT not_before FROM recurring.wanted"
    await process.consumer.handle(records(christmas_eve(story)))
    for version, country, date in ((1, None, 25), (2, "DE", 27), (3, "FR", 26), (4, None, 25)):
        await process.consumer.handle(records(story.user_act(version, country=country)))
        await process.advancer.drain()
        opens = resolve(dt.date(2099, 12, date), dt.time(9), "Europe/Berlin")
        assert (owner.execute(waits).fetchall(), backend.calls) == ([(opens,)], []), country


async def test_another_name_renews_nothing(process: Process, backend: Backend, owner: Owner) -> None:
    story = minding(trigger="on_schedule")
    await process.consumer.handle(records(story.user_act(2, country="DE"), christmas_eve(story)))
    await process.advancer.drain()
    before = owner.execute("SELECT * FROM recurring.wanted").fetchall()
    await process.consumer.handle(records(story.user_act(3, country="DE")))
    assert owner.execute("SELECT * FROM recurring.wanted").fetchall() == before


async def test_a_country_that_is_not_heard_of_yet_comes_with_the_refusal(
    process: Process, backend: Backend, owner: Owner
) -> None:
    story = minding()
    user = {"id": str(story.user), "time_zone": "Europe/Berlin", "version": 2, "country": "DE", "region": "BY"}
    backend.answers = [(409, {"code": "superseded", "user": user}), (200, {"outcome": "made"})]
    await process.consumer.handle(records(christmas_eve(story), story.complete()))
    await process.advancer.drain()
    asked = [(body["next"]["date"], body["country"], body["region"]) for _, _, body in backend.calls]
    assert asked == [("2099-12-25", None, None), ("2099-12-27", "DE", "BY")]
    assert rows(owner) == [], "at once, without a back-off"
