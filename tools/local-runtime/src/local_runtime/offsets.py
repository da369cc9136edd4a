"""Passing over what lies in the topics: after a restore to an instant, before consumers read on.

Records that were published after that instant belong to changes that the database no longer has. A consumer that had
not read them would take them for true, beside other changes with the same versions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from confluent_kafka import (
    Consumer,
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from event_contracts.topics import TOPICS

from local_runtime import terminal, topics
from local_runtime.errors import LocalRuntimeError
from local_runtime.render.components import GROUPED
from local_runtime.render.place import Place

_SECONDS: Final = 10


def pass_over(place: Place) -> int:
    """Set the offsets of every consumer's group to the end of its topics, and say how many records that passes over.

    Raises LocalRuntimeError while a group still has members: their next commit would undo it.
    """
    settings = topics.client_settings(place.brokers)
    admin = AdminClient(settings)
    try:
        wanted = _topics_by_group()
        busy = [group for group in wanted if not _is_empty(admin, group)]
        if busy:
            raise LocalRuntimeError(
                f"These still read, so nothing was changed: {', '.join(busy)}. Stop their sidecars first."
            )
        reader = Consumer({**settings, "group.id": "pass-over", "enable.auto.commit": False})
        try:
            for group, names in wanted.items():
                terminal.say(f"{group}: {_pass_over(admin, reader, group, names)} records are passed over")
        finally:
            reader.close()
    except KafkaException as away:
        raise LocalRuntimeError(f"The broker does not answer ({away}): does it run? `make status`") from away
    return 0


def _topics_by_group() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for topic in TOPICS.values():
        for group in topic.consumer_ids(*GROUPED):
            groups.setdefault(group, []).append(topic.name)
    return groups


def _is_empty(admin: AdminClient, group: str) -> bool:
    described = admin.describe_consumer_groups([group], request_timeout=_SECONDS)[group].result(_SECONDS)
    return described.state in (ConsumerGroupState.EMPTY, ConsumerGroupState.DEAD)


def _pass_over(admin: AdminClient, reader: Consumer, group: str, names: Iterable[str]) -> int:
    places = [
        TopicPartition(name, number)
        for name in names
        for number in reader.list_topics(name, timeout=_SECONDS).topics[name].partitions
    ]
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group, places)])[group].result(_SECONDS)
    done = {(place.topic, place.partition): place.offset for place in asked.topic_partitions or ()}
    passed, ends = 0, []
    for place in places:
        low, high = reader.get_watermark_offsets(place, timeout=_SECONDS)
        passed += high - max(done.get((place.topic, place.partition), low), low)
        ends.append(TopicPartition(place.topic, place.partition, high))
    admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, ends)])[group].result(_SECONDS)
    return passed
