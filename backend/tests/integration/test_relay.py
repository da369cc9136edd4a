"""todo-relay over the real ledger, with a publisher that keeps what it is given."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence

import pytest
from actors import Database, Person
from event_contracts import PROBED, CloudEvent
from event_spine.errors import BrokerUnavailable
from event_spine.outgoing import Outgoing, Refusal
from event_spine.probes import Probes
from event_spine.relay import Relay, RelaySettings
from local_runtime.testing import Postgres
from todo_backend.application.events import SOURCE
from todo_backend.relayed import RELAY_CHANNEL, Hints

pytestmark = pytest.mark.integration


class Broker:
    """Keeps records by topic."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []
        self.away = False

    async def publish(self, topic: str, entries: Sequence[Outgoing]) -> Sequence[Refusal]:
        """Take everything, unless away."""
        if self.away:
            raise BrokerUnavailable
        assert {e.topic for e in entries} == {topic}
        self.records += entries
        return []

    def of(self, topic: str) -> list[Outgoing]:
        """The records of one topic."""
        return [r for r in self.records if r.topic == topic]


async def _until(fact: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not fact():
            await asyncio.sleep(0.01)


async def test_events_go_out_as_they_stand_with_one_hint_per_user(
    empty: Postgres, ada: Person, bob: Person, database: Database
):
    for n in range(5):
        await ada.create(f"a{n}")
    await bob.create("b")
    broker = Broker()
    broker.away = True
    hints = Hints(broker)
    settings = RelaySettings(empty.app_url("tasks"), "tasks", RELAY_CHANNEL, "test", retry_seconds=0.05)
    relay = Relay(settings, broker, on_acknowledged=hints.note, on_lead=Probes("tasks", "todo-relay", SOURCE).append)
    stop = asyncio.Event()
    running = [asyncio.create_task(relay.run(stop)), asyncio.create_task(hints.run(stop))]
    try:
        await _until(lambda: relay.is_leading)
        await ada.create("while the broker is away")
        broker.away = False
        await _until(lambda: database.rows("SELECT count(*) AS n FROM tasks.pending") == [{"n": 0}])
        await _until(lambda: _hinted(broker).get(ada.id) == 7)
    finally:
        stop.set()
        await asyncio.gather(*running)
    stored = {bytes(r["record"]) for r in database.rows("SELECT record FROM tasks.ledger")}
    assert {r.record for r in broker.records if r.topic != "task-updates"} == stored
    assert len(broker.of("task-events")) == 7 + 1
    assert len(broker.of("account-events")) == 2 + 1
    for topic in ("task-events", "account-events"):
        [probe] = [r for r in broker.of(topic) if json.loads(r.record)["type"] == PROBED]
        event = CloudEvent.model_validate_json(probe.record)
        assert event.data["event_type"] == "platform_probed"
    assert _hinted(broker) == {ada.id: 7, bob.id: 2}


def _hinted(broker: Broker) -> dict[str, int]:
    changes = [c for h in broker.of("task-updates") for c in json.loads(h.record)["data"]["changes"]]
    return {c["user"]: c["counter"] for c in changes}
