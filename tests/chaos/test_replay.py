"""I5: with all marks forgotten, replaying every topic twice changes no domain row and tells nobody again."""

from __future__ import annotations

import datetime as dt
import signal
from typing import Any

from confluent_kafka import KafkaException
from event_contracts.topics import TOPICS, ConsumerKind
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.deliveries import lag, rewind
from tests.people import Person, eventually

CONSUMERS = {
    app: [t.name for t in TOPICS.values() if app in t.consumer_ids(ConsumerKind.PROJECTION, ConsumerKind.RECORD)]
    for app in ("audit-service", "recurring-task-service", "notification-service")
}


def test_replaying_every_topic_twice_changes_no_row_and_sends_nothing_again(
    platform: Platform, person: Person, store: Any, brokers: str
) -> None:
    task = person.add_repeating("Replay me", "2030-05-01", "FREQ=WEEKLY")
    person.complete(task["id"])
    eventually(lambda: len(person.occurrences(task["series_id"])) == 2)
    now = dt.datetime.now(dt.UTC)
    reminders = [{"at": (now + dt.timedelta(seconds=s)).isoformat()} for s in (1, 1.2, 3600)]
    reminding = person.add("Told before", reminders=reminders)
    person.ask("PATCH", f"tasks/{reminding['id']}", 200, json={"title": "Told before, and renamed"})
    done = person.add("Told and done", reminders=reminders[:1])
    eventually(lambda: len(_notifications(person)) == 3, says="what is due was told")
    person.complete(done["id"])
    person.ask("DELETE", f"tasks/{person.add('Gone')['id']}")
    for app, topics in CONSUMERS.items():
        eventually(lambda a=app, t=topics: lag(brokers, a, t) == 0, seconds=60, says=f"{app} has read all")
    eventually(lambda: invariants.settled(store), seconds=60)
    before = evidence.table_hashes(store)
    letters = evidence.dead_letters(store)
    told, sent = _notifications(person), _sent(brokers)
    assert len(told) == 3
    assert len(_of(person, sent)) == 3

    for _ in range(2):
        for app in CONSUMERS:
            platform.kill(f"{app}-daprd", signal.SIGTERM, restart=False)
        for app, topics in CONSUMERS.items():
            eventually(lambda a=app, t=topics: _rewound(brokers, a, t), says=f"{app} has left its group")
        for app in CONSUMERS:
            platform.revive(f"{app}-daprd")
        for app, topics in CONSUMERS.items():
            eventually(lambda a=app, t=topics: lag(brokers, a, t) == 0, seconds=60, says=f"{app} has read all again")
        eventually(lambda: invariants.settled(store), seconds=60)

    after = evidence.table_hashes(store)
    assert {name for name in before if before[name] != after[name]} == set()
    assert evidence.dead_letters(store) == letters
    assert _notifications(person) == told
    assert _sent(brokers) == sent, "nothing was published again either"
    due = {
        f"{r['id']}/{evidence.written(store, r['at'])}"
        for task in (reminding, done)
        for r in task["reminders"]
        if dt.datetime.fromisoformat(r["at"]) < dt.datetime.now(dt.UTC)
    }
    assert len(due) == 3
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, due) == []


def _notifications(person: Person) -> list[dict[str, Any]]:
    return person.ask("GET", "notifications", 200).json()["items"]


def _sent(brokers: str) -> list[evidence.KafkaRecord]:
    """What was published of reminders, without the canaries."""
    return [r for r in evidence.records(brokers, ("reminders",)) if b"todo.platform.probed" not in r.body]


def _of(person: Person, sent: list[evidence.KafkaRecord]) -> list[evidence.KafkaRecord]:
    return [record for record in sent if record.key == str(person.user_id)]


def _rewound(brokers: str, group: str, topics: list[str]) -> bool:
    try:
        rewind(brokers, group, topics)
    except KafkaException:
        return False  # a member has not left yet
    return lag(brokers, group, topics) > 0
