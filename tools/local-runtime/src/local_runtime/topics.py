"""Makes the topics of the table on a broker, or gives those that are there the partitions that the table asks for."""

from __future__ import annotations

from typing import Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewPartitions, NewTopic
from event_contracts.topics import TOPICS, Topic

from local_runtime.errors import PartFailedError

_DAY_MS: Final = 24 * 60 * 60 * 1000


def make(address: str, replication: int = 1) -> list[str]:
    """Make the topics that are absent, more partitions where there are too few; return the names of the new topics."""
    admin = AdminClient(client_settings(address))
    there = admin.list_topics(timeout=10).topics
    absent = [topic for topic in TOPICS.values() if topic.name not in there]
    wanted = [_new(topic, replication) for topic in absent]
    for name, made in admin.create_topics(wanted).items() if absent else ():
        try:
            made.result(10)
        except KafkaException as refused:
            if refused.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise PartFailedError(f"The topic {name} could not be made: {refused}") from refused
    grown = [
        NewPartitions(topic.name, topic.partitions)
        for topic in TOPICS.values()
        if topic.name in there and len(there[topic.name].partitions) < topic.partitions
    ]
    for made in admin.create_partitions(grown).values() if grown else ():
        made.result(10)
    return [topic.name for topic in absent]


def client_settings(address: str) -> dict[str, str | int | float | bool]:
    """What a client of this broker is told: it gives up soon and writes no log of its own."""
    return {"bootstrap.servers": address, "socket.connection.setup.timeout.ms": 1000, "log_level": 0}


def _new(topic: Topic, replication: int) -> NewTopic:
    kept = {"retention.ms": str(topic.retention_days * _DAY_MS)}
    return NewTopic(topic.name, num_partitions=topic.partitions, replication_factor=replication, config=kept)
