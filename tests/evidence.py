"""What lies in the ledger, the topics and the services' tables: read as the superuser and as a plain Kafka client.

Only tests look this way; the product never reads a neighbour's schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import psycopg
from confluent_kafka import Consumer, TopicPartition
from event_contracts.topics import TOPICS
from psycopg import sql

NO_PROBES = (
    "event_id NOT IN (SELECT event_id FROM audit.entries"
    " WHERE type IN ('todo.platform.probed.v1', 'todo.security.refused.v1'))"
)
"""The relay sends a canary every half minute, and refusals are told of when their minute is over: nobody's changes."""
DOMAIN_TABLES = {
    "tasks": ("accounts", "change_counters", "lists", "series", "tasks", "acts"),
    "recurring": ("task_heads", "series_heads", "user_heads", "wanted"),
    "notifications": (
        "task_heads",
        "series_heads",
        "user_heads",
        "due_queue",
        "attempts",
        "inboxes",
        "messages",
        "preferences",
        "snoozes",
        "appointments",
    ),
    "audit": ("entries", "payloads"),
}


@dataclass(frozen=True)
class KafkaRecord:
    """One record as a plain client sees it; `event_id` is None when the bytes are no CloudEvent."""

    topic: str
    partition: int
    offset: int
    key: str | None
    body: bytes

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.body).digest()

    @property
    def event_id(self) -> UUID | None:
        try:
            return UUID(orjson.loads(self.body)["id"])
        except (ValueError, KeyError, TypeError):
            return None


def connect(superuser_url: str) -> psycopg.Connection[Any]:
    """Open the database `todo` as the superuser, each statement by itself."""
    return psycopg.connect(superuser_url, autocommit=True)


def records(brokers: str, topics: Iterable[str] = tuple(TOPICS)) -> list[KafkaRecord]:
    """Read topics from their beginning to their present end."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "evidence", "enable.auto.commit": False})
    try:
        found: list[KafkaRecord] = []
        for topic in topics:
            partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
            for number in partitions:
                found += _partition(consumer, topic, number)
        return found
    finally:
        consumer.close()


def _partition(consumer: Consumer, topic: str, number: int) -> list[KafkaRecord]:
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)
    consumer.assign([TopicPartition(topic, number, low)])
    found: list[KafkaRecord] = []
    at = low
    while at < high:
        message = consumer.poll(10)
        assert message is not None, f"{topic}/{number} ends at {at}, not at {high}"
        assert message.error() is None, message.error()
        at = message.offset() + 1
        key = message.key()
        found.append(
            KafkaRecord(topic, number, message.offset(), key.decode() if key else None, message.value() or b"")
        )
    return found


def table_hashes(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Return one digest per domain table over all its rows: equal digests, equal state."""
    found = {}
    for schema, tables in DOMAIN_TABLES.items():
        for table in tables:
            rows = sql.SQL(NO_PROBES if schema == "audit" else "true")
            row = connection.execute(
                sql.SQL(
                    "SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\n' ORDER BY t::text), ''))"
                    " FROM {} t WHERE {}"
                ).format(sql.Identifier(schema, table), rows)
            ).fetchone()
            found[f"{schema}.{table}"] = row[0] if row else ""
    return found


def pending_count(connection: psycopg.Connection[Any]) -> int:
    """Return how many events the relays have still to publish."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM tasks.pending) + (SELECT count(*) FROM notifications.pending)"
    ).fetchone()
    return int(row[0]) if row else 0


def unaudited_count(connection: psycopg.Connection[Any]) -> int:
    """Return how many ledgered events have no audit entry yet."""
    row = connection.execute(
        "SELECT count(*) FROM (SELECT event_id FROM tasks.ledger UNION ALL SELECT event_id FROM notifications.ledger) l"
        " WHERE NOT EXISTS (SELECT 1 FROM audit.entries e WHERE e.event_id = l.event_id)"
    ).fetchone()
    return int(row[0]) if row else 0


def dead_letters(connection: psycopg.Connection[Any]) -> list[tuple[str, str, str]]:
    """Return (consumer's schema, reason, detail) of each dead letter that no operator has settled."""
    return [
        (schema, row[0], row[1])
        for schema in ("audit", "recurring", "notifications")
        for row in connection.execute(
            sql.SQL("SELECT reason, detail FROM {}.dead_letters WHERE state = 'open' ORDER BY id").format(
                sql.Identifier(schema)
            )
        )
    ]


def written(connection: psycopg.Connection[Any], instant: str) -> str:
    """Return an instant as PostgreSQL writes it."""
    row = connection.execute("SELECT %s::timestamptz::text", (instant,)).fetchone()
    return row[0] if row else ""


def unsettled_reminders(connection: psycopg.Connection[Any]) -> int:
    """Return how many reminders are due and neither sent nor dropped, or belong to a plan that is to be made again."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM notifications.due_queue WHERE fire_at <= clock_timestamp())"
        " + (SELECT count(*) FROM notifications.task_heads WHERE plan_stale)"
        " + (SELECT count(*) FROM notifications.attempts WHERE state = 'queued')"
    ).fetchone()
    return int(row[0]) if row else 0


def wanted_count(connection: psycopg.Connection[Any]) -> int:
    """Return how many successors recurring-task-service still owes; what opens by schedule later is none yet."""
    row = connection.execute(
        "SELECT count(*) FROM recurring.wanted"
        " WHERE not_before <= clock_timestamp() OR claim IS NOT NULL OR last_error IS NOT NULL"
    ).fetchone()
    return int(row[0]) if row else 0


def planned(connection: psycopg.Connection[Any], task_id: str) -> int:
    """Return how many reminders of a task are still to come."""
    row = connection.execute("SELECT count(*) FROM notifications.due_queue WHERE task_id = %s", (task_id,)).fetchone()
    return int(row[0]) if row else 0
