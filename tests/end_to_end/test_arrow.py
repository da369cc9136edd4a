"""The arrow: door → ledger → relay → Dapr → Kafka → Dapr → consumers, through the real thing."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from tests import evidence
from tests.deliveries import deliver_again, lag
from tests.people import Person, eventually

CONSUMERS = ("audit-service", "recurring-task-service", "notification-service")


def test_a_change_is_audited_once_with_its_own_bytes_however_often_it_is_delivered(
    person: Person, store: Any, brokers: str
) -> None:
    task = person.add("Water the plants")
    event_id, digest = _ledgered(store, task["id"], "todo.task.created.v1")
    eventually(lambda: _audited(store, event_id) == [digest], says="one audit entry with the ledger's digest")

    [record] = [r for r in evidence.records(brokers, ("task-events",)) if r.event_id == event_id]
    assert record.digest == digest
    deliver_again(brokers, [record], times=5)
    eventually(lambda: lag(brokers, "audit-service", ["task-events"]) == 0, says="all five have been handled")

    assert _audited(store, event_id) == [digest]
    assert evidence.dead_letters(store) == []
    assert [r.event_id for r in evidence.records(brokers, ("task-events",))].count(event_id) == 6


def test_history_says_who_did_what_through_which_door_and_why(person: Person) -> None:
    correlation = str(uuid4())
    task = person.add("Pay rent")
    person.ask(
        "PATCH",
        f"tasks/{task['id']}",
        200,
        json={"title": "Pay the rent", "priority": "high"},
        headers={"x-correlation-id": correlation},
    )
    person.complete(task["id"])
    person.ask("POST", f"tasks/{task['id']}/reopen", 200, json={})
    person.ask("DELETE", f"tasks/{task['id']}")
    person.ask("POST", f"tasks/{task['id']}/restore", 200, json={})

    expected = ["task_restored", "task_deleted", "task_reopened", "task_completed", "task_updated", "task_created"]
    items = eventually(lambda: h if len(h := person.history(task["id"])) == 6 else None, says="six entries")
    assert [i["event_type"] for i in items] == expected
    assert [i["version"] for i in items] == [6, 5, 4, 3, 2, 1]
    assert {(i["actor"]["kind"], i["actor"]["id"], i["actor"]["door"]) for i in items} == {
        ("user", str(person.user_id), "rest")
    }
    updated = items[4]
    assert updated["changes"]["title"] == {"before": "Pay rent", "after": "Pay the rent"}
    assert updated["changes"]["priority"] == {"before": "none", "after": "high"}
    assert updated["correlation_id"] == correlation


def test_a_completed_recurring_task_has_its_next_one(person: Person) -> None:
    for rrule, date, following in (
        ("FREQ=DAILY", _day(0), _day(1)),
        ("FREQ=WEEKLY;INTERVAL=2", _day(0), _day(14)),
        ("FREQ=MONTHLY;BYMONTHDAY=15", _next_15th(0), _next_15th(1)),
    ):
        task = person.add_repeating(f"{rrule} chore", date.isoformat(), rrule)
        person.complete(task["id"])
        first, second = _two_occurrences(person, task["series_id"])
        assert (first["status"], second["status"]) == ("done", "open")
        assert second["due"] == {"date": following.isoformat(), "time": "09:00:00", "time_zone": "Europe/Berlin"}

        [completed] = [i for i in _history(person, first["id"]) if i["event_type"] == "task_completed"]
        [created] = _history(person, second["id"])
        assert created["event_type"] == "recurring_task_created"
        assert (created["actor"]["kind"], created["actor"]["id"]) == ("service", "recurring-task-service")
        assert created["causation_id"] == completed["event_id"]


def test_completing_twice_and_delivering_five_times_makes_one_successor(
    person: Person, store: Any, brokers: str
) -> None:
    task = person.add_repeating("Take the pills", _day(0).isoformat(), "FREQ=DAILY")
    with ThreadPoolExecutor(2) as two_clicks:
        answers = list(two_clicks.map(lambda _: person.complete(task["id"])["task"]["version"], range(2)))
    assert answers == [2, 2], "completing twice is one completion"
    _two_occurrences(person, task["series_id"])

    event_id, _ = _ledgered(store, task["id"], "todo.task.completed.v1")
    again = [r for r in evidence.records(brokers, ("task-events",)) if r.event_id == event_id]
    deliver_again(brokers, again[:1], times=5)
    for group in CONSUMERS:
        eventually(lambda g=group: lag(brokers, g, ["task-events"]) == 0, says=f"{group} has handled all")
    eventually(lambda: evidence.wanted_count(store) == 0)

    assert evidence.dead_letters(store) == []
    dates = [t["due"]["date"] for t in person.occurrences(task["series_id"])]
    assert dates == [_day(0).isoformat(), _day(1).isoformat()]


def test_reopening_takes_the_untouched_successor_back(person: Person) -> None:
    task = person.add_repeating("Stretch", _day(0).isoformat(), "FREQ=DAILY")
    undo = person.complete(task["id"])["undo"]
    _, second = _two_occurrences(person, task["series_id"])
    person.ask("POST", f"undo/{undo}", 200, json={})
    assert person.task(task["id"])["status"] == "open"
    assert [t["id"] for t in person.occurrences(task["series_id"])] == [task["id"]]
    person.complete(task["id"])
    again = _two_occurrences(person, task["series_id"])[1]
    assert again["due"]["date"] == second["due"]["date"]
    assert again["id"] != second["id"]


def test_deleting_an_occurrence_ends_its_series_and_restoring_resumes_it(person: Person) -> None:
    task = person.add_repeating("Backup", _day(0).isoformat(), "FREQ=WEEKLY")
    person.ask("DELETE", f"tasks/{task['id']}")
    series = person.ask("GET", f"series/{task['series_id']}", 200).json()
    assert (series["status"], series["end_reason"]) == ("ended", "deleted")
    person.ask("POST", f"tasks/{task['id']}/restore", 200, json={})
    assert person.ask("GET", f"series/{task['series_id']}", 200).json()["status"] == "active"
    person.complete(task["id"])
    assert _two_occurrences(person, task["series_id"])[1]["due"]["date"] == _day(7).isoformat()


def _two_occurrences(person: Person, series_id: str) -> list[dict[str, Any]]:
    return eventually(
        lambda: found if len(found := person.occurrences(series_id)) == 2 else None, says="the next occurrence"
    )


def _history(person: Person, task_id: str) -> list[dict[str, Any]]:
    return eventually(lambda: person.history(task_id), says="a history")


def _ledgered(store: Any, task_id: str, type_name: str) -> tuple[Any, bytes]:
    row = store.execute(
        "SELECT event_id, digest FROM tasks.ledger WHERE aggregate_id = %s AND type = %s", (task_id, type_name)
    ).fetchone()
    return row[0], bytes(row[1])


def _audited(store: Any, event_id: Any) -> list[bytes]:
    rows = store.execute("SELECT digest FROM audit.entries WHERE event_id = %s", (event_id,)).fetchall()
    return [bytes(row[0]) for row in rows]


def _day(ahead: int) -> dt.date:
    """A day from tomorrow on, so that no occurrence is in the past when it is completed."""
    return dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1 + ahead)


def _next_15th(months_ahead: int) -> dt.date:
    month = (_day(0).replace(day=1) + dt.timedelta(days=32)).replace(day=15)
    for _ in range(months_ahead):
        month = (month.replace(day=1) + dt.timedelta(days=32)).replace(day=15)
    return month
