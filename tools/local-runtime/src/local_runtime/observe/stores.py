"""`python -m local_runtime.observe.stores`: what PostgreSQL, Kafka and the disk say of themselves, for Prometheus.

Names and labels are those of postgres_exporter, kafka_exporter and node_exporter, as far as rules and dashboards of
monitoring/ read them, so that the same ones serve in a cluster. Values are read every two seconds beside the scrapes: a
store that does not answer delays none of them, it only shows as `pg_up` or `kafka_brokers` 0.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any, Final, LiteralString

import psutil
import psycopg
from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec  # where its types say that it is
from event_contracts.topics import TOPICS
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from local_runtime.topics import client_settings

EVERY_SECONDS: Final = 2.0
_ANSWER_SECONDS: Final = 2.0

_OF_DATABASE: Final[LiteralString] = (
    "SELECT {}::float, datname FROM pg_stat_database WHERE datname = current_database()"
)
_OF_TABLES: Final[LiteralString] = (
    "SELECT {}::float, schemaname, relname FROM pg_stat_user_tables WHERE n_live_tup + n_dead_tup > 1000"
)
_QUERIES: Final[dict[str, tuple[str, tuple[str, ...], LiteralString]]] = {
    "pg_settings_max_connections": ("Connections there may be", (), "SELECT current_setting('max_connections')::float"),
    "pg_stat_activity_count": (
        "Connections by state",
        ("state",),
        (
            "SELECT count(*)::float, coalesce(state, 'none') FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' GROUP BY 2"
        ),
    ),
    "pg_stat_activity_max_tx_duration": (
        "Seconds of the oldest transaction",
        (),
        (
            "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float FROM pg_stat_activity"
            " WHERE backend_type = 'client backend'"
        ),
    ),
    "pg_database_size_bytes": (
        "Size of the database",
        ("datname",),
        "SELECT pg_database_size(datname)::float, datname FROM pg_database WHERE datname = current_database()",
    ),
    "pg_stat_database_xact_commit": ("Commits", ("datname",), _OF_DATABASE.format("xact_commit")),
    "pg_stat_database_xact_rollback": ("Rollbacks", ("datname",), _OF_DATABASE.format("xact_rollback")),
    "pg_stat_database_blks_hit": ("Blocks found in memory", ("datname",), _OF_DATABASE.format("blks_hit")),
    "pg_stat_database_blks_read": ("Blocks read", ("datname",), _OF_DATABASE.format("blks_read")),
    "pg_stat_database_deadlocks": ("Deadlocks", ("datname",), _OF_DATABASE.format("deadlocks")),
    "pg_stat_user_tables_n_dead_tup": ("Dead rows", ("schemaname", "relname"), _OF_TABLES.format("n_dead_tup")),
    "pg_stat_user_tables_n_live_tup": ("Live rows", ("schemaname", "relname"), _OF_TABLES.format("n_live_tup")),
}
"""Metric → what it is, its labels, and the query whose first column is its value."""


class Stores(Collector):
    """The newest values. `read` replaces them; a scrape takes what is there."""

    def __init__(self, database_url: str, brokers: str, folder: str) -> None:
        self._database_url = database_url
        self._admin = AdminClient(client_settings(brokers))
        self._folder = folder
        self._metrics: list[Metric] = []

    def read(self) -> None:
        """Ask all three."""
        found = [*self._of_disk(), *_or_down("pg_up", self._of_database), *_or_down("kafka_brokers", self._of_broker)]
        self._metrics = found

    def collect(self) -> Iterable[Metric]:
        """Answer a scrape."""
        return self._metrics

    def _of_disk(self) -> Iterator[Metric]:
        usage = psutil.disk_usage(self._folder)
        yield _gauge(
            "node_filesystem_avail_bytes", "Free bytes of the disk", ("mountpoint",), [(usage.free, self._folder)]
        )
        yield _gauge("node_filesystem_size_bytes", "Size of the disk", ("mountpoint",), [(usage.total, self._folder)])

    def _of_database(self) -> Iterator[Metric]:
        settings = "-c statement_timeout=2000"
        with psycopg.connect(self._database_url, connect_timeout=2, autocommit=True, options=settings) as connection:
            yield _gauge("pg_up", "Whether PostgreSQL answers", (), [(1.0,)])
            for name, (what, labels, query) in _QUERIES.items():
                yield _gauge(name, what, labels, connection.execute(query).fetchall())

    def _of_broker(self) -> Iterator[Metric]:
        there = self._admin.list_topics(timeout=_ANSWER_SECONDS)
        yield _gauge("kafka_brokers", "Brokers that answer", (), [(float(len(there.brokers)),)])
        parts = [TopicPartition(t, p) for t in TOPICS if t in there.topics for p in there.topics[t].partitions]
        ends = self._ends(parts)
        named = ("topic", "partition")
        yield _gauge(
            "kafka_topic_partition_current_offset",
            "End of a partition",
            named,
            [(end, *key) for key, end in ends.items()],
        )
        lags = [
            (max(0.0, ends[topic, partition] - offset), group, topic, partition)
            for group, topic, partition, offset in self._committed()
            if (topic, partition) in ends
        ]
        yield _gauge("kafka_consumergroup_lag", "Records that a group has not taken", ("consumergroup", *named), lags)

    def _ends(self, parts: list[TopicPartition]) -> dict[tuple[str, str], float]:
        newest = OffsetSpec.latest()
        assert newest is not None  # noqa: S101 - its types leave it open
        wanted: dict[TopicPartition, OffsetSpec] = dict.fromkeys(parts, newest)
        asked = self._admin.list_offsets(wanted, request_timeout=_ANSWER_SECONDS)
        return {(part.topic, str(part.partition)): float(told.result().offset) for part, told in asked.items()}

    def _committed(self) -> Iterator[tuple[str, str, str, float]]:
        groups = self._admin.list_consumer_groups(request_timeout=_ANSWER_SECONDS).result().valid
        for group in groups:
            wanted = [ConsumerGroupTopicPartitions(group.group_id)]
            [told] = self._admin.list_consumer_group_offsets(wanted, request_timeout=_ANSWER_SECONDS).values()
            for part in told.result().topic_partitions or ():
                if part.offset >= 0:
                    yield group.group_id, part.topic, str(part.partition), float(part.offset)


def _or_down(name: str, ask: Callable[[], Iterator[Metric]]) -> list[Metric]:
    """What a store says, or only that it does not answer."""
    try:
        return list(ask())
    except (psycopg.Error, KafkaException):
        return [_gauge(name, "Whether it answers", (), [(0.0,)])]


def _gauge(name: str, what: str, labels: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Metric:
    made = GaugeMetricFamily(name, what, labels=labels)
    for value, *values in rows:
        made.add_metric(values, value)
    return made


def main() -> None:
    """Serve until told to end."""
    stores = Stores(os.environ["DATABASE_URL"], os.environ["KAFKA_BROKERS"], os.environ["DATA_FOLDER"])
    stores.read()
    registry = CollectorRegistry()
    registry.register(stores)
    start_http_server(int(os.environ["PORT"]), addr="127.0.0.1", registry=registry)
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    while not ended.wait(EVERY_SECONDS):
        stores.read()


if __name__ == "__main__":
    main()
