"""What the platform asks of a broker, and which broker keeps it; docs/brokers.md is written from this table.

Each promise is a test of tests/brokers/test_conformance.py, which is red as well when a broker keeps more than is said.
"""

from __future__ import annotations

from dataclasses import dataclass

BROKERS = ("kafka", "redis", "rabbitmq")
TITLES = {"kafka": "Kafka 4.3", "redis": "Redis 7.0 Streams", "rabbitmq": "RabbitMQ 3.10"}


@dataclass(frozen=True)
class Promise:
    """What is asked, why, and for each broker that does not keep it what happens instead."""

    name: str
    asked: str
    needed_for: str
    broken_by: dict[str, str]

    def kept_by(self, broker: str) -> bool:
        return broker not in self.broken_by


PROMISES = {
    promise.name: promise
    for promise in (
        Promise("bytes", "a record arrives byte for byte", "digests, I1", {}),
        Promise("order", "records of a key arrive in the order of publishing", "I4; projections survive without", {}),
        Promise("poison", "a record that is no JSON arrives, and its neighbours do", "dead letters", {}),
        Promise("twice", "what is published twice arrives twice, with one id", "nothing: consumers absorb it", {}),
        Promise(
            "retry",
            "a batch that the app could not take comes again, and nothing of it is lost",
            "I1, I2, I7",
            {"redis": "**no**: Dapr's component acknowledges what the app refused, and it is gone"},
        ),
        Promise(
            "place",
            "each record has a place of its own (partition, offset)",
            "one dead letter per record",
            {
                "redis": "no: deliveries name none, so two dead letters of a topic would be taken for one",
                "rabbitmq": "no: the same",
            },
        ),
        Promise("broadcast", "every replica gets every hint", "live updates", {}),
        Promise(
            "from_now",
            "a new replica begins with what is new",
            "live updates: else each start reads all hints",
            {"redis": "no: a new group begins with the oldest, and hints are read again"},
        ),
        Promise(
            "replay",
            "a group that was not there reads all that is kept",
            "rebuilding from the topic",
            {"rabbitmq": "no: nothing is kept of what was taken; a new queue begins empty"},
        ),
    )
}


def page() -> str:
    """Return docs/brokers.md."""
    rows = "\n".join(
        f"| {promise.asked} | {promise.needed_for} | "
        + " | ".join("yes" if promise.kept_by(broker) else promise.broken_by[broker] for broker in BROKERS)
        + " |"
        for promise in PROMISES.values()
    )
    head = " | ".join(TITLES[broker] for broker in BROKERS)
    return f"{_HEAD}| asked | needed for | {head} |\n|---|---|{'---|' * len(BROKERS)}\n{rows}\n{_TAIL}"


_HEAD = """# Brokers

Written from `tests/brokers/promises.py` by `python -m tests.brokers`; a change here is lost, a test fails until then.

The platform runs on Kafka. `make brokers` runs one suite against each broker through our own edge (`HttpBulkPublisher`,
`BulkDeliveries`, `subscribe_broadcasts`), with the rendered Dapr files of the platform, in which only the two component
files of the broker differ. It builds a second daprd that knows all of them, and takes Redis and RabbitMQ from the
system's packages.

"""
_TAIL = """
So Redis Streams can carry hints, but not the ledgered topics: a consumer whose store is away for a moment would lose
events for good, and only a replay from the ledger would bring them back.

RabbitMQ lost nothing with these settings: one unacknowledged message at a time (`prefetchCount` 1, `concurrency`
single), put back when it is refused, confirmed and kept on disk. It keeps nothing that was taken, so that a consumer is
replayed from the ledger only; its deliveries name no place, so that of several dead letters of a topic one would be
kept; and its queues stay when a replica is gone for good, until somebody removes them.

What this suite does not measure: a broker that is killed, replication, retention, throughput.
"""
