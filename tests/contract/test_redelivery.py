"""Every consumer, every topic of its: everything again, twice, shuffled between keys; and a start from nothing (I5)."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from event_contracts.operators import CONSUMER_DOORS
from event_contracts.topics import TOPICS, ConsumerKind
from event_spine.records import Record

from tests.contract.test_services_and_backend import Person
from tests.contract.wiring import SERVICES, World

pytestmark = pytest.mark.integration
SCHEMA_OF = {app_id: schema for schema, (_, app_id) in SERVICES.items()}
KINDS = (ConsumerKind.PROJECTION, ConsumerKind.RECORD)
READS = [(app, topic.name) for app in CONSUMER_DOORS for topic in TOPICS.values() if app in topic.consumer_ids(*KINDS)]
DONE = {"notifications.attempts", "notifications.messages"}
"""What was sent: it is not in the topics, and never forgotten."""


async def _live(world: World) -> None:
    """People live a while; all of it is delivered once, in order."""
    for name in ("ada", "bob"):
        person = await Person.sign_up(world, name)
        task = await person.create("FREQ=DAILY", reminders=[{"minutes_before": 5, "relative_to": "due"}])
        await person.call("PATCH", f"/tasks/{task['id']}", {"title": "renamed"})
        await person.call("POST", f"/tasks/{task['id']}/complete")
        other = await person.create("FREQ=WEEKLY", anchor="completion")
        await person.call("POST", f"/tasks/{other['id']}/skip")
        paused = await person.create("FREQ=MONTHLY", reminders=[{"at": "2031-05-01T09:00:00Z"}])
        await person.call("POST", f"/series/{paused['series_id']}/pause", {})
        _, alone = await person.call("POST", "/tasks", {"title": "Alone"})
        await person.call("DELETE", f"/tasks/{alone['id']}")
        due = (dt.datetime.now(dt.UTC) + dt.timedelta(milliseconds=300)).isoformat()
        assert (await person.call("POST", "/tasks", {"title": "Told of", "reminders": [{"at": due}]}))[0] == 201
        await world.settle()
    await world.told(2)


def _shuffled(records: list[Record], chosen: random.Random) -> list[Record]:
    """Return records in an order in which only those of one key keep theirs: how partitions may be read."""
    keys: dict[str | None, list[Record]] = {}
    for record in records:
        keys.setdefault(record.key, []).append(record)
    found: list[Record] = []
    while keys:
        key = chosen.choice(sorted(keys, key=str))
        found.append(keys[key].pop(0))
        if not keys[key]:
            del keys[key]
    return found


async def _deliver(world: World, app: str, records: list[Record], chosen: random.Random) -> None:
    while records:
        size = chosen.randint(1, 9)
        batch, records = records[:size], records[size:]
        assert await world.consumers[SCHEMA_OF[app]].handle(batch) == []


def _domain(world: World, app: str) -> dict[str, list[Any]]:
    return {table: rows for table, rows in world.domain().items() if table.startswith(SCHEMA_OF[app])}


def _of(world: World, topic: str) -> list[Record]:
    return [r for r in (*world.ledger(), *world.reminders()) if r.topic == topic]


@pytest.mark.parametrize(("app", "topic"), READS, ids=lambda word: word)
async def test_everything_again_twice_and_shuffled_changes_no_row(world: World, app: str, topic: str) -> None:
    await _live(world)
    before, everything = _domain(world, app), _of(world, topic)
    chosen = random.Random(f"{app} {topic}")
    for _ in range(2):
        await _deliver(world, app, _shuffled(everything, chosen), chosen)
    for record in reversed(everything):
        assert await world.consumers[SCHEMA_OF[app]].handle([record]) == [], "not even the oldest last"

    assert len(everything) >= 2
    assert _domain(world, app) == before


@pytest.mark.parametrize("app", sorted(CONSUMER_DOORS))
async def test_from_nothing_any_order_between_keys_and_topics_leads_to_the_same_heads(world: World, app: str) -> None:
    await _live(world)
    before = _domain(world, app)
    everything = [record for reader, topic in READS if reader == app for record in _of(world, topic)]
    for table in before.keys() - DONE:
        world.superuser.execute(f"DELETE FROM {table}")
    chosen = random.Random(app)

    await _deliver(world, app, _shuffled(everything, chosen), chosen)

    await world.deliverer.drain()  # plans that moved with a user or a series are written by the sweep
    after = _domain(world, app)
    assert {t: _comparable(t, after[t]) for t in after} == {t: _comparable(t, before[t]) for t in before}


def _comparable(table: str, rows: list[Any]) -> list[Any]:
    """Leave out when and from where an entry was recorded."""
    return [row[:10] + row[11:17] for row in rows] if table == "audit.entries" else rows
