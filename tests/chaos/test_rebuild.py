"""Damaged heads are rebuilt while people go on, on the real platform; then `todo-ops verify` says that it holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.chaos.writers import Writers
from tests.operators import WRONG, Operator
from tests.people import Person, eventually

DAMAGE = (
    "UPDATE recurring.task_heads SET version = version + 100, status = 'done' WHERE hashtext(task_id::text) % 2 = 0",
    "DELETE FROM recurring.series_heads WHERE hashtext(series_id::text) % 5 = 0",
    "UPDATE notifications.task_heads SET version = version + 100, title = '' WHERE hashtext(task_id::text) % 2 = 0",
    "DELETE FROM notifications.due_queue",
)
SOON_SECONDS = 12.0
"""On a quiet machine the reminders of the test are due when the rebuilds are over; else they are told of late."""


@pytest.mark.long
def test_projections_that_are_rebuilt_under_load_lose_and_double_nothing(
    platform: Platform, base_url: str, person: Person, store: Any, brokers: str
) -> None:
    operator = Operator(platform)
    at = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=SOON_SECONDS)).isoformat()
    reminding = [person.add(f"told once {n}", reminders=[{"at": at}]) for n in range(5)]
    eventually(lambda: _planned(store, person) == len(reminding))
    with Writers(base_url, count=4) as writers:
        eventually(lambda: len(writers.acknowledged()) > 20)
        for statement in DAMAGE:
            store.execute(statement)
        for app in ("recurring-task-service", "notification-service"):
            operator.told("rebuild", "--of", app, "--dry-run", expect=WRONG)
            assert sum(t["inserted"] + t["updated"] for t in operator.told("rebuild", "--of", app)["tables"]) > 0
            assert operator.told("verify", "--check", f"heads of {app}")["holds"] is True, "under load, too"
        done = len(writers.acknowledged())
        eventually(lambda: len(writers.acknowledged()) > done + 20, 30)
    assert writers.failures == []

    eventually(lambda: len(person.ask("GET", "notifications", 200).json()["items"]) > 0, 60)
    eventually(lambda: invariants.settled(store), seconds=90, says="everything has arrived")
    due = {f"{r['id']}/{evidence.written(store, r['at'])}" for task in reminding for r in task["reminders"]}
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, due) == []
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert invariants.i4_histories_have_no_gap(store) == []
    assert evidence.dead_letters(store) == []
    whole = operator.told("verify")
    assert whole["holds"] is True
    assert all(one["looked_at"] for one in whole["checks"] if one["name"] != "seals"), "seals come later"


def _planned(store: Any, person: Person) -> int:
    asked = "SELECT count(*) FROM notifications.due_queue WHERE user_id = %s"
    return int(store.execute(asked, (person.user_id,)).fetchone()[0])
