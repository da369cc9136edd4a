"""Many events at once: a backlog such as an hour without the broker leaves, made in a second."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import orjson

from tests import evidence

KEYS = 500
PADDING = 1_000


class Events:
    """Probes of KEYS streams, numbered per stream: ledgered, relayed and recorded like any event."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.prefix = f"backlog-{uuid4().hex[:8]}-"

    def add(self, count: int) -> None:
        """Write `count` events, as one transaction of a writer would."""
        self._store.execute(
            """
            WITH events AS MATERIALIZED (
              SELECT n, uuidv7() AS id, %(prefix)s || n %% %(keys)s AS key, n / %(keys)s + 1 AS version
              FROM generate_series(0, %(count)s - 1) AS n),
            ledgered AS (
              INSERT INTO tasks.ledger (event_id, topic, stream_key, type, aggregate_id, version, record, digest)
              SELECT id, 'task-events', key, 'todo.platform.probed.v1', id, version, record, sha256(record)
              FROM (SELECT *, convert_to(json_build_object('specversion', '1.0', 'id', id, 'source', 'todo-backend',
                'type', 'todo.platform.probed.v1', 'subject', 'task-events', 'datacontenttype', 'application/json',
                'time', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                'data', json_build_object('event_type', 'platform_probed', 'topic', 'task-events', 'version', version,
                  'occurred_at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                  'actor', json_build_object('kind', 'service', 'id', 'todo-relay', 'door', 'internal'),
                  'key', key, 'padding', repeat('x', %(padding)s)))::text, 'UTF8') AS record FROM events) AS e)
            INSERT INTO tasks.pending (event_id, topic, stream_key) SELECT id, 'task-events', key FROM events ORDER BY n
            """,
            {"prefix": self.prefix, "keys": KEYS, "count": count, "padding": PADDING},
        )

    def out_of_order(self, brokers: str) -> list[str]:
        """Return where a stream's events lie in the topic in another order than that of their writing."""
        found, highest = list[str](), dict[str, int]()
        seen = set[UUID | None]()
        for record in self._records(brokers):
            if record.event_id in seen:
                continue
            seen.add(record.event_id)
            data = orjson.loads(record.body)["data"]
            if data["version"] != highest.get(data["key"], 0) + 1:
                found.append(f"{data['key']}: {data['version']} after {highest.get(data['key'], 0)}")
            highest[data["key"]] = data["version"]
        return found

    def unaudited(self) -> int:
        row = self._store.execute(
            "SELECT count(*) FROM tasks.ledger l WHERE l.stream_key LIKE %s"
            " AND NOT EXISTS (SELECT 1 FROM audit.entries e WHERE e.event_id = l.event_id AND e.digest = l.digest)",
            (self.prefix + "%",),
        ).fetchone()
        return int(row[0])

    def forget(self) -> None:
        """Take them out of ledger and audit again, for the sake of the tests that follow."""
        self._store.execute(
            "WITH gone AS (DELETE FROM tasks.ledger WHERE stream_key LIKE %s RETURNING event_id),"
            " payloads AS (DELETE FROM audit.payloads p USING gone g WHERE p.event_id = g.event_id)"
            " DELETE FROM audit.entries e USING gone g WHERE e.event_id = g.event_id",
            (self.prefix + "%",),
        )

    def _records(self, brokers: str) -> list[evidence.KafkaRecord]:
        return [
            record
            for record in evidence.records(brokers, ("task-events",))
            if record.key is not None and record.key.startswith(self.prefix)
        ]
