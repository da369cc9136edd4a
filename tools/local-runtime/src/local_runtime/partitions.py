"""Adding partitions to a topic while everything runs, without an event overtaking another of its key.

More partitions send a key elsewhere, and its new events would overtake those still waiting in the old place. So: pause
the publisher's relays, wait until every consumer has taken all there is, add, wait until all sidecars know of the new
partitions, resume. People work on meanwhile; their events wait in the ledger.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewPartitions
from event_contracts.operators import LEDGER_OWNERS
from event_contracts.topics import TOPICS, Topic

from local_runtime import terminal
from local_runtime.errors import LocalRuntimeError
from local_runtime.render.components import GROUPED, METADATA_SECONDS
from local_runtime.render.place import Place

PAUSE_SECONDS: Final = 300
QUIET_SECONDS: Final = 4.0
"""A leader steps down within its lease of 1.5 s, and its last bulk has an answer within the publisher's 2 s."""
DRAIN_SECONDS: Final = 120.0
SEEN_SECONDS: Final = 90.0


def add_partitions(place: Place, name: str, count: int) -> int:
    """Give the topic `count` partitions; 0 when it has them now, 1 when nothing was changed and why is said."""
    topic = TOPICS[name]
    admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{place.kafka_port}", "log_level": 0})
    there = _partitions(admin, topic)
    if there >= count:
        terminal.say(f"{name} has {there} partitions; there is nothing to add, and none can be taken away.")
        return 0 if there == count else 1
    ledger, began = LEDGER_OWNERS.get(name, topic.publisher), time.monotonic()
    if topic.ledgered:
        _operators(place, "pause", "--seconds", str(PAUSE_SECONDS), "--ledger", ledger)
    try:
        paused = time.monotonic()
        groups = topic.consumer_ids(*GROUPED)

        def behind() -> list[str]:
            return (
                ["publishing"] if time.monotonic() - paused < QUIET_SECONDS else _lagging(admin, topic, groups, there)
            )

        _wait(behind, DRAIN_SECONDS, f"these have not taken all of {name}")
        terminal.report(f"{name} is drained by {', '.join(groups)}", time.monotonic() - began)
        admin.create_partitions([NewPartitions(name, count)])[name].result(10)
        added = time.monotonic()

        def unaware() -> list[str]:
            # Producers learn of it by the same refresh, and nothing shows that they have: so all of it is waited out.
            refreshed = time.monotonic() - added > METADATA_SECONDS + 2
            return _unassigned(admin, topic, groups, count) if refreshed else ["producers"]

        _wait(unaware, SEEN_SECONDS, "these do not know the new partitions")
        terminal.report(f"{name} has {count} partitions, read by all", time.monotonic() - began)
    finally:
        if topic.ledgered:
            _operators(place, "resume", "--ledger", ledger)
    terminal.say(f"Put partitions={count} for {name} into event_contracts.topics, for other installations.")
    return 0


def _operators(place: Place, *words: str) -> None:
    where = ["--keys", str(place.keys_folder), "--offset", str(place.offset)]
    command = [sys.executable, "-m", "todo_ops", *words, *where]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise LocalRuntimeError(f"`todo-ops {words[0]}` failed: {(ended.stderr or ended.stdout).strip()}")


def _partitions(admin: AdminClient, topic: Topic) -> int:
    try:
        return len(admin.list_topics(topic.name, timeout=10).topics[topic.name].partitions)
    except KafkaException as away:
        raise LocalRuntimeError(f"The broker does not answer ({away}): does the platform run? `make status`") from away


def _lagging(admin: AdminClient, topic: Topic, groups: tuple[str, ...], partitions: int) -> list[str]:
    """The groups that have not committed all that lies in the topic."""
    places = [TopicPartition(topic.name, number) for number in range(partitions)]
    address = admin.list_topics(topic.name, timeout=10).brokers.values()
    reader = Consumer({"bootstrap.servers": ",".join(f"{b.host}:{b.port}" for b in address), "group.id": "partitions",
                       "log_level": 0})  # fmt: skip
    try:
        ends = {place.partition: reader.get_watermark_offsets(place, timeout=10) for place in places}
    finally:
        reader.close()
    behind: list[str] = []
    for group in groups:
        asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group, places)])[group].result(10)
        done = {place.partition: place.offset for place in asked.topic_partitions or ()}
        if any(max(done.get(number, low), low) < high for number, (low, high) in ends.items()):
            behind.append(group)
    return behind


def _unassigned(admin: AdminClient, topic: Topic, groups: tuple[str, ...], count: int) -> list[str]:
    """The groups of which no member reads some partition of the topic."""
    missing: list[str] = []
    for group, described in admin.describe_consumer_groups(list(groups)).items():
        read = {
            place.partition
            for member in described.result(10).members
            for place in (member.assignment.topic_partitions if member.assignment else ())
            if place.topic == topic.name
        }
        if read != set(range(count)):
            missing.append(group)
    return missing


def _wait(missing: Callable[[], list[str]], seconds: float, otherwise: str) -> None:
    give_up = time.monotonic() + seconds
    while left := missing():
        if time.monotonic() > give_up:
            raise LocalRuntimeError(f"Not within {seconds:.0f} s, {otherwise}: {', '.join(left)}. Publishing goes on.")
        time.sleep(0.2)
