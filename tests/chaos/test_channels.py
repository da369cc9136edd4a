"""Senders are killed and stopped while a receiver fails now and then: at the receiver nothing is lost or new (I3)."""

from __future__ import annotations

import datetime as dt
import json
import signal
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from local_runtime.platform import Platform

from tests import invariants
from tests.hooks import Hook, hooking
from tests.people import Person, eventually

EACH, DONE = 48, 8
AHEAD_SECONDS = 12.0
SERVICE = "notification-service"


@pytest.mark.long
def test_each_reminder_reaches_its_webhook_under_one_id(
    platform: Platform, base_url: str, store: Any, brokers: str
) -> None:
    people = [Person.sign_up(base_url) for _ in range(8)]
    with hooking() as hook, ThreadPoolExecutor(8) as pool:
        # Every fifth is refused for the moment, and told to come again soon.
        hook.choose = lambda count: 503 if count % 5 == 0 else 200
        for person in people:
            person.ask("POST", "channels", 201, json={"kind": "webhook", "name": "Mine", "url": hook.url})
        first = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=AHEAD_SECONDS)

        def remind(n: int) -> dict[str, Any]:
            at = (first + dt.timedelta(milliseconds=100 * n)).isoformat()
            return people[n % 8].add(f"reminder {n}", reminders=[{"at": at}])

        tasks = list(pool.map(remind, range(EACH)))
        list(pool.map(lambda n: people[n % 8].complete(tasks[n]["id"]), range(EACH - DONE, EACH)))
        assert dt.datetime.now(dt.UTC) < first, "all is written down before the first reminder is due"
        eventually(lambda: len(hook.got) >= 5, seconds=40, says="the first have come")
        platform.kill(SERVICE, signal.SIGKILL)
        platform.wait_healthy([SERVICE], 60)
        eventually(lambda: len(hook.got) >= 15, seconds=60, says="more have come")
        platform.kill(SERVICE, signal.SIGSTOP)
        stopped_at = len(hook.got)
        eventually(lambda: dt.datetime.now(dt.UTC) > first + dt.timedelta(milliseconds=100 * EACH), seconds=60)
        platform.kill(SERVICE, signal.SIGCONT)
        assert stopped_at < EACH - DONE, "it was stopped in the middle of the work"
        wanted = {task["reminders"][0]["id"] for task in tasks[: EACH - DONE]}
        eventually(lambda: _settled(store, people) and _reminders(hook) >= wanted, seconds=120)
        assert _reminders(hook) == wanted, "none of what was done"
        assert all(len(ids) == 1 for ids in _ids_by_key(hook).values()), "a repeat has the id of the first"
        assert len(_ids_by_key(hook)) == EACH - DONE
    eventually(lambda: invariants.settled(store), seconds=60)
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, set()) == []
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []


def _bodies(hook: Hook) -> list[tuple[str, dict[str, Any]]]:
    return [(headers["webhook-id"], json.loads(body)["data"]) for headers, body in list(hook.got)]


def _reminders(hook: Hook) -> set[str]:
    """Which reminders came, those that a digest of late ones tells of included."""
    found: set[str] = set()
    for _, data in _bodies(hook):
        found |= {item["reminder_id"] for item in data["digest"]} or {data["reminder_id"]}
    return found


def _ids_by_key(hook: Hook) -> dict[str, set[str]]:
    """Under which ids each reminder came."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for identity, data in _bodies(hook):
        for reminder in [item["reminder_id"] for item in data["digest"]] or [data["reminder_id"]]:
            found[reminder].add(identity)
    return found


def _settled(store: Any, people: list[Person]) -> bool:
    statement = "SELECT count(*) FROM notifications.deliveries WHERE state = 'queued' AND user_id = ANY(%s)"
    return store.execute(statement, ([person.user_id for person in people],)).fetchone()[0] == 0
