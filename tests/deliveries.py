"""The broker as somebody with a plain client sees it: delivering again what was delivered, lag, a topic's settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from tests.evidence import KafkaRecord


def deliver_again(brokers: str, records: Iterable[KafkaRecord], times: int) -> None:
    """Append each record `times` times to the partition that it came from, with its key and its very bytes."""
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 0})
    for _ in range(times):
        for record in records:
            producer.produce(record.topic, record.body, record.key, record.partition)
    assert producer.flush(10) == 0


def lag(brokers: str, group: str, topics: Iterable[str]) -> int:
    """Return how many records of `topics` the group has not yet committed as done."""
    admin = AdminClient({"bootstrap.servers": brokers})
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "lag", "enable.auto.commit": False})
    try:
        wanted = [
            TopicPartition(topic, number)
            for topic in topics
            for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions
        ]
        asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group, wanted)])
        committed = {(p.topic, p.partition): p.offset for p in asked[group].result(10).topic_partitions or ()}
        behind = 0
        for place in wanted:
            low, high = consumer.get_watermark_offsets(place, timeout=10)
            behind += high - max(committed.get((place.topic, place.partition), low), low)
        return behind
    finally:
        consumer.close()


def rewind(brokers: str, group: str, topics: Iterable[str]) -> None:
    """Set the offsets of an empty group to the beginning of each topic: everything is delivered again from offset 0."""
    admin = AdminClient({"bootstrap.servers": brokers})
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "lag", "enable.auto.commit": False})
    try:
        places = [
            TopicPartition(topic, number, 0)
            for topic in topics
            for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions
        ]
        admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, places)])[group].result(10)
    finally:
        consumer.close()


@contextmanager
def topic_setting(brokers: str, topic: str, name: str, value: str) -> Iterator[None]:
    """While it lasts, a setting of a topic is another."""
    admin = AdminClient({"bootstrap.servers": brokers})
    _alter(admin, topic, ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET))
    try:
        yield
    finally:
        _alter(admin, topic, ConfigEntry(name, None, incremental_operation=AlterConfigOpType.DELETE))


def _alter(admin: AdminClient, topic: str, entry: ConfigEntry) -> None:
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    for altered in admin.incremental_alter_configs([resource]).values():
        altered.result(10)
