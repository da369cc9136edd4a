"""The same broker without Dapr, at the same time: what publishing and delivering cost a plain client."""

from __future__ import annotations

import threading
import time
from uuid import uuid4

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

TOPIC = "bench-plain"
BULK = 4
"""Records, each with a key of its own; the relay's bulks at 200 events a second are of so many, as its figures say."""


class PlainReader:
    """Reads task-events from its end and notes, per record, the time from Kafka's timestamp to its arrival here."""

    def __init__(self, brokers: str) -> None:
        self.arrivals: list[float] = []
        self._brokers = brokers
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> PlainReader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def _read(self) -> None:
        consumer = Consumer(
            {
                "bootstrap.servers": self._brokers,
                "group.id": "bench-plain",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 100,
            }
        )
        numbers = consumer.list_topics("task-events", timeout=10).topics["task-events"].partitions
        places = []
        for number in numbers:
            _, high = consumer.get_watermark_offsets(TopicPartition("task-events", number), timeout=10)
            places.append(TopicPartition("task-events", number, high))
        consumer.assign(places)
        while not self._stop.is_set():
            message = consumer.poll(0.05)  # not consume(n): it waits for the whole timeout to fill its batch
            if message is not None and message.error() is None:
                self.arrivals.append(max(0.0, time.time() - message.timestamp()[1] / 1000))
        consumer.close()


class PlainWriter:
    """Publishes a bulk like the relay's ten times a second and notes the time until all of it is acknowledged."""

    def __init__(self, brokers: str) -> None:
        self.acknowledgements: list[float] = []
        self._stop = threading.Event()
        admin = AdminClient({"bootstrap.servers": brokers})
        for made in admin.create_topics([NewTopic(TOPIC, 3, 1)]).values():
            made.exception(10)
        self._producer = Producer({"bootstrap.servers": brokers, "acks": "all", "linger.ms": 0})
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> PlainWriter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def _write(self) -> None:
        body = b"x" * 1500
        while not self._stop.wait(0.1):
            sent = time.perf_counter()
            for _ in range(BULK):
                self._producer.produce(TOPIC, body, key=uuid4().bytes)
            assert self._producer.flush(5) == 0
            self.acknowledgements.append(time.perf_counter() - sent)
