"""kill -9 of what follows acts: each completion has its successor, each reminder is told, both once (I2, I3, I1).

At the kill at least 20 completions have no successor yet and at least 20 reminders have been taken and not told.
"""

from __future__ import annotations

import datetime as dt
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.people import Person, eventually

UNDER_WAY = 20
EACH = 40
AHEAD_SECONDS = 12.0
"""Long enough to write everything down before the first reminder is due, on a busy machine, too."""
SERVICES = "recurring-task-service", "notification-service"


@pytest.mark.parametrize("suffix", ["", pytest.param("-daprd", marks=pytest.mark.long)], ids=["services", "sidecars"])
def test_each_successor_is_made_and_each_reminder_told_once(
    platform: Platform, base_url: str, store: Any, brokers: str, suffix: str
) -> None:
    people = [Person.sign_up(base_url) for _ in range(8)]
    first = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=AHEAD_SECONDS)
    tomorrow = str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1))

    def remind(n: int) -> dict[str, Any]:
        at = (first + dt.timedelta(milliseconds=25 * n)).isoformat()
        return people[n % 8].add(f"reminder {n}", reminders=[{"at": at}])

    with ThreadPoolExecutor(8) as pool:
        reminding = list(pool.map(remind, range(EACH)))
        chores = list(pool.map(lambda n: people[n % 8].add_repeating("chore", tomorrow, "FREQ=DAILY"), range(EACH)))
        series = [chore["series_id"] for chore in chores]
        eventually(lambda: _planned(store, reminding) == EACH, says="all reminders are planned")
        # The relay keeps the completions back until the backend, whom both services ask, is silent.
        platform.kill("todo-relay", signal.SIGSTOP)
        try:
            list(pool.map(lambda n: people[n % 8].complete(chores[n]["id"]), range(EACH)))
            assert dt.datetime.now(dt.UTC) < first, "all is written down before the first reminder is due"
            platform.kill("todo-backend", signal.SIGSTOP)
        finally:
            platform.kill("todo-relay", signal.SIGCONT)
    try:
        eventually(
            lambda: min(_owed(store, series), _taken(store, reminding)) >= UNDER_WAY,
            seconds=40,
            says="successors owed, reminders taken",
        )
        under_way = _owed(store, series), _taken(store, reminding)
        for service in SERVICES:
            platform.kill(service + suffix, signal.SIGKILL)
    finally:
        platform.kill("todo-backend", signal.SIGCONT)
    assert min(under_way) >= UNDER_WAY
    # A second time, in the middle of the work.
    platform.wait_healthy(deadline=60)
    eventually(lambda: _made(store, series) + _told(store, reminding) > 0, seconds=60, says="the first are through")
    for service in SERVICES:
        platform.kill(service + suffix, signal.SIGKILL)
    platform.wait_healthy(deadline=60)

    eventually(lambda: _made(store, series) == EACH, seconds=60, says="every successor is made")
    eventually(lambda: _told_of(store, people) == EACH and invariants.settled(store), seconds=60)
    due = {f"{r['id']}/{evidence.written(store, r['at'])}" for task in reminding for r in task["reminders"]}
    assert len(due) == EACH
    assert _occurrences(store, series) == 2 * EACH
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, due) == []
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert evidence.dead_letters(store) == []


def _count(store: Any, statement: str, ids: list[Any]) -> int:
    return int(store.execute(f"SELECT count(*) FROM {statement} = ANY(%s::uuid[])", (ids,)).fetchone()[0])


def _planned(store: Any, tasks: list[dict[str, Any]]) -> int:
    return _count(store, "notifications.due_queue WHERE task_id", [task["id"] for task in tasks])


def _taken(store: Any, tasks: list[dict[str, Any]]) -> int:
    """How many reminders are under way: taken from the queue and not told."""
    return _count(store, "notifications.attempts WHERE state = 'queued' AND task_id", [task["id"] for task in tasks])


def _told(store: Any, tasks: list[dict[str, Any]]) -> int:
    return _count(store, "notifications.attempts WHERE state = 'sent' AND task_id", [task["id"] for task in tasks])


def _owed(store: Any, series: list[str]) -> int:
    """How many completions are under way: known to recurring-task-service and without successor."""
    return _count(store, "recurring.wanted WHERE series_id", series)


def _made(store: Any, series: list[str]) -> int:
    return _count(store, "tasks.tasks WHERE predecessor_id IS NOT NULL AND series_id", series)


def _occurrences(store: Any, series: list[str]) -> int:
    return _count(store, "tasks.tasks WHERE series_id", series)


def _told_of(store: Any, people: list[Person]) -> int:
    """How many reminders these people were told of, those inside digests included."""
    statement = (
        "SELECT coalesce(sum(greatest(1, jsonb_array_length(digest))), 0) FROM notifications.messages"
        " WHERE user_id = ANY(%s)"
    )
    return int(store.execute(statement, ([person.user_id for person in people],)).fetchone()[0])
