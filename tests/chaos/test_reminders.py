"""kill -9 of what sends while reminders are under way: each is told once by its key, none is missing (I3, I1)."""

from __future__ import annotations

import datetime as dt
import signal
from typing import Any

import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.people import Person, eventually

UNDER_WAY = 20
TASKS = 40


@pytest.mark.parametrize("victim", ["notification-service", "notification-service-daprd"])
def test_each_reminder_is_told_once_when_its_sender_is_killed(
    platform: Platform, base_url: str, store: Any, brokers: str, victim: str
) -> None:
    people = [Person.sign_up(base_url) for _ in range(10)]
    first = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=3)
    tasks = [
        people[n % 10].add(f"chore {n}", reminders=[{"at": (first + dt.timedelta(milliseconds=25 * n)).isoformat()}])
        for n in range(TASKS)
    ]
    ids = [task["id"] for task in tasks]
    eventually(lambda: _count(store, "due_queue", ids) == TASKS, says="all are planned")

    # The backend keeps silent, so that attempts pile up between queue and notification.
    platform.kill("todo-backend", signal.SIGSTOP)
    try:
        eventually(lambda: _queued(store, ids) >= UNDER_WAY, says="reminders taken and not yet told")
        under_way = _queued(store, ids)
        platform.kill(victim, signal.SIGKILL)
    finally:
        platform.kill("todo-backend", signal.SIGCONT)
    # A second time, in the middle of the sending.
    platform.wait_healthy(deadline=60)
    eventually(lambda: _count(store, "messages", ids) > 0, seconds=60, says="the first are told")
    platform.kill(victim, signal.SIGKILL)
    platform.wait_healthy(deadline=60)
    assert under_way >= UNDER_WAY

    eventually(lambda: _told(store, people) == TASKS and invariants.settled(store), seconds=60)
    due = {
        f"{reminder['id']}/{evidence.written(store, reminder['at'])}"
        for task in tasks
        for reminder in task["reminders"]
    }
    assert len(due) == TASKS
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, due) == []
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []


def _count(store: Any, table: str, ids: list[str]) -> int:
    statement = f"SELECT count(*) FROM notifications.{table} WHERE task_id = ANY(%s::uuid[])"
    return store.execute(statement, (ids,)).fetchone()[0]


def _queued(store: Any, ids: list[str]) -> int:
    statement = "SELECT count(*) FROM notifications.attempts WHERE state = 'queued' AND task_id = ANY(%s::uuid[])"
    return store.execute(statement, (ids,)).fetchone()[0]


def _told(store: Any, people: list[Person]) -> int:
    """How many reminders these people were told of, those inside digests included."""
    statement = (
        "SELECT coalesce(sum(greatest(1, jsonb_array_length(digest))), 0) FROM notifications.messages"
        " WHERE user_id = ANY(%s)"
    )
    return int(store.execute(statement, ([person.user_id for person in people],)).fetchone()[0])
