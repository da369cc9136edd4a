"""Topics, who publishes them and who consumes them: the one table of asynchronous topology.

Subscriptions, component scopes, network policies, charts and documents are compared with this table by tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PUBSUB = "kafka-pubsub"
BROADCAST = "kafka-broadcast"
STATE_STORE = "statestore"
SECRET_STORE = "secrets"  # noqa: S105 - the name of a component, not a secret


class ConsumerKind(StrEnum):
    """How a consumer stays right when events come late, twice or out of order."""

    PROJECTION = "projection"
    """Keeps a head per aggregate with its version and applies only what is newer."""
    RECORD = "record"
    """Keeps every event id once."""
    BROADCAST = "broadcast"
    """Gets every message on every replica; messages are hints that may be lost."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """One app that reads a topic; its consumer group is its app-id (broadcast: one group per replica)."""

    app_id: str
    kind: ConsumerKind


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic. `key` says in words what the partition key is; retention is in days."""

    name: str
    key: str
    partitions: int
    retention_days: int
    publisher: str
    consumers: tuple[Consumer, ...]
    ledgered: bool

    def consumer_ids(self, *kinds: ConsumerKind) -> tuple[str, ...]:
        """Return the app-ids that read this topic in one of `kinds` (all kinds when none is given)."""
        return tuple(c.app_id for c in self.consumers if not kinds or c.kind in kinds)


TASK_EVENTS = Topic(
    name="task-events",
    key="stream key of the task (lists: the list's id)",
    partitions=3,
    retention_days=30,
    publisher="todo-relay",
    consumers=(
        Consumer("recurring-task-service", ConsumerKind.PROJECTION),
        Consumer("notification-service", ConsumerKind.PROJECTION),
        Consumer("audit-service", ConsumerKind.RECORD),
    ),
    ledgered=True,
)
ACCOUNT_EVENTS = Topic(
    name="account-events",
    key="user id (unknown account: SHA-256 of the address; unknown caller: `unknown`)",
    partitions=3,
    retention_days=30,
    publisher="todo-relay",
    consumers=(
        Consumer("recurring-task-service", ConsumerKind.PROJECTION),
        Consumer("notification-service", ConsumerKind.PROJECTION),
        Consumer("audit-service", ConsumerKind.RECORD),
    ),
    ledgered=True,
)
REMINDERS = Topic(
    name="reminders",
    key="user id",
    partitions=3,
    retention_days=7,
    publisher="notification-service",
    consumers=(
        Consumer("audit-service", ConsumerKind.RECORD),
        Consumer("todo-backend", ConsumerKind.BROADCAST),
    ),
    ledgered=True,
)
TASK_UPDATES = Topic(
    name="task-updates",
    key="none: one message hints at many users, and every replica reads all",
    partitions=3,
    retention_days=1,
    publisher="todo-relay",
    consumers=(Consumer("todo-backend", ConsumerKind.BROADCAST),),
    ledgered=False,
)

TOPICS: dict[str, Topic] = {t.name: t for t in (TASK_EVENTS, ACCOUNT_EVENTS, REMINDERS, TASK_UPDATES)}
