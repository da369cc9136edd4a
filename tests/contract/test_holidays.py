"""A series that minds public holidays: from the account's country to the next occurrence, whatever is heard first."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.contract.test_services_and_backend import Person
from tests.contract.wiring import World

pytestmark = pytest.mark.integration
EVE = "2031-12-24"
"""A Wednesday; on the Thursday and the Friday after it nobody works in Germany."""


async def minding(person: Person, on_holiday: str, rrule: str, date: str) -> dict[str, Any]:
    recurrence = {"rrule": rrule, "on_holiday": on_holiday}
    body = {"title": "x", "due": {"date": date}, "recurrence": recurrence}
    status, task = await person.call("POST", "/tasks", body)
    assert (status, task["due"]["date"]) == (201, date)
    return task


async def successor(person: Person, task: dict[str, Any]) -> tuple[str, str]:
    found = [one for one in await person.tasks() if one["series_id"] == task["series_id"]]
    [following] = [one for one in found if one["status"] == "open"]
    assert following["predecessor_id"] == task["id"]
    return following["due"]["date"], following["occurrence_key"]


@pytest.mark.parametrize(
    ("on_holiday", "rrule", "first", "date", "key"),
    [
        ("skip", "FREQ=DAILY", EVE, "2031-12-27", "2031-12-27"),
        ("ignore", "FREQ=DAILY", EVE, "2031-12-25", "2031-12-25"),
        ("before", "FREQ=MONTHLY;BYMONTHDAY=23,26", "2031-12-23", "2031-12-24", "2031-12-26"),
        ("after", "FREQ=MONTHLY;BYMONTHDAY=24,25", EVE, "2031-12-29", "2031-12-25"),
    ],
)
async def test_the_next_one_stands_where_the_holidays_let_it(
    world: World, on_holiday: str, rrule: str, first: str, date: str, key: str
) -> None:
    person = await Person.sign_up(world)
    await person.lives_in("DE")
    task = await minding(person, on_holiday, rrule, first)
    assert (await person.call("POST", f"/tasks/{task['id']}/complete"))[0] == 200
    await world.settle()
    assert await successor(person, task) == (date, key)
    before = world.domain()
    await world.replay(random.Random(1))
    await world.settle()
    assert (await successor(person, task), world.domain()) == ((date, key), before)
    assert world.dead_letters() == []


async def test_a_country_that_is_heard_of_after_the_completion_counts_all_the_same(world: World) -> None:
    person = await Person.sign_up(world)
    await world.settle()
    await person.lives_in("DE")
    task = await minding(person, "skip", "FREQ=DAILY", EVE)
    await person.call("POST", f"/tasks/{task['id']}/complete")
    late = world.ledger()[world.seen :]
    heard = [record for record in late if record.topic != "account-events"]
    assert len(heard) == len(late) - 1
    await world.consumers["recurring"].handle(heard)
    await world.advancer.drain()
    assert await successor(person, task) == ("2031-12-27", "2031-12-27")
    await world.settle()
    assert await successor(person, task) == ("2031-12-27", "2031-12-27")
