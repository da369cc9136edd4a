"""Weeks of edits, outages and redeliveries: nothing lost, nothing twice, nothing of what is done or deleted."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from local_runtime.testing import Postgres

from .simulated import Task, Weeks

pytestmark = pytest.mark.integration
WHICH = st.integers(0, 3)
CLOCK = st.sampled_from([dt.time(0, 30), dt.time(6), dt.time(8, 15), dt.time(13), dt.time(22)])
MINUTES = st.sampled_from([5, 30, 120, 480, 900])
REMINDERS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"minutes_before": st.sampled_from([0, 10, 60])}),
        st.fixed_dictionaries(
            {"minutes_before": st.just(0), "repeat_minutes": st.sampled_from([5, 45]), "repeat_most": st.integers(1, 3)}
        ),
        st.fixed_dictionaries({"in_minutes": st.integers(-60, 2000)}),
    ),
    min_size=1,
    max_size=2,
)
CREATE = st.tuples(st.just("create"), st.integers(-60, 2000), st.booleans(), REMINDERS)
PASSES = st.tuples(st.just("passes"), MINUTES, st.sampled_from([True, True, False]))
ACT = st.one_of(
    CREATE,
    st.tuples(st.just("move"), WHICH, st.integers(-600, 2000)),
    st.tuples(st.just("remind"), WHICH, REMINDERS),
    st.tuples(st.sampled_from(["done", "reopen", "delete"]), WHICH),
    st.tuples(st.just("put_off"), WHICH, st.integers(1, 2000)),
    st.tuples(st.just("zone"), st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/New_York"])),
    st.tuples(st.just("hour"), CLOCK),
    st.tuples(st.just("quiet"), st.one_of(st.none(), st.tuples(CLOCK, CLOCK).filter(lambda c: c[0] != c[1]))),
    st.tuples(st.just("again"), st.integers(0, 99)),
)
STEPS = st.tuples(
    st.lists(CREATE, min_size=2, max_size=4), st.lists(st.one_of(ACT, PASSES), min_size=10, max_size=40)
).map(lambda parts: [*parts[0], *parts[1]])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_weeks_of_edits_lose_nothing_and_tell_nothing_twice(migrated: Postgres, owner: Any, steps: list[Any]) -> None:
    asyncio.run(play(migrated, steps))


async def play(postgres: Postgres, steps: list[Any]) -> None:
    async with Weeks(postgres) as weeks:
        for name, *given_ones in steps:
            await ACTS[name](weeks, *given_ones)
        for _ in range(4):  # whatever is held by quiet hours comes within a day
            weeks.passes(6 * 60 + 1)
            await weeks.sweeps()


async def create(weeks: Weeks, minutes: int, timed: bool, reminders: list[dict[str, Any]]) -> None:
    due = _due(weeks, minutes)
    task = Task(due.date(), due.time() if timed else None, _defined(weeks, reminders), weeks.now)
    weeks.tasks.append(task)
    await weeks.says(task, "created")


async def passes(weeks: Weeks, minutes: int, is_up: bool) -> None:
    weeks.passes(minutes)
    if is_up:
        await weeks.sweeps()


async def move(weeks: Weeks, which: int, minutes: int) -> None:
    if task := _one(weeks, which):
        due = _due(weeks, minutes)
        task.due, task.time = due.date(), due.time() if task.time else None
        await weeks.says(task)


async def remind(weeks: Weeks, which: int, reminders: list[dict[str, Any]]) -> None:
    if task := _one(weeks, which):
        task.reminders = _defined(weeks, reminders)
        await weeks.says(task)


async def done(weeks: Weeks, which: int) -> None:
    if (task := _one(weeks, which)) and task.is_open:
        task.status, task.put_off = "done", None
        await weeks.says(task, "completed")


async def reopen(weeks: Weeks, which: int) -> None:
    if (task := _one(weeks, which)) and not task.is_open:
        task.status, task.deleted = "open", False
        await weeks.says(task, "reopened")


async def delete(weeks: Weeks, which: int) -> None:
    if (task := _one(weeks, which)) and task.is_open:
        task.deleted, task.put_off = True, None
        await weeks.says(task, "deleted")


async def put_off(weeks: Weeks, which: int, minutes: int) -> None:
    if task := _one(weeks, which):
        await weeks.puts_off(task, weeks.now + dt.timedelta(minutes=minutes))


async def zone(weeks: Weeks, name: str) -> None:
    await weeks.lives_in(name)


async def hour(weeks: Weeks, at: dt.time) -> None:
    await weeks.wants(default_hour=at)


async def quiet(weeks: Weeks, hours: tuple[dt.time, dt.time] | None) -> None:
    begins, ends = hours or (None, None)
    await weeks.wants(quiet_from=begins, quiet_to=ends)


async def again(weeks: Weeks, seed: int) -> None:
    """Everything that was heard comes once more, in another order."""
    bodies = list(weeks.heard)
    random.Random(seed).shuffle(bodies)
    heard, weeks.heard = weeks.heard, []
    await weeks.hears(*bodies)
    weeks.heard = heard


ACTS: dict[str, Any] = {
    one.__name__: one for one in (create, passes, move, remind, done, reopen, delete, put_off, zone, hour, quiet, again)
}


def _one(weeks: Weeks, which: int) -> Task | None:
    return weeks.tasks[which % len(weeks.tasks)] if weeks.tasks else None


def _due(weeks: Weeks, minutes: int) -> dt.datetime:
    return (weeks.now + dt.timedelta(minutes=minutes)).replace(second=0, microsecond=0)


def _defined(weeks: Weeks, reminders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in reminders:
        if "in_minutes" in one:
            found.append({"id": str(uuid4()), "at": _due(weeks, one["in_minutes"]).isoformat()})
        else:
            found.append({"id": str(uuid4()), "relative_to": "due", **one})
    return found


async def test_a_clock_that_jumps_ahead_and_is_set_back_loses_nothing_and_tells_nothing_twice(
    migrated: Postgres, owner: Any
) -> None:
    async with Weeks(migrated) as weeks:
        for minutes in (30, 120, 300):
            due = weeks.now + dt.timedelta(minutes=minutes)
            reminder = {"id": str(uuid4()), "minutes_before": 0, "relative_to": "due"}
            task = Task(due.date(), due.time(), [reminder], weeks.now)
            weeks.tasks.append(task)
            await weeks.says(task, "created")
        for jump, told in ((240, 2), (-200, 2), (0, 2), (90, 2), (200, 3), (-300, 3)):
            weeks.passes(jump)
            await weeks.deliverer.drain()
            await weeks.hears(*weeks.heard[-1:])  # and what was heard is heard again
            numbers = owner.execute(
                "SELECT count(*), count(DISTINCT key) FROM notifications.messages WHERE user_id = %s", (weeks.user,)
            ).fetchone()
            assert numbers == (told, told), f"after a jump of {jump} minutes"
